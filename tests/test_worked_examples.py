"""Every worked example of scalars, by every road: its name is the name of its test."""

from collections.abc import Callable

import numpy as np
import pytest

from snippets.dual_numbers import seeded
from snippets.scalar_tape import Tape, Value
from snippets.symbolic_differentiation import derivative, evaluate, symbol
from tests.independent import complex_step
from tests.worked_examples import BRANCHING, SMOOTH, Example

Found = tuple[float, np.ndarray]


def by_complex_step(one: Example) -> Found:
    return one.f(*one.x), complex_step(lambda x: one.f(*x), np.array(one.x))


def by_duals(one: Example) -> Found:
    """One run, with a direction for each input."""
    y = one.f(*seeded(*one.x))
    return y.u, y.u_dot


def by_formulas(one: Example) -> Found:
    """One formula for each input."""
    names = [f"x_{k}" for k in range(len(one.x))]
    at = dict(zip(names, one.x, strict=True))
    y = one.f(*map(symbol, names))
    return evaluate(y, **at), np.array([evaluate(derivative(y, symbol(x)), **at) for x in names])


def by_tape(one: Example) -> Found:
    """One run and one sweep back."""
    with Tape():
        inputs = [Value(entry) for entry in one.x]
        y = one.f(*inputs)
        y.backward()
        return y.value, np.array([v.grad for v in inputs])


def check(road: Callable[[Example], Found], one: Example) -> None:
    value, gradient = road(one)
    if one.value is not None:
        assert value == pytest.approx(one.value, rel=one.tolerance, abs=1e-15)
    assert gradient == pytest.approx(one.gradient, rel=one.tolerance, abs=1e-15)


@pytest.mark.parametrize("road", [by_complex_step, by_duals, by_tape, by_formulas])
@pytest.mark.parametrize("name", SMOOTH)
def test_example(name: str, road: Callable[[Example], Found]) -> None:
    check(road, SMOOTH[name])


@pytest.mark.parametrize("name", BRANCHING)
def test_example_with_branches(name: str) -> None:
    """The complex step cannot order its numbers, and a formula has no branches; the others do."""
    check(by_duals, BRANCHING[name])
    check(by_tape, BRANCHING[name])
    with pytest.raises(TypeError, match="no value yet to compare with 0"):
        by_formulas(BRANCHING[name])
