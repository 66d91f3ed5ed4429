"""One bias per neuron: Mazur's first hidden layer, and shapes when the widths differ."""

import numpy as np
import pytest

from snippets.neuron_weights_biases import (
    bias_of_the_sender,
    example,
    layer,
    neuron_sum,
    sigmoid,
    sigmoid_prime,
)
from tests.independent import complex_step


def random_layer(senders: int, neurons: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(10 * senders + neurons)
    shapes = (neurons, senders), (neurons, 1), (senders, 1)
    W, b, a = (rng.normal(size=shape) for shape in shapes)
    return W, b, a


def test_mazur_first_hidden_layer() -> None:
    numbers = example()
    assert numbers["z"].ravel() == pytest.approx([0.3775, 0.3925], rel=1e-14)
    assert numbers["a"].ravel() == pytest.approx([0.5932699921071872, 0.596884378259767], rel=1e-14)
    assert numbers["slip"].ravel() == pytest.approx([0.7275, 0.7425], rel=1e-14)


@pytest.mark.parametrize(("senders", "neurons"), [(2, 3), (4, 2), (1, 5), (3, 1)])
def test_the_layer_is_its_neurons_one_by_one(senders: int, neurons: int) -> None:
    W, b, a = random_layer(senders, neurons)
    z, activation = layer(W, b, a)
    assert z.shape == activation.shape == (neurons, 1)
    assert z.ravel() == pytest.approx([neuron_sum(j, W, b, a) for j in range(neurons)], rel=1e-12)
    assert activation.ravel() == pytest.approx([1 / (1 + np.exp(-z_j)) for z_j in z.flat])


@pytest.mark.parametrize("z", np.random.default_rng(0).uniform(-6, 6, size=20))
def test_sigmoid_prime_is_the_slope_of_sigmoid(z: float) -> None:
    assert sigmoid_prime(z) == pytest.approx(complex_step(sigmoid, np.array(z)), rel=1e-12)
    assert sigmoid_prime(z) <= sigmoid_prime(0.0) == 0.25


def test_the_slopes_of_a_sum_are_the_input_and_one() -> None:
    """∂z_j/∂w_jk = a_k and ∂z_j/∂b_j = 1: neither depends on the width of the other layer."""
    W, b, a = random_layer(4, 3)
    weight_slopes = complex_step(lambda W: neuron_sum(1, W, b, a), W)
    bias_slopes = complex_step(lambda b: neuron_sum(1, W, b, a), b)
    assert weight_slopes == pytest.approx(np.outer([0, 1, 0], a))
    assert bias_slopes.ravel() == pytest.approx([0, 1, 0])


@pytest.mark.parametrize(("senders", "neurons"), [(2, 3), (4, 2)])
def test_a_bias_of_the_sender_does_not_fit_the_neurons(senders: int, neurons: int) -> None:
    W, _, a = random_layer(senders, neurons)
    with pytest.raises(ValueError, match="broadcast"):
        layer(W, np.ones((senders, 1)), a)


def test_a_bias_of_the_sender_under_the_sum_is_one_bias_for_all() -> None:
    """The slip adds the same number to every neuron, whatever the biases."""
    W, _, a = random_layer(4, 3)
    b = np.random.default_rng(1).normal(size=(4, 1))
    assert bias_of_the_sender(W, b, a) - W @ a == pytest.approx(np.full((3, 1), b.sum()))


def test_a_bias_under_the_sum_is_counted_once_per_input() -> None:
    numbers = example()
    extra = numbers["slip"] - numbers["z"]
    assert extra.ravel() == pytest.approx([0.35, 0.35])
