"""Slopes from values, against the complex step and the digits of the worked example."""

import numpy as np
import pytest

from snippets.gradient_checking import check_vjp
from snippets.neuron_weights_biases import sigmoid
from snippets.sigmoid_derivative import (
    example,
    slope_at_the_value,
    slope_from_value,
    tangent,
    tanh_by_sigmoid,
    tanh_slope_from_value,
)
from tests.independent import complex_step

PLACES = [-20.0, -2.0, -0.3, 0.0, 1e-9, 1.0, 4.0]


def test_activation_derivatives() -> None:
    """`activation_derivatives`: sigmoid and slope at -2, 0 and 1, and the identity with tanh."""
    z = np.array([-2.0, 0.0, 1.0])
    a = sigmoid(z)
    assert a == pytest.approx([0.11920292202211755, 0.5, 0.7310585786300049], rel=1e-14)
    slopes = [0.1049935854035065, 0.25, 0.19661193324148185]
    assert slope_from_value(a) == pytest.approx(slopes, rel=1e-14)
    assert tanh_by_sigmoid(z) == pytest.approx(np.tanh(z), rel=1e-14, abs=1e-16)


@pytest.mark.parametrize("u", PLACES)
def test_slopes_are_those_of_the_functions(u: float) -> None:
    slope = complex_step(lambda u: 1 / (1 + np.exp(-u)), np.array(u))
    assert slope_from_value(sigmoid(u)) == pytest.approx(slope, rel=1e-8)
    tanh_slope = complex_step(np.tanh, np.array(u))
    assert tanh_slope_from_value(np.tanh(u)) == pytest.approx(tanh_slope, rel=1e-8, abs=1e-15)


def test_the_slope_from_the_value_carries_an_error_signal_back() -> None:
    rng = np.random.default_rng(0)

    def vjp(z: np.ndarray, a_bar: np.ndarray) -> np.ndarray:
        return a_bar * slope_from_value(sigmoid(z))

    check_vjp(sigmoid, vjp, rng.normal(size=(4, 3)), rng)


def test_the_quarter_is_reached_at_zero_and_nowhere_else() -> None:
    u = np.linspace(-5, 5, 1001)
    slopes = slope_from_value(sigmoid(u))
    assert slopes.max() == slope_from_value(0.5) == 0.25
    assert u[slopes.argmax()] == pytest.approx(0, abs=1e-12)
    assert np.sum(slopes > 0.25 - 1e-7) == 1


def test_the_slip_is_small_at_zero_and_large_where_the_neuron_is_saturated() -> None:
    numbers = example()
    for a, slip in zip(numbers["a"], numbers["slip"], strict=True):
        twice = complex_step(lambda u: 1 / (1 + np.exp(-u)), np.array(a))
        assert slip == pytest.approx(twice, rel=1e-12)
    by_place = dict(zip(numbers["u"], numbers["slip_over_slope"], strict=True))
    assert by_place[-6.0] > 100
    assert by_place[0.0] == pytest.approx(slope_at_the_value(0.5) / 0.25)
    assert 0.9 < by_place[0.0] < 1


@pytest.mark.parametrize("u", [-6.0, -2.0, 0.0, 1.0, 5.5])
def test_the_tangent_of_the_experiment_touches_and_has_the_slope_of_the_curve(u: float) -> None:
    curve, line, point = tangent(u)["curves"]
    off = curve["y"] - line["y"]
    assert abs(off[curve["x"] == u]) < 1e-15
    slope = complex_step(lambda u: 1 / (1 + np.exp(-u)), np.array(u))[()]
    assert np.diff(line["y"]) / np.diff(line["x"]) == pytest.approx(slope, rel=1e-9)
    assert tangent(u)["numbers"]["s"] == pytest.approx(slope, rel=1e-9)
    assert (point["x"], point["y"]) == ([u], [tangent(u)["numbers"]["a"]])
