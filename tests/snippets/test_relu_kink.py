"""Straight lines made of ramps: the rules are right except at the corner, where nothing is."""

from collections.abc import Callable

import numpy as np
import pytest

from snippets.relu_kink import difference, example, nested, relu, relu_prime
from snippets.scalar_tape import Tape, Value
from snippets.wengert_list import derivative, record
from tests.independent import complex_step

ALPHAS = [0.0, 0.25, 0.5, (5**0.5 - 1) / 2, 1.0]


def test_relu_identity_paradox() -> None:
    """`relu_identity_paradox`: true slope 1; by the rules 0, 2 and 1."""
    numbers = example()
    by_alpha = dict(zip(numbers["alpha"], numbers["difference"], strict=True))
    assert by_alpha == {0.0: 0.0, 1.0: 2.0, 0.5: 1.0}
    assert numbers["measured"] == pytest.approx([1, 1], rel=1e-9)


@pytest.mark.parametrize("f", [difference, nested])
@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("x", [-3.0, -1e-300, 1e-300, 2.0])
def test_away_from_the_corner_every_choice_is_right(f: Callable, alpha: float, x: float) -> None:
    assert f(x, alpha) == (x, 1.0)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_no_choice_is_right_for_both(alpha: float) -> None:
    slopes = difference(0.0, alpha)[1], nested(0.0, alpha)[1]
    assert slopes == pytest.approx((2 * alpha, alpha * alpha + alpha))
    assert slopes != pytest.approx((1.0, 1.0))


def test_a_tape_and_its_zero_agree_with_the_rules() -> None:
    with Tape():
        x = Value(0.0)
        y = (x if x > 0 else 0 * x) - (-x if -x > 0 else 0 * x)
        y.backward()
    assert x.grad == difference(0.0, 0.0)[1] == 0


def test_the_record_of_a_run_sees_the_corner() -> None:
    """It measures, so the straight line is straight, and the ramp has no slope."""
    x, y, ramp = record(
        lambda x: (x, np.maximum(x, 0.0) - np.maximum(-x, 0.0), np.maximum(x, 0.0)), 0.0
    )
    assert derivative(y, x) == pytest.approx(1, rel=1e-9)
    assert np.isnan(derivative(ramp, x))


@pytest.mark.parametrize("z", [-2.0, 3.0])
def test_slope_of_the_ramp(z: float) -> None:
    slope = complex_step(lambda z: z * (z.real > 0), np.array(z))
    assert relu_prime(z, alpha=0.3) == slope
    assert relu(z) == max(z, 0)


def test_subgradients() -> None:
    """Slopes from 0 to 1 stay below the ramp, others cut it."""
    z = np.linspace(-1, 1, 21)
    ramp = np.array([relu(float(place)) for place in z])
    below = {float(slope): bool(np.all(ramp >= slope * z)) for slope in (-0.1, 0, 0.4, 1, 1.1)}
    assert below == {-0.1: False, 0: True, 0.4: True, 1: True, 1.1: False}
    assert example()["measured_ramp"] == pytest.approx(0.5)
