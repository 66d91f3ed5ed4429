"""Formulas against polynomials in exact arithmetic, the complex step, and counts by hand."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from numpy.polynomial.polynomial import polymul, polysub

from snippets.automatic_differentiation import f, formula
from snippets.dual_numbers import Dual
from snippets.symbolic_differentiation import (
    Expression,
    derivative,
    evaluate,
    example,
    parts,
    stored,
    symbol,
    written,
)
from tests.independent import complex_step

x, y = symbol("x"), symbol("y")


def test_logistic_map_expression_swell() -> None:
    """The values; and growth as computer algebra shows it too, whatever it simplifies."""
    numbers = example()
    assert numbers["v_4 at 0.2"] == pytest.approx(0.28901376000000045, rel=1e-9)
    assert numbers["slope of v_4 at 0.2"] == pytest.approx(9.066086400000007, rel=1e-9)
    values, slopes = np.array(numbers["v written"]), np.array(numbers["slope written"])
    ratios = slopes / values
    sympy = np.array([[3, 2], [8, 21], [18, 82], [38, 264], [78, 768], [158, 2096], [318, 5472]])
    for found in (values, slopes, ratios, *sympy.T, sympy[:, 1] / sympy[:, 0]):
        assert np.all(np.diff(found[1:]) > 0)
    assert np.all(slopes[2:] > 2 * slopes[1:-1])
    assert numbers["v stored"] == [1, *range(6, 25, 3)]
    assert numbers["slope stored"][2:] == list(range(18, 59, 8))


TABLE_1 = {  # the column of simplified derivatives of Baydin and others: factor and coefficients
    1: (1, [1]),
    2: (4, [1, -2]),
    3: (16, [1, -10, 24, -16]),
    4: (64, [1, -42, 504, -2640, 7040, -9984, 7168, -2048]),
}


@pytest.mark.parametrize("t", TABLE_1)
def test_baydin_table_1(t: int) -> None:
    """Exact at more points than the polynomial has coefficients, so it is the same polynomial."""
    factor, coefficients = TABLE_1[t]
    slope = derivative(f(x, t - 1), x)
    for place in (Fraction(k, 7) for k in range(-5, 6)):
        expected = sum(factor * c * place**k for k, c in enumerate(coefficients))
        assert evaluate(slope, x=place) == expected


def test_baydin_table_1_before_simplification() -> None:
    """The last row is the formula by hand in another note; it is one polynomial with ours."""
    for place in (Fraction(k, 7) for k in range(-5, 6)):
        assert evaluate(derivative(f(x), x), x=place) == formula(place)
        assert evaluate(formula(x), x=place) == formula(place)


@pytest.mark.parametrize("t", range(1, 8))
def test_polynomials_have_the_same_derivative(t: int) -> None:
    """The map multiplied out, in whole numbers; dual numbers agree as well."""
    v = np.array([0, 1], dtype=object)
    for _ in range(t - 1):
        v = polymul(4 * v, polysub([1], v))
    slope = derivative(f(x, t - 1), x)
    for place in (Fraction(k, 9) for k in range(-3, 12)):
        expected = sum(k * c * place ** (k - 1) for k, c in enumerate(v) if k)
        assert evaluate(slope, x=place) == expected
        assert f(Dual(place, Fraction(1)), t - 1).u_dot == expected


def occurrences(part: Expression) -> int:
    """Nodes counted by walking through all of them, every occurrence by itself."""
    return 1 + sum(map(occurrences, part.operands))


@pytest.mark.parametrize("t", range(1, 7))
def test_counts_by_walking(t: int) -> None:
    for tree in (f(x, t - 1), derivative(f(x, t - 1), x)):
        assert written(tree) == occurrences(tree)
        assert stored(tree) == len(parts(tree)) == len(set(parts(tree)))


def test_counts_by_hand() -> None:
    """4 v (1 - v): the leaves 4, x, 1, x, and three operations; x is there twice."""
    numbers = example()
    assert numbers["v_2"] == "(4 * x) * (1 - x)"
    assert numbers["slope of v_2"] == "(4 * (1 - x)) + ((4 * x) * -1)"
    assert (numbers["v written"][1], numbers["v stored"][1]) == (7, 6)
    assert (numbers["slope written"][1], numbers["slope stored"][1]) == (11, 9)


def test_what_is_printed_is_the_formula() -> None:
    tree = derivative(np.sin(x * y) / np.exp(2 - x) - np.log(x) ** 3, x)
    names = {name: getattr(math, name) for name in ("sin", "cos", "exp", "log")}
    at = {"x": 1.3, "y": -0.4}
    assert eval(str(tree), names | at) == pytest.approx(evaluate(tree, **at), rel=1e-14)
    assert str(derivative(f(x), x)).count("x") == 24
    assert str(derivative(f(x, 30), x)) == f"<{stored(derivative(f(x, 30), x))} parts>"


RULES: dict[str, Callable[[Any, Any], Any]] = {
    "sum": lambda x, y: x + y + x,
    "difference": lambda x, y: 2 - x - y,
    "product": lambda x, y: x * y * x,
    "quotient": lambda x, y: x / (x + y),
    "number over": lambda x, y: 2 / x,
    "square": lambda x, y: x**2 * y,
    "root": lambda x, y: (x * y) ** 0.5,
    "inverse": lambda x, y: (x + y) ** -3,
    "negative": lambda x, y: -x * y,
    "exp": lambda x, y: np.exp(x * y),
    "log": lambda x, y: np.log(x + y),
    "sin": lambda x, y: np.sin(x * y),
    "cos": lambda x, y: np.cos(x - y),
    "tanh": lambda x, y: np.tanh(x * y),
    "sqrt": lambda x, y: np.sqrt(x + y * y),
    "NumPy number": lambda x, y: np.float64(2) * x - np.float64(3) / y,
    "array": lambda x, y: np.array([x, y]) @ np.array([y, x]) + np.prod([x, y]),
    "all": lambda x, y: np.tanh(np.sin(x) / np.exp(y)) ** 3 - np.sqrt(np.cos(x * y) + 2),
}


@pytest.mark.parametrize("name", RULES)
def test_each_rule(name: str) -> None:
    rule, place = RULES[name], np.array([0.7, 1.9])
    at = {"x": 0.7, "y": 1.9}
    assert evaluate(rule(x, y), **at) == pytest.approx(rule(*place), rel=1e-15)
    found = [evaluate(derivative(rule(x, y), symbol), **at) for symbol in (x, y)]
    assert found == pytest.approx(complex_step(lambda x: rule(*x), place), rel=1e-13, abs=1e-15)


def test_second_derivatives() -> None:
    """A derivative is a formula like another one."""
    slope = derivative(np.exp(np.sin(x)) / x, x)
    found = evaluate(derivative(slope, x), x=0.7)
    assert found == pytest.approx(complex_step(lambda x: evaluate(slope, x=x), 0.7), rel=1e-13)


SIMPLIFIED = {
    "x": [x + 0, 0 + x, x - 0, x * 1, 1 * x, x / 1, x**1, 1.0 * x, x + 0.0],
    "0": [0 * x, x * 0, x * 0.0, derivative(y, x), derivative(3, x)],
    "5": [x * 0 + 5, x * 0 + 7 - 2],
    "1": [derivative(x, x)],
    "0 - x": [0 - x],
    "x - x": [x - x],
    "x + x": [x + x],
    "x / x": [x / x],
    "(x * 2) * 3": [x * 2 * 3],
    "(x * x) + (x * x)": [x * x + x * x],
}


@pytest.mark.parametrize("text", SIMPLIFIED)
def test_simplified_as_far_as_stated(text: str) -> None:
    assert [str(tree) for tree in SIMPLIFIED[text]] == [text] * len(SIMPLIFIED[text])


def test_equal_parts_are_one_object() -> None:
    assert x * y is symbol("x") * symbol("y")
    assert x * y is not y * x
    assert np.sin(x) is np.sin(x)


def test_a_long_loop() -> None:
    """The formula of 3000 repetitions: written out, its nodes are a number of 900 digits."""
    tree = f(x, 3000)
    assert stored(tree) == 3 + 3 * 3000
    assert math.log10(written(tree)) > 900
    assert stored(derivative(tree, x)) < 9 * 3000
    assert evaluate(tree, x=0.75) == pytest.approx(f(0.75, 3000))


REFUSED: dict[str, tuple[Callable[[], Any], type[Exception], str]] = {
    "less": (lambda: x < 2, TypeError, "x has no value yet to compare with 2: write each branch"),
    "equal": (lambda: x == 2, TypeError, "no value yet to compare with 2"),
    "unlike": (lambda: x != 2, TypeError, "no value yet to compare with 2"),
    "largest": (lambda: max(x, 0), TypeError, "no value yet to compare with"),
    "as a truth": (lambda: 1 if x else 2, TypeError, "no value yet"),
    "exponent": (lambda: x**y, TypeError, r"\(x\) \*\* \(y\) has no number for its exponent"),
    "base": (lambda: 2**x, TypeError, r"\(2\) \*\* \(x\) has no number for its exponent"),
    "by a product": (lambda: derivative(x, x * y), ValueError, r"by a symbol, and x \* y is none"),
    "by a number": (lambda: derivative(x, 3), ValueError, "by a symbol, and 3 is none"),
    "an array": (lambda: derivative(np.array([x, y]), x), TypeError, "entries of an array one by"),
    "no value": (lambda: evaluate(x * y, x=1.0), ValueError, "y has no value: give it"),
    "logarithm": (lambda: evaluate(np.log(x), x=-1.0), ValueError, "log of .* gives nan where"),
    "division": (lambda: evaluate(1 / x, x=0.0), ValueError, r"/ of \[1, 0.0\] gives nan"),
    "root": (lambda: evaluate(x**0.5, x=-1.0), ValueError, r"\*\* of \[-1.0, 0.5\] gives nan"),
    "overflow": (lambda: evaluate(np.exp(x), x=1e3), ValueError, "exp of .* gives inf"),
    "a word": (lambda: x + "one", TypeError, "'Expression' and 'str'"),
    "nothing": (lambda: None / x, TypeError, "'NoneType' and 'Expression'"),
    "no rule": (lambda: np.arctan(x), TypeError, "no callable arctan method"),
    "math": (lambda: math.sin(x), TypeError, "must be real number"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    call, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        call()
