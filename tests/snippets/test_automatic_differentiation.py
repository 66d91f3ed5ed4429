"""Four ways to the slope of the logistic map, and dual numbers on random procedures."""

from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from snippets.automatic_differentiation import (
    dual_number,
    example,
    f,
    formula,
    relative_error,
    ways,
)
from snippets.dual_numbers import Dual
from snippets.numerical_differentiation import forward_difference
from tests import independent

Number = float | complex | Dual


def test_numbers_at_one_fifth() -> None:
    numbers = example()
    assert numbers["y"] == pytest.approx(0.28901376, rel=1e-14)
    assert numbers["dual numbers"] == pytest.approx(9.0660864, rel=1e-14)
    assert numbers["formula"] == pytest.approx(9.0660864, rel=1e-14)
    assert numbers["complex step, h = 1e-30"] == pytest.approx(9.0660864, rel=1e-14)


def test_the_exact_slope_is_a_fraction() -> None:
    """In exact arithmetic the written-out formula and the dual numbers agree to the last digit."""
    fifth = Fraction(1, 5)
    assert formula(fifth) == Fraction(708288, 78125)
    assert f(Dual(fifth, Fraction(1))).u_dot == Fraction(708288, 78125)
    assert f(Dual(fifth, Fraction(1))).u == f(fifth) == Fraction(28901376, 10**8)
    assert example()["exact"] == 708288 / 78125


@pytest.mark.parametrize("x", np.random.default_rng(1).uniform(-1, 2, size=20))
def test_every_exact_way_is_the_derivative(x: float) -> None:
    slope = independent.complex_step(f, x)
    assert dual_number(x) == pytest.approx(slope, rel=1e-12)
    assert formula(x) == pytest.approx(slope, rel=1e-11)
    assert ways(x)["complex step, h = 1e-30"] == pytest.approx(slope, rel=1e-12)
    assert ways(x)["difference, h = 1e-08"] == pytest.approx(slope, rel=1e-3, abs=1e-3)


def random_procedure(seed: int) -> Callable[[Number], Number]:
    """A procedure of twelve steps, each one of the three that a dual number knows."""

    def run(x: Number) -> Number:
        rng = np.random.default_rng(seed)
        v = [x]
        for _ in range(12):
            left, right = (v[k] for k in rng.integers(len(v), size=2))
            constant = float(rng.uniform(-1, 1))
            kind = rng.integers(3)
            v.append([left * right, constant * left, constant - left][kind])
        return v[-1] * v[-2]

    return run


@pytest.mark.parametrize("seed", range(30))
def test_simple_steps_give_any_combination_of_them(seed: int) -> None:
    procedure = random_procedure(seed)
    slope = independent.complex_step(procedure, 0.7)
    assert procedure(Dual(0.7, 1.0)).u_dot == pytest.approx(slope, rel=1e-11)


def test_a_smaller_step_is_not_a_better_one() -> None:
    """The note's slip: the error falls with h only down to about 1e-8, then it grows again."""
    steps = 10.0 ** -np.arange(1, 15)
    errors = [relative_error(forward_difference(f, 0.2, h)) for h in steps]
    best = int(np.argmin(errors))
    assert 1e-10 < steps[best] < 1e-7
    assert 1e-9 < errors[best] < 1e-7
    assert np.all(np.diff(errors[: best + 1]) < 0)
    assert errors[11] > 1000 * errors[7]
    assert relative_error(dual_number(0.2)) < 1e-6 * errors[best]
