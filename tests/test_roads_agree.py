"""Random programs by every road to their slopes: all agree, each within its own error bound.

Exact roads may be off by what rounding can do, differences by what the length of the step adds.
"""

from collections import Counter
from collections.abc import Callable
from functools import partial
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given

from snippets import (
    array_tape,
    complex_step,
    emission,
    forward_mode_ad,
    reverse_mode_ad,
    wengert_list,
)
from snippets import numerical_differentiation as differences
from snippets.dual_numbers import seeded
from snippets.scalar_tape import Tape, Value
from snippets.symbolic_differentiation import derivative, evaluate, symbol
from tests.random_programs import EPS, PARTIALS, STEPS, Program, programs

H = 1e-5
"""Step of differences: no value moves as far as to a kink or a pole."""
TINY = 1e-90
"""More than the complex step is off because its step has a length."""
RECORDED = {"log": "ln", "sin": "sin", "mul": "mul", "add": "add", "sub": "sub"}
"""Rules of `reverse_mode_ad`, by the names of the same steps here."""

Found = tuple[float, list[float] | np.ndarray]
"""The last value, and its slopes by the inputs, or by the inputs and all steps."""


def by_tape(f: Program, steps: dict[str, Callable] = STEPS) -> Found:
    with Tape():
        values = f.values(map(Value, f.x), steps)
        values[-1].backward()
        return values[-1].value, [v.grad for v in values]


def by_maxima_of_the_tape(f: Program) -> Found:
    """No branches: the tape has rules of its own for maxima."""
    return by_tape(f, STEPS | {"max": maximum, "relu": Value.relu})


def maximum(v: Value | float, w: Value | float) -> Value:
    return v.max(w) if isinstance(v, Value) else w.max(v)


def by_array_tape(f: Program) -> Found:
    return array_tape.value_and_grad(partial(at, f))(list(f.x))


def by_array_tape_forwards(f: Program) -> Found:
    """The pullback of a pullback, once along each input."""
    runs = [array_tape.jvp(partial(at, f), [list(f.x)], [list(e)]) for e in np.eye(len(f.x))]
    return runs[0][0], [y_dot for _, y_dot in runs]


def by_emission(f: Program) -> Found:
    """A program that was traced at another place close by."""
    return emission.emit(partial(at, f), [entry + H for entry in f.x])([*f.x])


def by_emission_with_few_names(f: Program) -> Found:
    """As programs of many lines are written."""
    with patch.object(emission, "MANY", 0):
        return by_emission(f)


def by_duals(f: Program) -> Found:
    y = f(*seeded(*f.x))
    return y.u, y.u_dot


def by_formulas(f: Program) -> Found:
    """A formula has no branches, and only numbers for exponents."""
    names = [f"x_{k}" for k in range(len(f.x))]
    at = dict(zip(names, f.x, strict=True))
    power = {"pow": lambda v, w: np.exp(w * np.log(v))}
    y = f.straightened().values(map(symbol, names), STEPS | power)[-1]
    return evaluate(y, **at), [evaluate(derivative(y, symbol(x)), **at) for x in names]


def by_complex_step(f: Program) -> Found:
    """Complex numbers have no order, so no branches."""
    y = partial(at, f.straightened())
    return y(f.x), complex_step.gradient(y, np.array(f.x))


def at(f: Program, x: np.ndarray) -> float | complex:
    return f(*x)


def by_intervention(f: Program) -> Found:
    """At the inputs and at every step."""
    values = wengert_list.record(f.values, f.x)
    y = values[-1]
    return float(y.value), [float(wengert_list.derivative(y, v)) for v in values]


EXACT = [
    by_tape,
    by_maxima_of_the_tape,
    by_array_tape,
    by_array_tape_forwards,
    by_emission,
    by_emission_with_few_names,
    by_duals,
    by_formulas,
    by_complex_step,
    by_intervention,
]


def check(f: Program, found: Found) -> None:
    """Within the bound, once for the road and once for the slopes that it is held against."""
    exact, (value, slopes) = f.tracked(f.x), found
    n = len(slopes)
    assert n in (len(f.x), len(exact.slopes))
    assert abs(value - exact.value) <= 2 * exact.off
    assert (np.abs(slopes - exact.slopes[:n]) <= 2 * exact.off_slopes[:n] + TINY).all()


@pytest.mark.parametrize("road", EXACT)
@given(f=programs())
def test_exact_roads(road: Callable[[Program], Found], f: Program) -> None:
    check(f, road(f))


def records(f: Program) -> tuple[list, list[int]]:
    """The program on the tape of `reverse_mode_ad`, and where on it its values are."""
    tape = [(entry, (), ()) for entry in f.x]
    places = list(range(len(f.x)))
    for name, operands in f.steps:
        numbers = []
        for v in operands:
            if type(v) is not int:
                tape.append((v, (), ()))  # a constant is an input that nobody moves
            numbers.append(places[v] if type(v) is int else len(tape) - 1)
        places.append(reverse_mode_ad.step(tape, RECORDED[name], *numbers))
    return tape, places


@given(f=programs(RECORDED))
def test_the_sweep_back(f: Program) -> None:
    tape, places = records(f)
    check(f, (tape[-1][0], reverse_mode_ad.reverse(tape)[places]))


@given(f=programs(RECORDED))
def test_the_sweep_forward(f: Program) -> None:
    """A direction for each input."""
    tape, _ = records(f)
    leaves = sum(not operands for _, operands, _ in tape)
    check(f, (tape[-1][0], forward_mode_ad.forward(tape, np.eye(leaves, len(f.x)))[-1]))


@given(f=programs())
def test_differences(f: Program) -> None:
    """The bounds of the module; what they need of bends is in the slopes at places close by."""
    x = np.array(f.x)
    forward = differences.forward_gradient(partial(at, f), x, H)
    central = differences.central_gradient(partial(at, f), x, H)
    for k, e in enumerate(np.eye(len(x))):
        near = [f.tracked(x + h * e) for h in (-H, 0, H)]
        left, here, right = (place.slopes[k] for place in near)
        rounding, own = max(place.off for place in near) / EPS, near[1].off_slopes[k]
        second = 2 * max(abs(right - here), abs(here - left)) / H
        third = 2 * abs(right - 2 * here + left) / H**2
        assert abs(forward[k] - here) <= differences.forward_bound(H, rounding, second) + own
        assert abs(central[k] - here) <= differences.central_bound(H, rounding, third) + own


@given(f=programs())
def test_differences_whose_step_is_sought(f: Program) -> None:
    exact = f.tracked(f.x)
    for k, e in enumerate(np.eye(len(f.x))):

        def walk(t: float, e: np.ndarray = e) -> np.ndarray:
            return np.array([f(*(f.x + t * e))])

        (slope,), (bound,) = differences.difference(walk, abs(f.x[k]))
        assert abs(slope - exact.slopes[k]) <= bound + exact.off_slopes[k]


def test_every_step_is_drawn() -> None:
    """Each of them many times, where the result depends on it."""
    seen: Counter[str] = Counter()

    @given(f=programs())
    def draw(f: Program) -> None:
        slopes = f.tracked(f.x).slopes[len(f.x) :]
        seen.update(name for (name, _), slope in zip(f.steps, slopes, strict=True) if slope)

    draw()
    assert min(seen[name] for name in PARTIALS) >= 10, seen
