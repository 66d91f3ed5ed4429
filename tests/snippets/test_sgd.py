"""Gradients of batches: right on average, with the error that counting gives, and what it costs."""

from functools import partial
from itertools import permutations

import numpy as np
import pytest

from snippets.gradient_descent import gradient, loss, samples
from snippets.sgd import (
    batch_gradient,
    batches,
    descend,
    drawn_gradient,
    example,
    losses_of_run,
    root_mean_square_error,
    step,
)
from tests.independent import complex_step

SEEDS = range(5)


def draw(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A random regression: w (3, 1), X (3, 6) and y (6, 1)."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(3, 1)), rng.normal(size=(3, 6)), rng.normal(size=(6, 1))


def test_numbers_of_the_points() -> None:
    numbers = example()
    slopes = [[-1, 0], [-2, -2], [-2, -4], [-4, -12]]  # -yᵢ (1, xᵢ), by hand
    assert np.reshape(numbers["gradients"], (4, 2)) == pytest.approx(np.array(slopes), rel=1e-15)
    assert numbers["gradient"].ravel() == pytest.approx(np.mean(slopes, axis=0), rel=1e-15)
    at_best = [[-0.1, 0], [-0.2, -0.2], [0.7, 1.4], [-0.4, -1.2]]
    assert np.reshape(numbers["gradients_at_best"], (4, 2)) == pytest.approx(np.array(at_best))
    # The squared distances of the four slopes to their mean add up to 87.75.
    assert numbers["errors"][1] == pytest.approx(np.sqrt(87.75 / 4), rel=1e-12)
    assert numbers["errors"][2] == pytest.approx(np.sqrt(87.75 / 4 / 3), rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_batch_has_the_derivative_of_its_own_loss(seed: int) -> None:
    w, X, y = draw(seed)
    batch = [1, 4, 5]
    derivative = complex_step(lambda w: np.mean((X[:, batch].T @ w - y[batch]) ** 2) / 2, w)
    assert batch_gradient(w, X, y, batch) == pytest.approx(derivative, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("b", [1, 2, 5, 6])
def test_the_error_of_batches_is_that_of_samples_drawn_without_replacement(
    seed: int, b: int
) -> None:
    """From the covariance of the per-sample gradients, which no batch enters."""
    w, X, y = draw(seed)
    assert len(batches(6, b)) == {1: 6, 2: 15, 5: 6, 6: 1}[b]
    one_by_one = X * (X.T @ w - y).T
    trace = np.trace(np.cov(one_by_one, ddof=1))
    expected = np.sqrt(trace / b * (1 - b / 6))
    assert root_mean_square_error(w, X, y, b) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_drawn_gradients_average_to_the_whole(seed: int) -> None:
    """Within five standard errors of 4000 draws, all different samples, none preferred."""
    w, X, y = draw(seed)
    rng = np.random.default_rng(seed)
    g = np.array([drawn_gradient(w, X, y, 2, rng) for _ in range(4000)])
    error = root_mean_square_error(w, X, y, 2)
    assert np.linalg.norm(g.mean(axis=0) - gradient(w, X, y)) < 5 * error / np.sqrt(4000)
    assert np.mean(np.sum((g - gradient(w, X, y)) ** 2, axis=(1, 2))) == pytest.approx(
        error**2, rel=0.1
    )
    assert drawn_gradient(w, X, y, 6, rng) == pytest.approx(gradient(w, X, y), rel=1e-12)


def test_a_single_gradient_may_point_uphill() -> None:
    X, y = samples()
    w = np.array([[0.5], [1.0]])
    along = [(batch_gradient(w, X, y, [i]).T @ gradient(w, X, y)).item() for i in range(4)]
    assert min(along) < 0 < np.mean(along)


def stationary_excess(eta: float) -> float:
    """Expected C above its minimum, after many steps along single points of the line fit.

    With e = w - w_best a step is e ← (I - η x xᵀ) e - η x r, so E[e eᵀ] obeys a linear recursion.
    """
    X, y = samples()
    best = np.linalg.lstsq(X.T, y, rcond=None)[0]
    mean, moment = np.zeros((2, 1)), np.zeros((2, 2))
    for _ in range(2000):
        moves = [np.eye(2) - eta * np.outer(x, x) for x in X.T]
        kicks = [eta * X[:, [i]] * (X[:, i] @ best - y[i]) for i in range(4)]
        pairs = list(zip(moves, kicks, strict=True))
        crossed = [A @ mean @ k.T for A, k in pairs]
        second = [A @ moment @ A.T + k @ k.T for A, k in pairs]
        moment = np.mean([s - c - c.T for s, c in zip(second, crossed, strict=True)], axis=0)
        mean = np.mean([A @ mean - k for A, k in pairs], axis=0)
    return np.trace(X @ X.T / 4 @ moment) / 2


def test_constant_steps_hover_and_shrinking_ones_settle() -> None:
    constant = losses_of_run(np.full(1000, 0.1), b=1)
    shrinking = losses_of_run(4 / (40 + np.arange(1000)), b=1)
    excess = stationary_excess(0.1)
    assert excess > 0.03
    assert np.mean(constant[200:] - 0.0875) == pytest.approx(excess, rel=0.2)
    assert stationary_excess(0.05) < 0.5 * excess
    assert np.mean(shrinking[-200:] - 0.0875) < 0.1 * excess
    numbers = example()
    for run, C in (("constant", constant), ("shrinking", shrinking)):
        low, high = sorted(C[-100:])[::99]
        assert numbers[run] == [C[10], C[100], C[1000], low, high]


@pytest.mark.parametrize("seed", SEEDS)
def test_later_batches_of_a_pass_are_not_drawn_evenly(seed: int) -> None:
    """The first half of a pass moves w; the mean of the other half is not ∇C there."""
    w, X, y = draw(seed)
    first = [0, 1, 2]
    w, _ = step(w, batch_gradient(w, X, y, first), (), 0.1)
    rest = np.mean([batch_gradient(w, X, y, [i]) for i in (3, 4, 5)], axis=0)
    assert np.linalg.norm(rest - gradient(w, X, y)) > 1e-3
    both = np.mean([rest, batch_gradient(w, X, y, first)], axis=0)
    assert both == pytest.approx(gradient(w, X, y), rel=1e-12)


def test_one_sample_at_a_time_is_the_rule_of_widrow_and_hoff() -> None:
    """By hand: w + η (y - wᵀx) x for each sample in turn."""
    X, y = samples()
    for order in permutations(range(4)):
        w = by_rule = np.zeros((2, 1))
        for i in order:
            w, _ = step(w, batch_gradient(w, X, y, [i]), (), 0.05)
            x = X[:, [i]]
            by_rule = by_rule + 0.05 * (y[i] - by_rule.T @ x) * x
        assert w == pytest.approx(by_rule, rel=1e-12)


def test_the_sum_for_the_mean_climbs() -> None:
    """The slip of the note, by hand: four times the step size."""
    X, y = samples()
    w, climbing = np.zeros((2, 1)), []
    for _ in range(4):
        climbing.append(loss(w, X, y))
        w = w - 0.2 * X @ (X.T @ w - y)
    assert example()["sums"] == pytest.approx(climbing, rel=1e-12)
    assert climbing[3] == pytest.approx(522.778232, rel=1e-9)


def test_step_works_on_any_shape_and_changes_nothing_in_place() -> None:
    w, g = np.arange(3.0), np.ones(3)
    after, state = step(w, g, (), 0.5)
    assert (after.tolist(), state) == ([-0.5, 0.5, 1.5], ())
    assert (w.tolist(), g.tolist()) == ([0, 1, 2], [1, 1, 1])
    halves = descend(step, (), w, partial(np.multiply, 1.0), [0.5, 0.25])
    assert halves[-1] == pytest.approx(w * 0.5 * 0.75, rel=1e-15)
