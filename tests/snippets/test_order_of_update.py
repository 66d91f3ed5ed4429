"""The surplus of a step inside the sweep, layer by layer, and its trace in published numbers."""

import numpy as np
import pytest

from snippets.error_signal_delta import delta_before, output_delta
from snippets.forward_pass import forward, mazur, network
from snippets.loss_functions import squared_error
from snippets.order_of_update import (
    example,
    hidden_error,
    hidden_signals,
    step_inside_the_sweep,
    sweep_then_step,
    turning_point,
)
from tests.independent import complex_step

Arrays = list[np.ndarray]


def draw(seed: int, sizes: tuple[int, ...] = (3, 4, 2, 5)) -> tuple:
    """weights, zs, activations, y and a step size; then x and biases."""
    rng = np.random.default_rng(seed)
    x, y, weights, biases = network(rng, sizes)
    return (weights, *forward(x, weights, biases), y, 0.3), x, biases


@pytest.mark.parametrize("seed", range(5))
def test_sweep_then_step_moves_against_the_gradient(seed: int) -> None:
    (weights, zs, activations, y, eta), x, biases = draw(seed)
    new, _ = sweep_then_step(weights, zs, activations, y, eta)
    for n, W in enumerate(weights):

        def loss(W: np.ndarray, n: int = n) -> complex:
            changed = [*weights[:n], W, *weights[n + 1 :]]
            return squared_error(forward(x, changed, biases)[1][-1], y)

        move = (W - new[n]) / eta
        assert move == pytest.approx(complex_step(loss, W), rel=1e-9, abs=1e-13)


@pytest.mark.parametrize("seed", range(5))
def test_the_last_layer_is_right_and_the_others_are_not(seed: int) -> None:
    rest, _, _ = draw(seed)
    right, _ = sweep_then_step(*rest)
    wrong, _ = step_inside_the_sweep(*rest)
    assert np.array_equal(right[-1], wrong[-1])
    for one, other in zip(right[:-1], wrong[:-1], strict=True):
        assert not np.allclose(one, other, rtol=1e-6)


def signal_first(
    weights: Arrays, zs: Arrays, activations: Arrays, y: np.ndarray, eta: float
) -> Arrays:
    """One pass that overwrites each layer, but only after the signal below it is known."""
    weights = [W.copy() for W in weights]
    delta = output_delta(zs[-1], activations[-1], y)
    for n in reversed(range(len(weights))):
        below = delta_before(weights[n], delta, zs[n - 1]) if n else None
        weights[n] -= eta * delta @ activations[n].T
        delta = below
    return weights


@pytest.mark.parametrize("seed", range(5))
def test_one_pass_is_enough_if_the_signal_comes_first(seed: int) -> None:
    rest, _, _ = draw(seed)
    for one, other in zip(signal_first(*rest), sweep_then_step(*rest)[0], strict=True):
        assert one == pytest.approx(other, rel=1e-14)


def test_nothing_given_is_changed() -> None:
    (weights, *rest), _, _ = draw(0)
    kept = [W.copy() for W in weights]
    step_inside_the_sweep(weights, *rest)
    sweep_then_step(weights, *rest)
    for W, before in zip(weights, kept, strict=True):
        assert np.array_equal(W, before)


def test_mazur_published_discrepancy() -> None:
    """`mazur_published_discrepancy`: loss and outputs after one step in either order."""
    x, y, weights, biases = mazur()
    expected = {
        sweep_then_step: (0.29102777369359933, [0.7420881111907824, 0.7752849682944595]),
        step_inside_the_sweep: (0.29102792390544197, [0.7420884384791137, 0.7752853846239224]),
    }
    for order, (C, outputs) in expected.items():
        new, _ = order(weights, *forward(x, weights, biases), y, 0.5)
        a = forward(x, new, biases)[1][-1]
        assert a.ravel() == pytest.approx(outputs, rel=1e-12)
        assert squared_error(a, y) == pytest.approx(C, rel=1e-12)


def test_mazur_wrong_order_update() -> None:
    """`mazur_wrong_order_update`: the hidden derivatives, 15.8 % off."""
    _, wrong = hidden_signals(0.5)
    assert (wrong @ mazur()[0].T).ravel() == pytest.approx(
        [0.0003647228775940935, 0.000729445755188187, 0.0004236296044676281, 0.0008472592089352562]
    )
    assert example()["wrong"] == pytest.approx(wrong, rel=1e-14)
    assert example()["errors"][1] == pytest.approx(0.15768128590722877, rel=1e-12)


def test_the_surplus_is_proportional_to_the_step_and_pulls_one_way() -> None:
    numbers = example()
    assert np.array(numbers["errors"]) / numbers["eta"] == pytest.approx(
        [hidden_error(1.0)] * 3, rel=1e-9
    )
    for target in (0.0, 1.0):
        x, _, weights, biases = mazur()
        rest = *forward(x, weights, biases), np.full((2, 1), target), 0.5
        right, wrong = (f(weights, *rest)[1][0] for f in (sweep_then_step, step_inside_the_sweep))
        assert np.all(wrong < right)


def test_the_turning_point() -> None:
    eta = turning_point()
    assert hidden_signals(eta * 0.99)[1][0] > 0 > hidden_signals(eta * 1.01)[1][0]
