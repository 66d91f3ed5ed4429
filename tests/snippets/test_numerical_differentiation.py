"""Errors of differences where they are known, bounds that hold, and steps that are best."""

from collections.abc import Callable

import numpy as np
import pytest

from snippets import chain_rule_scalar
from snippets.numerical_differentiation import (
    EPS,
    best_central_step,
    best_forward_step,
    calls,
    central_bound,
    central_difference,
    central_gradient,
    difference,
    divided_by_the_wish,
    example,
    forward_bound,
    forward_difference,
    forward_gradient,
)
from tests.independent import complex_step
from tests.worked_examples import SMOOTH

STEPS = 10.0 ** -np.arange(1, 16)


def composite(x: float) -> float:
    """The function of the note on the chain rule, exp(sin(x²))."""
    return chain_rule_scalar.values(x)[-1]


def errors(way: Callable, x: float = 1.0) -> np.ndarray:
    slope = chain_rule_scalar.forward(x)[-1]
    return np.array([abs(way(composite, x, h) - slope) for h in STEPS])


def test_finite_difference_error_curve() -> None:
    """`finite_difference_error_curve`: errors at x = 1 for steps from 1e-1 on, and both V shapes.

    Where truncation rules, the digits are recomputed. Where rounding does, they depend on the
    machine's sine and exponential, so there only their size is compared.
    """
    forward, central = errors(forward_difference), errors(central_difference)
    listed = [0.21669949649360376, 0.013765838793992735, 0.0013042197667774147]
    listed += [0.00012970552047253392, 1.2963335664473163e-05]
    assert forward[:5] == pytest.approx(listed, rel=1e-5)
    listed = [0.07914554796609252, 0.0007951333994045129, 7.951685902618522e-06]
    assert central[:3] == pytest.approx(listed, rel=1e-5)
    assert central[3] == pytest.approx(7.951720792931383e-08, rel=1e-3)
    for found, best in ((forward, 1e-8), (central, 1e-6)):
        low = int(np.argmin(found))
        assert best / 10.1 < STEPS[low] < best * 10.1
        assert np.all(np.diff(found[: low + 1]) < 0)
        assert found[low] < 1e-3 * found[-4]  # far right of the lowest point
        assert found[-1] > 1e-3


def test_the_curves_are_below_their_bounds() -> None:
    """F, M_2 and M_3 of the composite, from its derivatives on [0.8, 1.2] by hand."""
    x = np.linspace(0.8, 1.2, 401)
    v, y = x**2, composite(x)
    u_1, u_2 = 2 * x * np.cos(v), 2 * np.cos(v) - 4 * v * np.sin(v)
    u_3 = -12 * x * np.sin(v) - 8 * x**3 * np.cos(v)
    F, M_2 = y.max(), np.abs(y * (u_1**2 + u_2)).max()
    M_3 = np.abs(y * (u_1**3 + 3 * u_1 * u_2 + u_3)).max()
    steps, eps = STEPS[1:], 4 * EPS  # four operations, each rounded
    assert np.all(errors(forward_difference)[1:] <= forward_bound(steps, F, M_2, eps))
    assert np.all(errors(central_difference)[1:] <= central_bound(steps, F, M_3, eps))


@pytest.mark.parametrize("name", SMOOTH)
def test_worked_examples(name: str) -> None:
    """Every worked example of scalars, by its name, to the digits that differences have."""
    one = SMOOTH[name]
    x, expected = np.array(one.x), np.array(one.gradient)
    size = max(1, abs(one.f(*x)), *np.abs(expected))
    for gradient, h, error in ((forward_gradient, 3e-8, 1e-6), (central_gradient, 6e-6, 1e-8)):
        found = gradient(lambda x: one.f(*x), x, h)
        assert found == pytest.approx(expected, rel=0, abs=error * size)


TABLE = {  # h, and relative errors of central and one-sided differences of the composite at 1.3
    1e-2: (3.8e-4, 1.1e-1),
    1e-3: (3.8e-6, 1.1e-2),
    1e-4: (3.8e-8, 1.1e-3),
}


@pytest.mark.parametrize("h", TABLE)
def test_errors_measured_before(h: float) -> None:
    slope = chain_rule_scalar.forward(1.3)[-1]
    for way, error in zip((central_difference, forward_difference), TABLE[h], strict=True):
        assert abs(way(composite, 1.3, h) / slope - 1) == pytest.approx(error, rel=0.05)


def test_the_note() -> None:
    numbers = example()
    assert numbers["best_steps"] == pytest.approx([2.98e-8, 8.73e-6], rel=1e-3)
    assert numbers["best_bounds"] == pytest.approx([2.98e-8, 3.81e-11], rel=1e-3)
    assert (numbers["forward_calls"], numbers["central_calls"]) == (1001, 2000)
    for way in ("forward", "central"):
        found, bound = np.array(numbers[way]), numbers[f"{way}_bound"]
        assert np.all(found <= bound)
        assert np.all(found >= 0.1 * bound)  # a bound that says something


@pytest.mark.parametrize("way", [forward_difference, central_difference])
@pytest.mark.parametrize("x", [0.3, -7.1, 1000.0, 1e-5])
def test_the_step_that_was_taken_is_exact(way: Callable, x: float) -> None:
    """The slope of x itself is 1 to the last digit, whatever the step."""
    assert [way(lambda x: x, x, h) for h in STEPS[:9]] == [1.0] * 9


def test_the_step_that_was_wished_for_is_not() -> None:
    numbers = example()
    assert abs(divided_by_the_wish(lambda x: x, 1000.0, 1e-8) - 1) > 1e-7
    assert numbers["error_by_the_wish"] > 100 * numbers["error_by_the_step_taken"]
    assert numbers["step_taken"] == 1000.00000001 - 1000


@pytest.mark.parametrize("seed", range(5))
def test_no_step_has_a_smaller_bound(seed: int) -> None:
    """A search over all steps knows nothing of the formula for the best one."""
    F, M, eps = np.random.default_rng(seed).uniform([1, 1, 1e-16], [9, 9, 1e-7])
    steps = np.geomspace(1e-12, 1, 200_001)
    for bound, best in (
        (forward_bound, best_forward_step(F, M, eps)),
        (central_bound, best_central_step(F, M, eps)),
    ):
        found = bound(steps, F, M, eps)
        assert steps[np.argmin(found)] == pytest.approx(best, rel=1e-3)
        assert bound(best, F, M, eps) <= found.min()


@pytest.mark.parametrize("shape", [(1,), (7,), (2, 3), (2, 3, 1)])
def test_calls_and_slopes_of_all_entries(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=shape), rng.normal(size=shape)

    def f(x: np.ndarray) -> complex:
        return np.sum(np.sin(w * x)) + np.prod(x)

    expected = complex_step(f, x)
    kept = x.copy()
    assert forward_gradient(f, x, 3e-8) == pytest.approx(expected, rel=1e-5, abs=1e-6)
    assert central_gradient(f, x, 6e-6) == pytest.approx(expected, rel=1e-8, abs=1e-9)
    assert np.array_equal(x, kept)
    assert calls(forward_gradient, f, x, 1e-6) == x.size + 1
    assert calls(central_gradient, f, x, 1e-6) == 2 * x.size


def test_single_precision_keeps_fewer_digits() -> None:
    """With ε = 1.2e-7 the bounds ask for a step of some 1e-3 and leave four digits.

    The best of a dense scan is luckier, as measured before: an error of about 1e-6.
    """
    x, steps = np.float32(1.3), np.geomspace(1e-5, 1e-1, 400).astype(np.float32)
    exact = chain_rule_scalar.forward(float(x))[-1]
    found = np.array([abs(central_difference(composite, x, h) / exact - 1) for h in steps])
    worst_nearby = np.array([found[max(0, i - 15) : i + 15].max() for i in range(len(found))])
    low = int(np.argmin(worst_nearby))
    assert composite(x).dtype == np.float32
    assert 1e-4 < steps[low] < 1e-2
    assert 1e-5 < worst_nearby[low] < 1e-3
    assert 1e-8 < found.min() < 1e-5


FUNCTIONS = {
    "sine": (np.sin, np.cos),
    "exponential": (np.exp, np.exp),
    "large": (lambda x: 1e8 + np.sin(x), np.cos),
    "steep": (lambda x: np.sin(300 * x), lambda x: 300 * np.cos(300 * x)),
    "flat": (lambda x: x**4, lambda x: 4 * x**3),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("x", [0.0, 0.7, -3.0])
def test_the_bound_of_a_difference_holds(name: str, x: float) -> None:
    f, slope = FUNCTIONS[name]
    found, bound = difference(lambda t: np.array([f(x + t)]), abs(x))
    assert abs(found - slope(x)) <= bound
    assert bound < 1e-8 * max(1, abs(f(x)))


def test_a_kink_has_no_slope() -> None:
    found, _ = difference(lambda t: np.abs(np.array([t, t - 0.5])), 0.0)
    assert np.isnan(found[0])
    assert found[1] == pytest.approx(-1)
