"""One backward sweep against the complex step, for every weight and bias at once."""

import numpy as np
import pytest

from snippets.backpropagation import (
    along_one_path,
    backward,
    batch_gradients,
    example,
    one_path_error,
    random_network,
)
from snippets.forward_pass import forward, mazur
from snippets.loss_functions import squared_error
from snippets.neuron_weights_biases import sigmoid_prime
from tests.independent import complex_step

Parameters = list[np.ndarray]
Sample = tuple[np.ndarray, np.ndarray]


def network(*widths: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, Parameters, Parameters]:
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=shape) for shape in zip(widths[1:], widths, strict=False)]
    biases = [rng.normal(size=(width, 1)) for width in widths[1:]]
    return rng.normal(size=(widths[0], 1)), rng.normal(size=(widths[-1], 1)), weights, biases


def batch_loss(samples: list[Sample], weights: Parameters, biases: Parameters) -> complex:
    losses = [squared_error(forward(x, weights, biases)[1][-1], y) for x, y in samples]
    return sum(losses) / len(losses)


def assert_gradients_of_batch_loss(
    gradients: tuple[Parameters, Parameters],
    samples: list[Sample],
    weights: Parameters,
    biases: Parameters,
) -> None:
    """Nudge each parameter in turn: the complex step knows nothing of the backward sweep."""
    dC_dWs, dC_dbs = gradients
    assert len(dC_dWs) == len(dC_dbs) == len(weights)
    for at, (W, b) in enumerate(zip(weights, biases, strict=True)):

        def loss_of_W(new: np.ndarray, at: int = at) -> complex:
            return batch_loss(samples, [*weights[:at], new, *weights[at + 1 :]], biases)

        def loss_of_b(new: np.ndarray, at: int = at) -> complex:
            return batch_loss(samples, weights, [*biases[:at], new, *biases[at + 1 :]])

        assert dC_dWs[at].shape == W.shape
        assert dC_dbs[at].shape == b.shape
        assert dC_dWs[at] == pytest.approx(complex_step(loss_of_W, W), rel=1e-10, abs=1e-16)
        assert dC_dbs[at] == pytest.approx(complex_step(loss_of_b, b), rel=1e-10, abs=1e-16)


def test_mazur_in_full() -> None:
    numbers = example()
    dC_dW1, dC_dW2 = numbers["dC_dWs"]
    dC_db1, dC_db2 = numbers["dC_dbs"]
    assert dC_dW2.ravel() == pytest.approx(
        [0.08216704056423077, 0.08266762784753325, -0.02260254047747507, -0.022740242215978222]
    )
    assert dC_dW1.ravel() == pytest.approx(
        [0.0004385677344743465, 0.000877135468948693, 0.0004977127352608599, 0.0009954254705217198]
    )
    assert dC_db2.ravel() == pytest.approx([0.13849856162855695, -0.038098236516556236])
    assert dC_db1.ravel() == pytest.approx([0.00877135468948693, 0.009954254705217196])
    assert numbers["dC_da"].ravel() == pytest.approx([0.03635030639314466, 0.0413703226487447])


def test_mazur_agrees_with_the_complex_step() -> None:
    x, y, weights, biases = mazur()
    gradients = backward(weights, *forward(x, weights, biases), y)
    assert_gradients_of_batch_loss(gradients, [(x, y)], weights, biases)


@pytest.mark.parametrize("widths", [(3, 2), (2, 3, 2), (4, 3, 5, 2), (2, 4, 3, 5, 1)])
@pytest.mark.parametrize("seed", range(3))
def test_any_depth_agrees_with_the_complex_step(widths: tuple[int, ...], seed: int) -> None:
    x, y, weights, biases = network(*widths, seed=seed)
    gradients = backward(weights, *forward(x, weights, biases), y)
    assert_gradients_of_batch_loss(gradients, [(x, y)], weights, biases)


def test_a_batch_is_the_mean_of_its_samples() -> None:
    rng = np.random.default_rng(5)
    _, _, weights, biases = network(4, 3, 2)
    samples = [(rng.normal(size=(4, 1)), rng.normal(size=(2, 1))) for _ in range(3)]
    gradients = batch_gradients(samples, weights, biases)
    assert_gradients_of_batch_loss(gradients, samples, weights, biases)


def test_the_sweep_changes_no_parameter() -> None:
    x, y, weights, biases = network(4, 3, 2)
    kept = [array.copy() for array in (*weights, *biases)]
    backward(weights, *forward(x, weights, biases), y)
    for before, after in zip(kept, (*weights, *biases), strict=True):
        assert np.array_equal(before, after)


def test_one_path_alone_is_57_percent_off() -> None:
    """Recomputed numbers of `seed003_single_path_error`: all paths, then the first one only."""
    x, y, weights, biases = random_network()
    zs, activations = forward(x, weights, biases)
    _, (delta_h, delta_o) = backward(weights, zs, activations, y)
    assert delta_o.ravel() == pytest.approx([0.10422909347931089, -0.07737831739703536])
    assert delta_h.ravel() == pytest.approx(
        [-0.013945317509070467, 0.012252171983642389, -0.0010058150706246452]
    )
    slip = along_one_path(0, weights[1], delta_o) * sigmoid_prime(zs[0])
    assert slip.ravel() == pytest.approx(
        [-0.00991374410464867, 0.012713808222576563, 0.00887871150264891]
    )
    assert one_path_error() == pytest.approx(0.5747654545804993, rel=1e-12)


def test_the_paths_of_mazurs_first_hidden_neuron_add_up() -> None:
    numbers = example()
    first, second = numbers["paths"]
    assert first[0, 0] == pytest.approx(0.05539942465142278, rel=1e-12)
    assert second[0, 0] == pytest.approx(-0.019049118258278118, rel=1e-12)
    assert first + second == pytest.approx(numbers["dC_da"], rel=1e-12)


def test_one_path_is_enough_only_where_there_is_one() -> None:
    _, _, weights, _ = network(3, 4, 2)
    W, delta = weights[1], np.array([[0.3], [-0.2]])
    assert along_one_path(0, W[:1], delta[:1]) == pytest.approx(W[:1].T @ delta[:1])
    assert not np.allclose(along_one_path(0, W, delta), W.T @ delta)
