"""Delta is the derivative by z: not the loss, not the weight derivative, not always the miss."""

from collections.abc import Callable

import numpy as np
import pytest

from snippets.error_signal_delta import (
    deltas,
    example,
    output_delta,
    slow_neuron,
    weight_derivatives,
)
from snippets.forward_pass import forward
from snippets.loss_functions import squared_error
from snippets.neuron_weights_biases import sigmoid
from tests.independent import complex_step

Parameters = list[np.ndarray]
WIDTHS = 4, 3, 5, 2


def random_network(seed: int) -> tuple[np.ndarray, np.ndarray, Parameters, Parameters]:
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=shape) for shape in zip(WIDTHS[1:], WIDTHS, strict=False)]
    biases = [rng.normal(size=(width, 1)) for width in WIDTHS[1:]]
    return rng.normal(size=(WIDTHS[0], 1)), rng.normal(size=(WIDTHS[-1], 1)), weights, biases


def loss_from(z: np.ndarray, after: Parameters, biases: Parameters, y: np.ndarray) -> complex:
    """The loss if this z stands in its layer: replay only what comes after it."""
    return squared_error(forward(sigmoid(z), after, biases)[1][-1], y)


def test_mazur_deltas() -> None:
    numbers = example()
    assert numbers["delta_o"].ravel() == pytest.approx(
        [0.13849856162855695, -0.038098236516556236], rel=1e-12
    )
    assert numbers["delta_h"].ravel() == pytest.approx(
        [0.00877135468948693, 0.009954254705217196], rel=1e-12
    )
    assert numbers["dC_dW2"][0, 0] == pytest.approx(0.08216704056423077, rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shift", [0.0, 7.0])
def test_delta_is_the_derivative_by_z_of_the_loss_or_of_the_loss_plus_seven(
    seed: int, shift: float
) -> None:
    x, y, weights, biases = random_network(seed)
    zs, activations = forward(x, weights, biases)
    for number, delta in enumerate(deltas(weights, zs, activations[-1], y), 1):

        def shifted(z: np.ndarray, number: int = number) -> complex:
            return loss_from(z, weights[number:], biases[number:], y) + shift

        assert delta == pytest.approx(complex_step(shifted, zs[number - 1]), rel=1e-11, abs=1e-15)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_weight_derivatives_are_read_off_where_delta_stands(number: int) -> None:
    x, y, weights, biases = random_network(0)
    zs, activations = forward(x, weights, biases)
    delta = deltas(weights, zs, activations[-1], y)[number - 1]

    def loss(W: np.ndarray) -> complex:
        changed = [*weights[: number - 1], W, *weights[number:]]
        return squared_error(forward(x, changed, biases)[1][-1], y)

    found = weight_derivatives(delta, activations[number - 1])
    assert found.shape == weights[number - 1].shape
    assert found == pytest.approx(complex_step(loss, weights[number - 1]), rel=1e-11, abs=1e-15)


def test_a_layers_own_weights_have_no_say_in_the_deltas_below() -> None:
    """Delta of layer 1 is a function of W(2), W(3) and the z: what W(1) earns goes nowhere."""
    x, y, weights, biases = random_network(0)
    zs, activations = forward(x, weights, biases)
    other = [np.full_like(weights[0], 9.0), *weights[1:]]
    assert np.array_equal(
        deltas(other, zs, activations[-1], y)[0], deltas(weights, zs, activations[-1], y)[0]
    )


def softmax_cross_entropy(z: np.ndarray, y: np.ndarray) -> complex:
    return np.log(np.sum(np.exp(z))) - np.sum(y * z)


def identity_squared_error(z: np.ndarray, y: np.ndarray) -> complex:
    return squared_error(z, y)


def sigmoid_squared_error(z: np.ndarray, y: np.ndarray) -> complex:
    return squared_error(sigmoid(z), y)


def softmax(z: np.ndarray) -> np.ndarray:
    return np.exp(z) / np.sum(np.exp(z))


def identity(z: np.ndarray) -> np.ndarray:
    return z


@pytest.mark.parametrize(
    ("loss", "activation", "matched"),
    [
        (identity_squared_error, identity, True),
        (softmax_cross_entropy, softmax, True),
        (sigmoid_squared_error, sigmoid, False),
    ],
)
def test_delta_is_prediction_minus_target_for_matched_pairs_only(
    loss: Callable[[np.ndarray, np.ndarray], complex],
    activation: Callable[[np.ndarray], np.ndarray],
    matched: bool,
) -> None:
    z = np.random.default_rng(0).normal(size=(3, 1))
    y = np.array([[0.0], [1.0], [0.0]])
    delta = complex_step(lambda z: loss(z, y), z)
    assert np.allclose(delta, activation(z) - y, rtol=1e-12) is matched
    if loss is sigmoid_squared_error:
        assert output_delta(z, sigmoid(z), y) == pytest.approx(delta, rel=1e-12)


def test_the_worse_start_has_the_smaller_delta() -> None:
    """Nielsen's neuron, target 0: farther from the target, flatter, and so slower."""
    numbers = example()
    assert numbers["near_a"] == pytest.approx(0.8175744761936437, rel=1e-12)
    assert numbers["far_a"] == pytest.approx(0.9820137900379085, rel=1e-12)
    for w, b in (0.6, 0.9), (2.0, 2.0):
        derivative = complex_step(lambda z: squared_error(sigmoid(z), 0.0), np.array(w + b))
        assert slow_neuron(w, b)[1] == pytest.approx(derivative, rel=1e-12)
    assert numbers["far_a"] > numbers["near_a"]
    assert numbers["ratio"] == pytest.approx(numbers["near_delta"] / numbers["far_delta"])
    assert numbers["ratio"] > 7
