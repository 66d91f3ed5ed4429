"""The derivative of a parabola: its published slope, and that no other line stays as close."""

import numpy as np
import pytest

from snippets.derivative import example, f, f_prime, left_over
from tests.independent import complex_step

PLACES = np.random.default_rng(1).uniform(-3, 3, size=20)


def test_karpathy_parabola() -> None:
    numbers = example()
    assert numbers["f"] == 20
    assert numbers["slope"] == 14
    assert numbers["slope_at_two_thirds"] == pytest.approx(0, abs=1e-15)
    assert f(numbers["x"] + 1) == 37
    assert numbers["rise_over_one"] == 17


@pytest.mark.parametrize("x", PLACES)
def test_the_rule_for_powers_gives_the_slope(x: float) -> None:
    assert f_prime(x) == pytest.approx(complex_step(f, x), rel=1e-12)


@pytest.mark.parametrize("x", PLACES)
def test_the_line_of_the_derivative_misses_the_square_of_the_step(x: float) -> None:
    """The parabola bends by 3 h²; nothing else may be left, on either side."""
    for h in (1.0, -1.0, 0.25, -0.25):
        assert left_over(f_prime(x), x, h) == pytest.approx(3 * h**2, abs=1e-12)


@pytest.mark.parametrize("s", [-5.0, 0.0, 13.0, 13.99, 14.01])
def test_any_other_slope_leaves_a_fixed_share_of_the_step(s: float) -> None:
    left = [left_over(s, 3.0, h) / h for h in (1e-2, 1e-4, 1e-6)]
    assert left[-1] == pytest.approx(14 - s, abs=1e-5)
    assert abs(left[-1] - left[-2]) < abs(left[-2] - left[-3])


def test_what_the_table_shows() -> None:
    numbers = example()
    assert numbers["left"] == pytest.approx([3, 0.3, 0.03, 0.003], rel=1e-8)
    assert numbers["left_by_rival"] == pytest.approx([4, 1.3, 1.03, 1.003], rel=1e-8)
