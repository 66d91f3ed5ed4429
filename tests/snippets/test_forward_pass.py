"""The forward pass of Mazur's network, what it keeps, and what overwriting destroys."""

import numpy as np
import pytest

from snippets.forward_pass import (
    example,
    first_output_slope,
    forward,
    forward_in_one_buffer,
    forward_with_tangent,
)
from snippets.loss_functions import squared_error
from tests.independent import complex_step

Parameters = list[np.ndarray]


def random_network(*widths: int) -> tuple[np.ndarray, np.ndarray, Parameters, Parameters]:
    rng = np.random.default_rng(sum(widths))
    weights = [rng.normal(size=shape) for shape in zip(widths[1:], widths, strict=False)]
    biases = [rng.normal(size=(width, 1)) for width in widths[1:]]
    return rng.normal(size=(widths[0], 1)), rng.normal(size=(widths[-1], 1)), weights, biases


def test_mazur_layer_by_layer() -> None:
    numbers = example()
    z1, z2 = numbers["zs"]
    x, a1, a2 = numbers["activations"]
    assert x.ravel() == pytest.approx([0.05, 0.10])
    assert z1.ravel() == pytest.approx([0.3775, 0.3925], rel=1e-14)
    assert a1.ravel() == pytest.approx([0.5932699921071872, 0.596884378259767], rel=1e-14)
    assert z2.ravel() == pytest.approx([1.10590596705977, 1.2249214040964653], rel=1e-14)
    assert a2.ravel() == pytest.approx([0.7513650695523157, 0.7729284653214625], rel=1e-14)
    assert numbers["C"] == pytest.approx(0.2983711087600027, rel=1e-14)


def test_the_rate_carried_along_and_the_slope_at_the_output() -> None:
    numbers = example()
    assert numbers["rate_of_C"] == pytest.approx(0.0004385677344743465, rel=1e-12)
    assert numbers["slope"] == pytest.approx(0.08216704056423077, rel=1e-12)
    assert numbers["slip_slope"] == pytest.approx(0.13849856162855695 * 0.7513650695523157)


def test_every_kept_value_is_the_one_its_layer_computed() -> None:
    x, _, weights, biases = random_network(4, 3, 5, 2)
    zs, activations = forward(x, weights, biases)
    assert [len(zs), len(activations)] == [3, 4]
    assert activations[0] is x
    for W, b, z, before, after in zip(
        weights, biases, zs, activations[:-1], activations[1:], strict=True
    ):
        assert z == pytest.approx(W @ before + b, rel=1e-12)
        assert after == pytest.approx(1 / (1 + np.exp(-z)), rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_forward_mode_needs_no_second_sweep(seed: int) -> None:
    """Claims 94 and 96: the rate along any direction is there when the output is."""
    x, _, weights, biases = random_network(4, 3, 5, 2)
    rng = np.random.default_rng(seed)
    dweights = [rng.normal(size=W.shape) for W in weights]
    dbiases = [rng.normal(size=b.shape) for b in biases]

    def moved(t: complex) -> np.ndarray:
        new_weights = [W + t * dW for W, dW in zip(weights, dweights, strict=True)]
        new_biases = [b + t * db for b, db in zip(biases, dbiases, strict=True)]
        return forward(x, new_weights, new_biases)[1][-1]

    a, da = forward_with_tangent(x, weights, biases, dweights, dbiases)
    assert a == pytest.approx(moved(0.0), rel=1e-14)
    assert da == pytest.approx(np.imag(moved(1e-30j)) / 1e-30, rel=1e-12)


def test_overwriting_leaves_the_result_and_loses_the_way() -> None:
    x, y, weights, biases = random_network(3, 3, 3)
    zs, activations = forward(x, weights, biases)
    slip_zs, slip_activations = forward_in_one_buffer(x, weights, biases)

    def loss(W: np.ndarray) -> complex:
        return squared_error(forward(x, [weights[0], W], biases)[1][-1], y)

    truth = complex_step(loss, weights[-1])[0, 0]
    assert np.array_equal(slip_activations[-1], activations[-1])
    assert not np.allclose(slip_activations[1], activations[1])
    assert first_output_slope(zs, activations, y) == pytest.approx(truth, rel=1e-12)
    assert abs(first_output_slope(slip_zs, slip_activations, y) / truth - 1) > 0.01


def test_recomputing_from_what_was_kept_is_sound() -> None:
    """A value dropped and computed again from the same inputs is the same value."""
    x, _, weights, biases = random_network(4, 3, 5, 2)
    _, activations = forward(x, weights, biases)
    again = forward(activations[1], weights[1:2], biases[1:2])[1][-1]
    assert np.array_equal(again, activations[2])
