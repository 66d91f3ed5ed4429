"""Control's multipliers and the error signals of networks are one recursion, cut in two places."""

import numpy as np
import pytest

from snippets.error_signal_delta import deltas
from snippets.forward_pass import forward, mazur, network
from snippets.history_backprop_nn import (
    error_signals,
    example,
    multipliers,
    squared,
    threshold,
    threshold_change,
    threshold_loss,
    widrow_hoff,
)
from snippets.loss_functions import squared_error
from tests.independent import complex_step

SEEDS = range(6)


def test_numbers_of_the_note() -> None:
    """The example mazur_step_by_step: dE/dout_h1, and dE/dw1 as delta times the first input."""
    numbers = example()
    assert numbers["lambda"][1][0, 0] == pytest.approx(0.036350306, abs=5e-10)
    delta = numbers["delta_of_control"]
    assert delta[0][0, 0] * 0.05 == pytest.approx(0.000438568, abs=5e-10)
    assert delta[1].ravel() == pytest.approx([0.138498562, -0.038098237], abs=5e-10)
    assert numbers["threshold_change"] == 0


def loss_from(a: np.ndarray, layers: list, y: np.ndarray) -> complex:
    """Half the squared error of what the layers make of a state a."""
    for W, b in layers:
        a = 1 / (1 + np.exp(-(W @ a + b)))
    return 0.5 * np.sum((a - y) ** 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_multipliers_are_derivatives_by_the_state_after_each_stage(seed: int) -> None:
    x, y, weights, biases = network(np.random.default_rng(seed))
    zs, activations = forward(x, weights, biases)
    found = multipliers(weights, zs, activations[-1], y)
    layers = list(zip(weights, biases, strict=True))
    assert len(found) == len(activations)
    for stage, (a, multiplier) in enumerate(zip(activations, found, strict=True)):
        exact = complex_step(lambda a, rest=layers[stage:]: loss_from(a, rest, y), a)
        assert multiplier == pytest.approx(exact, rel=1e-10)


@pytest.mark.parametrize("seed", SEEDS)
def test_one_slope_further_they_are_the_error_signals_of_networks(seed: int) -> None:
    x, y, weights, biases = network(np.random.default_rng(seed))
    zs, activations = forward(x, weights, biases)
    of_control = error_signals(zs, multipliers(weights, zs, activations[-1], y))
    of_networks = deltas(weights, zs, activations[-1], y)
    assert len(of_control) == len(of_networks)
    for one, other in zip(of_control, of_networks, strict=True):
        assert one == pytest.approx(other, rel=1e-13)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rule_of_1960_is_a_step_against_the_gradient(seed: int) -> None:
    rng = np.random.default_rng(seed)
    w, x = rng.normal(size=(4, 1)), rng.normal(size=(4, 1))
    exact = complex_step(lambda w: squared(w, x, 0.3).item(), w)
    assert widrow_hoff(w, x, 0.3, 0.1) == pytest.approx(w - 0.1 * exact, rel=1e-12)


def test_a_threshold_sends_nothing_back_where_a_sigmoid_does() -> None:
    assert threshold(np.array([-2.0, -1e-9, 1e-9, 2.0])).tolist() == [0, 0, 1, 1]
    x, y, weights, biases = mazur()
    before = squared_error(forward(x, weights, biases)[1][-1], y)
    for nudge in (1e-6, 1e-3, -1e-3, 0.1):
        moved = [weights[0] + nudge * np.array([[1, 0], [0, 0]]), weights[1]]
        assert squared_error(forward(x, moved, biases)[1][-1], y) != before
        assert threshold_change(nudge) == 0
    ones = np.ones((2, 1))
    assert threshold_loss(weights[0], weights, x, ones) == 0
    assert threshold_loss(-weights[0], weights, x, ones) == 1  # a move that switches the units
