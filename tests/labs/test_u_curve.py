"""The lab on the steps of differences, against the curve of the worked examples."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

Run = Callable[[str], dict[str, Any]]


def test_finite_difference_error_curve(lab: Run) -> None:
    """`finite_difference_error_curve`: both errors at x = 1 while rounding plays no part."""
    names = lab("u-curve")
    one_side = [0.21669949649360376, 0.013765838793992735, 0.0013042197667774147]
    both_sides = [0.07914554796609252, 0.0007951333994045129, 7.951685902618522e-06]
    assert names["one_side"][:3] == pytest.approx(one_side, rel=1e-8)
    assert names["both_sides"][:3] == pytest.approx(both_sides, rel=1e-6)
    assert 1e-9 <= 10.0 ** -(1 + np.argmin(names["one_side"])) <= 1e-7
    assert 1e-7 <= 10.0 ** -(1 + np.argmin(names["both_sides"])) <= 1e-5


def test_the_slope_is_that_of_the_formula(lab: Run) -> None:
    """The derivative of exp(sin(x²)) at 1 is 2 cos(1) exp(sin(1))."""
    assert lab("u-curve")["slope"] == pytest.approx(2 * math.cos(1) * math.exp(math.sin(1)))


def test_the_right_branches_fall_as_the_first_and_second_power(lab: Run) -> None:
    names = lab("u-curve")
    steps = np.array([1e-2, 1e-3])
    for way, power in (("forward_difference", 1), ("central_difference", 2)):
        longer, shorter = names["errors"](names[way], 1.0, steps)
        assert np.log10(longer / shorter) == pytest.approx(power, abs=0.05)


def test_the_turn_lies_within_a_factor_of_ten_of_the_guess(lab: Run) -> None:
    rows = [line.split() for line in lab("u-curve")["printed"].splitlines()]
    guesses = [(float(row[-2]), float(row[-1])) for row in rows if row and row[0].isdigit()]
    assert len(guesses) == 4
    assert all(0.1 < found / guess < 10 for found, guess in guesses)


def test_the_luckiest_step_differs_from_place_to_place(lab: Run) -> None:
    table = lab("u-curve")["printed"].partition("luckiest")[2].splitlines()[1:]
    assert len({line.split()[1] for line in table}) >= 3
