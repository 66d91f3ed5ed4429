"""BP1 to BP4 against the complex step, for two losses, and what one path alone would give."""

from collections.abc import Callable

import numpy as np
import pytest

from snippets.backprop_equations import (
    bp1,
    bp2,
    bp2_with_the_wrong_slope,
    cross_entropy,
    cross_entropy_gradient,
    deltas,
    example,
    sweep,
)
from snippets.backpropagation import random_network
from snippets.forward_pass import forward, mazur, network
from snippets.gradient_checking import check_grad
from snippets.loss_functions import squared_error, squared_error_gradient
from tests.independent import complex_step

LOSSES = [(squared_error, squared_error_gradient), (cross_entropy, cross_entropy_gradient)]
HIDDEN = [-0.013945317509070467, 0.012252171983642389, -0.0010058150706246452]


def test_nielsen_bp1_bp4_check() -> None:
    """`nielsen_bp1_bp4_check`: both deltas, and all 17 parameters by the complex step."""
    x, y, weights, biases = random_network()
    hidden, output = example()["squared error"]
    assert output.ravel() == pytest.approx([0.10422909347931089, -0.07737831739703536], rel=1e-12)
    assert hidden.ravel() == pytest.approx(HIDDEN, rel=1e-12)
    zs, activations = forward(x, weights, biases)
    pairs = sweep(weights, zs, activations, activations[-1] - y)
    sizes = 0
    for n, (dC_db, dC_dW) in enumerate(pairs):

        def by_weights(W: np.ndarray, n: int = n) -> complex:
            changed = [*weights[:n], W, *weights[n + 1 :]]
            return squared_error(forward(x, changed, biases)[1][-1], y)

        def by_biases(b: np.ndarray, n: int = n) -> complex:
            changed = [*biases[:n], b, *biases[n + 1 :]]
            return squared_error(forward(x, weights, changed)[1][-1], y)

        assert dC_dW == pytest.approx(complex_step(by_weights, weights[n]), abs=1e-15)
        assert dC_db == pytest.approx(complex_step(by_biases, biases[n]), abs=1e-15)
        sizes += dC_dW.size + dC_db.size
    assert sizes == 17


def test_seed003_single_path_error() -> None:
    """`seed003_single_path_error`: BP2 with the first output alone is 57 % off."""
    x, _, weights, biases = random_network()
    zs, _ = forward(x, weights, biases)
    _, output = example()["squared error"]
    one_path = bp2(weights[1][:1], output[:1], zs[0])
    expected = [-0.00991374410464867, 0.012713808222576563, 0.00887871150264891]
    assert one_path.ravel() == pytest.approx(expected, rel=1e-9)
    error = np.linalg.norm(one_path.ravel() - HIDDEN) / np.linalg.norm(HIDDEN)
    assert error == pytest.approx(0.5747654545804993, rel=1e-9)


@pytest.mark.parametrize(("loss", "loss_gradient"), LOSSES)
@pytest.mark.parametrize("sizes", [(2, 1), (3, 2, 4), (4, 3, 5, 2)])
def test_any_loss_and_any_depth(loss: Callable, loss_gradient: Callable, sizes: tuple) -> None:
    rng = np.random.default_rng(len(sizes))
    x, _, weights, biases = network(rng, sizes)
    y = rng.uniform(size=(sizes[-1], 1))

    def of_params(params: dict) -> float:
        return loss(forward(x, params["W"], params["b"])[1][-1], y)

    def gradient(params: dict) -> dict:
        zs, activations = forward(x, params["W"], params["b"])
        pairs = sweep(params["W"], zs, activations, loss_gradient(activations[-1], y))
        return {"W": [dW for _, dW in pairs], "b": [db for db, _ in pairs]}

    check_grad(of_params, gradient, {"W": weights, "b": biases}, rng)


def test_only_the_first_equation_meets_the_loss() -> None:
    """A loss three times as large, or two losses added: every delta follows in proportion."""
    x, y, weights, biases = random_network()
    squared, entropy = example()["squared error"], example()["cross-entropy"]
    both = deltas(x, y, weights, biases, lambda a, y: 3 * (a - y) + cross_entropy_gradient(a, y))
    for found, one, other in zip(both, squared, entropy, strict=True):
        assert found == pytest.approx(3 * one + other, rel=1e-12)


def test_cross_entropy_starts_from_prediction_minus_target() -> None:
    numbers = example()
    assert numbers["cross-entropy"][-1] == pytest.approx(numbers["prediction_minus_target"])
    z = np.random.default_rng(0).normal(size=(3, 1))
    a = 1 / (1 + np.exp(-z))
    assert bp1(cross_entropy_gradient(a, 0.3), z) == pytest.approx(a - 0.3, rel=1e-12)


def test_the_slope_of_the_wrong_layer_is_refused_where_widths_differ() -> None:
    numbers = example()
    assert numbers["right"].ravel() == pytest.approx([0.00877135468948693, 0.009954254705217196])
    x, _, weights, biases = mazur()
    zs, activations = forward(x, weights, biases)
    slope = activations[2] * (1 - activations[2])
    error = weights[1].T @ ((activations[2] - mazur()[1]) * slope)
    assert numbers["slip"] == pytest.approx(error * slope, rel=1e-12)
    assert not np.allclose(numbers["slip"], numbers["right"], rtol=0.1)
    x, _, weights, biases = random_network()
    zs, _ = forward(x, weights, biases)
    with pytest.raises(ValueError, match="could not be broadcast"):
        bp2_with_the_wrong_slope(weights[1], np.ones((2, 1)), zs[1])


def test_the_slope_of_a_single_output_is_spread_in_silence() -> None:
    """Widths 3 and 1 differ too, and the slip still runs, with a wrong answer."""
    x, _, weights, biases = network(np.random.default_rng(0), (2, 3, 1))
    zs, activations = forward(x, weights, biases)
    delta = bp1(activations[-1], zs[-1])
    slip, right = bp2_with_the_wrong_slope(weights[1], delta, zs[1]), bp2(weights[1], delta, zs[0])
    assert slip.shape == right.shape == (3, 1)
    assert not np.allclose(slip, right, rtol=0.1)
