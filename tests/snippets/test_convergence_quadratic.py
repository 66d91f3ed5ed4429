"""How fast descent arrives on a quadratic: by running it, by scanning rates, and by hand."""

from itertools import pairwise

import numpy as np
import pytest

from snippets import gradient_descent
from snippets.convergence_quadratic import (
    best_rate,
    condition_number,
    curvature_range,
    descend,
    example,
    gradient,
    line_fit,
    loss,
    steps_for_six_digits,
    worst_factor,
    worst_start,
)
from tests.independent import complex_step

SEEDS = range(5)


def draw(seed: int, n: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A (n, n) with known curvatures between 1 and 20, b and w (n, 1)."""
    rng = np.random.default_rng(seed)
    Q, _ = np.linalg.qr(rng.normal(size=(n, n)))
    curvatures = np.array([1.0, *rng.uniform(2, 19, size=n - 2), 20.0])
    return Q * curvatures @ Q.T, rng.normal(size=(n, 1)), rng.normal(size=(n, 1))


def errors(A: np.ndarray, b: np.ndarray, w: np.ndarray, eta: float, steps: int) -> np.ndarray:
    best = np.linalg.inv(A) @ b
    return np.array([np.linalg.norm(w - best) for w in descend(w, A, b, eta, steps)])


def test_gd_on_quadratic() -> None:
    """`gd_on_quadratic`: curvatures 1 and 10, ten steps from (10, 1)."""
    numbers = example()
    assert numbers["factor"] == pytest.approx(9 / 11, rel=1e-12)
    assert numbers["eta"] == pytest.approx(2 / 11, rel=1e-12)
    assert numbers["limit"] == pytest.approx(0.2, rel=1e-12)
    assert numbers["errors"][10].ravel() == pytest.approx(
        [1.3443063274931202, 0.13443063274931202], rel=1e-9
    )
    A, zero = np.diag([1.0, 10.0]), np.zeros((2, 1))
    assert errors(A, zero, np.ones((2, 1)), 0.199, 3000)[-1] < 1e-6
    assert errors(A, zero, np.ones((2, 1)), 0.201, 3000)[-1] > 1e6


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_and_its_zero(seed: int) -> None:
    A, b, w = draw(seed)
    derivative = complex_step(lambda w: ((0.5 * w.T @ A - b.T) @ w)[0, 0], w)
    assert gradient(w, A, b) == pytest.approx(derivative, rel=1e-9)
    best = np.linalg.inv(A) @ b
    e = w - best
    assert loss(w, A, b) - loss(best, A, b) == pytest.approx((e.T @ A @ e).item() / 2, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_curvatures_are_those_that_were_put_in(seed: int) -> None:
    A, _, _ = draw(seed)
    assert curvature_range(A) == pytest.approx([1, 20], rel=1e-12)
    assert condition_number(A) == pytest.approx(20, rel=1e-12)
    assert best_rate(A) == pytest.approx(2 / 21, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("share", [0.3, 1.0, 1.04])
def test_no_step_leaves_more_than_the_worst_factor_and_the_worst_start_that_much(
    seed: int, share: float
) -> None:
    A, b, w = draw(seed)
    eta = share * best_rate(A)
    factor = worst_factor(eta, A)
    steps = errors(A, b, w, eta, 20)
    bound = factor * (1 + 1e-12)  # which some starts come to within rounding
    assert all(later < bound * earlier for earlier, later in pairwise(steps))
    worst = errors(A, b, worst_start(A, b, eta), eta, 20)
    assert worst == pytest.approx(factor ** np.arange(21), rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_other_rate_is_better(seed: int) -> None:
    """The spectral norm of I - ηA over 2001 rates, and 19/21 from the curvatures put in."""
    A, _, _ = draw(seed)
    rates = best_rate(A) * np.linspace(0.5, 1.5, 2001)
    left = [np.linalg.norm(np.eye(4) - eta * A, 2) for eta in rates]
    assert np.argmin(left) == 1000
    assert min(left) == pytest.approx(19 / 21, rel=1e-12)


def test_steps_for_six_digits_are_counted_right() -> None:
    for A in (line_fit(-1.5), line_fit(0.0), line_fit(3.0)):
        eta, t = best_rate(A), steps_for_six_digits(A)
        left = errors(A, np.zeros((2, 1)), worst_start(A, np.zeros((2, 1)), eta), eta, t)
        assert left[t] <= 1e-6 * left[0] < left[t - 1]


def test_shifted_inputs_keep_the_line_and_change_its_condition() -> None:
    """By hand: A = [[1, s], [s, q]] has the trace 1 + q and the determinant 1.25, always."""
    X, y = gradient_descent.samples()
    best = np.linalg.lstsq(X.T, y, rcond=None)[0]
    for shift, kappa in example()["kappa"].items():
        mean = 1.5 + shift
        trace = 1 + 1.25 + mean**2
        root = np.sqrt(trace**2 - 4 * 1.25)
        assert kappa == pytest.approx((trace + root) ** 2 / 4 / 1.25, rel=1e-6)
        moved = X + shift * np.array([[0.0], [1.0]])
        again = np.linalg.lstsq(moved.T, y, rcond=None)[0]
        assert moved.T @ again == pytest.approx(X.T @ best, rel=1e-9)
    assert example()["steps"][-1.5] == 7


def test_the_line_fit_is_that_of_gradient_descent() -> None:
    X, y = gradient_descent.samples()
    path = gradient_descent.descend(np.zeros((2, 1)), X, y, 0.2, 5)
    again = descend(np.zeros((2, 1)), line_fit(0.0), X @ y / 4, 0.2, 5)
    assert np.array(again) == pytest.approx(np.array(path), rel=1e-12)
    assert curvature_range(line_fit(0.0))[1] == pytest.approx(gradient_descent.smoothness(X))
