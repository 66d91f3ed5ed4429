"""Dual numbers against the complex step, in exact fractions, and where there is no slope."""

import math
import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from snippets.dual_numbers import FUNCTIONS, Dual, example, f, one_unit_for_two, quotient, seeded, z
from tests.independent import complex_step, complex_step_jacobian


def test_wikipedia_ad_example() -> None:
    numbers = example()
    assert numbers["z"] == 19
    assert numbers["z_dot"].tolist() == [7, 8]


def test_griewank_walther_intro() -> None:
    """The printed digits, and those of a longer computation."""
    numbers = example()
    assert numbers["quotient"] == pytest.approx(2.0167, abs=1e-4)
    assert numbers["quotient_dot"] == pytest.approx([3.0118, -13.7239], abs=1e-4)
    assert numbers["quotient"] == pytest.approx(2.016646669428201, rel=1e-14)
    assert numbers["quotient_dot"] == pytest.approx([3.011843327673907, -13.723961509314076])


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("u", [0.3, 1.0, 2.7])
def test_each_function(name: str, u: float) -> None:
    function = getattr(np, name)
    y = function(Dual(u, 3.0))
    assert y.u == function(u)
    assert y.u_dot == pytest.approx(3 * complex_step(function, u), rel=1e-14)


POWERS = {
    "square": lambda u, w: u**2,
    "cube of a negative": lambda u, w: (-u) ** 3,
    "root": lambda u, w: u**0.5,
    "inverse": lambda u, w: u**-1,
    "constant": lambda u, w: u**0,
    "base": lambda u, w: 2.5**u,
    "both": lambda u, w: u**w,
    "one base": lambda u, w: u**u,
}
OPERATORS = {
    one.__name__: one for one in (operator.add, operator.sub, operator.mul, operator.truediv)
}


@pytest.mark.parametrize("name", {**POWERS, **OPERATORS})
def test_each_operator(name: str) -> None:
    function = {**POWERS, **OPERATORS}[name]
    place = np.array([1.7, -0.6])
    y = function(*seeded(*place))
    assert y.u == pytest.approx(function(*place), rel=1e-15)
    assert y.u_dot == pytest.approx(complex_step(lambda x: function(*x), place), rel=1e-14)


@pytest.mark.parametrize("operation", OPERATORS.values())
@pytest.mark.parametrize("c", [3, 2.5, Fraction(1, 3), np.float64(0.7), np.int64(4)])
def test_a_plain_number_on_either_side(operation: Callable, c: Any) -> None:
    u = Dual(1.3, [1.0, -2.0])
    for one, other in ((u, c), (c, u)):
        y = operation(one, other)
        lifted = operation(*(x if x is u else Dual(float(c), [0.0, 0.0]) for x in (one, other)))
        assert y.u == pytest.approx(lifted.u, rel=1e-15)
        assert y.u_dot == pytest.approx(lifted.u_dot, rel=1e-15)


def random_procedure(seed: int) -> Callable[..., Any]:
    """Twelve steps on three inputs, which use any earlier value, and the same one twice."""

    def run(*x: Any) -> Any:
        rng, v = np.random.default_rng(seed), [*x]
        for _ in range(12):
            one, other = (v[k] for k in rng.integers(len(v), size=2))
            steps = [
                lambda u, w: u + w,
                lambda u, w: 0.5 * u * w,
                lambda u, w: u - 2 * w,
                lambda u, w: u / (3 + w * w),
                lambda u, w: np.sin(u) - np.cos(w),
                lambda u, w: np.tanh(u + w),
                lambda u, w: np.sqrt(1 + u * u) ** 1.5,
                lambda u, w: np.log(2 + u * u) - np.exp(-w * w),
            ]
            v.append(steps[rng.integers(len(steps))](one, other))
        return v[-1] + v[-2]

    return run


@pytest.mark.parametrize("seed", range(60))
def test_any_procedure_in_all_directions_at_once(seed: int) -> None:
    x = np.random.default_rng(seed).uniform(-1, 1, size=3)
    procedure = random_procedure(seed)
    y = procedure(*seeded(*x))
    assert y.u == pytest.approx(procedure(*x), rel=1e-15)
    expected = complex_step(lambda x: procedure(*x), x)
    assert y.u_dot == pytest.approx(expected, rel=1e-11, abs=1e-13)
    # One direction alone: the slope along it, whatever the others are.
    along = np.random.default_rng(seed).normal(size=3)
    one = procedure(*(Dual(x_k, slope) for x_k, slope in zip(x, along, strict=True)))
    assert one.u_dot == pytest.approx(y.u_dot @ along, rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("x", [0.4, 1.1, 1.9])
def test_the_function_that_meets_every_rule(x: float) -> None:
    assert f(Dual(x, 1.0)).u == pytest.approx(f(x), rel=1e-15)
    assert f(Dual(x, 1.0)).u_dot == pytest.approx(complex_step(f, x), rel=1e-13)


def test_a_constant_power_at_zero() -> None:
    y = Dual(0.0, 1.0) ** 0
    assert (y.u, y.u_dot) == (1, 0)
    y = Dual(0.0, 1.0) ** 1
    assert (y.u, y.u_dot) == (0, 1)


def test_arrays_of_duals() -> None:
    """Matrix code runs as it stands; a Jacobian comes from one run."""
    rng = np.random.default_rng(7)
    W, b, x = rng.normal(size=(4, 3)), rng.normal(size=4), rng.normal(size=3)

    def layer(x: np.ndarray) -> np.ndarray:
        return np.tanh(W @ x + b)

    found = np.array([y.u_dot for y in layer(np.array(seeded(*x)))])
    assert found == pytest.approx(complex_step_jacobian(layer, x), rel=1e-13)


def test_directions_may_have_any_shape() -> None:
    y = Dual(2.0, np.ones((2, 3))) * Dual(3.0, np.eye(2, 3))
    assert y.u_dot.tolist() == [[5, 3, 3], [3, 5, 3]]


def test_exact_in_fractions() -> None:
    u = Dual(Fraction(1, 5), Fraction(1))
    y = (3 * u - u * u) / (1 - u)
    assert (y.u, y.u_dot) == (Fraction(7, 10), Fraction(33, 8))


def test_branches_compare_values() -> None:
    u = Dual(2.0, [1.0, 0.0])
    assert u > 1
    assert 3 >= u >= 2
    assert u == 2
    assert u < Dual(2.5, [0.0, 0.0])
    assert u != 3
    assert max(u, 0) is u
    assert np.maximum(u, 5.0) == 5


def test_the_unit_squares_to_zero() -> None:
    epsilon = Dual(0.0, 1.0)
    assert ((epsilon * epsilon).u, (epsilon * epsilon).u_dot) == (0, 0)
    assert (epsilon.u, epsilon.u_dot) == (0, 1)


def test_one_unit_for_two_differentiations() -> None:
    """The note's slip. With another number in the place of the inner dual, the slope is right."""
    assert one_unit_for_two(1.0) == example()["one unit for two"] == 2
    inner = complex_step(lambda y: 1.0 + y, 1.0)
    assert (Dual(1.0, 1.0) * float(inner)).u_dot == 1
    with pytest.raises(TypeError, match=r"holds one number, not 1.0 \+ 1.0ε"):
        Dual(Dual(1.0, 1.0), 1.0)


u, w = Dual(2.0, [1.0, 0.0]), Dual(-1.0, 1.0)
REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "directions": (
        lambda: u + w,
        ValueError,
        r"2.0 \+ \[1. 0.\]ε and -1.0 \+ 1.0ε have unlike directions: seed all inputs at once",
    ),
    "an array": (
        lambda: Dual(np.ones(2), 1.0),
        TypeError,
        r"one number, not array\(\[1., 1.\]\): make an array of duals",
    ),
    "nan": (lambda: Dual(np.nan, 1.0), ValueError, "an input is nan"),
    "infinite slope": (lambda: Dual(1.0, [0.0, np.inf]), ValueError, "an input is 1.0"),
    "logarithm": (lambda: np.log(w), ValueError, r"log of -1.0 \+ 1.0ε is nan"),
    "root at zero": (lambda: np.sqrt(Dual(0.0, 1.0)), ValueError, "sqrt of 0.0 .* is 0.0 . infε"),
    "root of a negative": (lambda: w**0.5, ValueError, r"power of -1.0 \+ 1.0ε, 0.5 is nan"),
    "negative base": (lambda: (-2) ** w, ValueError, "log of -2 .* finite value and slope"),
    "overflow": (lambda: Dual(1e200, 1.0) ** 2, ValueError, r"power of 1e\+200 .* is inf"),
    "product overflow": (lambda: Dual(1e200, 1.0) * 1e200, ValueError, r"mul of 1e\+200"),
    "NumPy product": (lambda: np.float64(1e200) * Dual(np.float64(1e200), 1.0), ValueError, "mul"),
    "NumPy overflow": (lambda: np.exp(Dual(1e3, 1.0)), ValueError, "exp of 1000.0"),
    "division": (lambda: 1 / Dual(0.0, 1.0), ZeroDivisionError, "value 0 has no inverse"),
    "a word": (lambda: u + "one", TypeError, "'Dual' and 'str'"),
    "nothing": (lambda: None * u, TypeError, "'NoneType' and 'Dual'"),
    "no rule": (lambda: np.arctan(u), TypeError, "no callable arctan method"),
    "math": (lambda: math.sin(u), TypeError, "must be real number, not Dual"),
    "into floats": (lambda: np.ones(2).__setitem__(0, u), TypeError, "not 'Dual'"),
    "as a key": (lambda: {u: 1}, TypeError, "unhashable"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    call, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        call()


def test_the_functions_of_the_note_are_plain() -> None:
    assert z(2.0, 3.0) == 19
    assert quotient(1.5, 0.5) == example()["quotient"]
