"""Momentum: the same path by other recursions, and the pace that eigenvalues promise."""

from functools import partial

import numpy as np
import pytest

from snippets.gradient_descent import gradient, samples
from snippets.momentum import (
    START,
    best_settings,
    curvatures,
    example,
    shrinkage,
    step,
    steps_needed,
    with_velocities,
)
from snippets.sgd import descend

SEEDS = range(5)


def draw(seed: int) -> tuple[np.ndarray, partial]:
    """A start (3, 1), and the gradient of a random quadratic."""
    rng = np.random.default_rng(seed)
    A = rng.normal(size=(3, 3))
    return rng.normal(size=(3, 1)), partial(np.matmul, A @ A.T + np.eye(3))


def test_three_steps_on_a_parabola() -> None:
    """E = w² from 10 with step size 0.8 and momentum 0.1, as in G. Orr's course CS449."""
    path = descend(step, START, 10.0, partial(np.multiply, 2.0), [0.8] * 3, mu=0.1)
    assert path == pytest.approx([10, -6, 2, -0.4], rel=1e-12)
    plain = descend(step, START, 10.0, partial(np.multiply, 2.0), [0.8] * 3, mu=0.0)
    assert plain == pytest.approx([10, -6, 3.6, -2.16], rel=1e-12)


def test_numbers_of_the_line_fit() -> None:
    numbers = example()
    kappa = (4.5 + np.sqrt(15.25)) / (4.5 - np.sqrt(15.25))  # eigenvalues of [[1, 1.5], [1.5, 3.5]]
    assert numbers["kappa"] == pytest.approx(kappa, rel=1e-12)
    root = np.sqrt(kappa)
    assert numbers["rho_best"] == pytest.approx((root - 1) / (root + 1), rel=1e-12)
    assert numbers["rho_plain"] == pytest.approx((kappa - 1) / (kappa + 1), rel=1e-12)
    assert numbers["rho_heavy"] == pytest.approx(np.sqrt(0.9), rel=1e-12)
    assert best_settings(1.0, numbers["kappa_of_heavy"])[1] == pytest.approx(0.9, rel=1e-12)
    assert round(numbers["kappa_of_heavy"]) == 1442
    assert numbers["steps"] == {"plain": 100, "best": 33, "heavy": 267}
    ranked = [numbers["above"][name][2] for name in ("best", "plain", "heavy")]
    assert ranked == sorted(ranked)
    eta = 4 / (np.sqrt(4.5 + np.sqrt(15.25)) + np.sqrt(4.5 - np.sqrt(15.25))) ** 2 * 2
    # Along the gradient: η ‖∇C‖² - η² ∇CᵀA∇C/2, by hand for A of the fit.
    after = 3.125 - eta * 25.3125 + eta**2 / 2 * 106.3125
    assert numbers["C_after_one_step"] == pytest.approx(after, rel=1e-9)
    assert numbers["C_start"] == 3.125


@pytest.mark.parametrize("seed", SEEDS)
def test_the_last_two_places_are_enough(seed: int) -> None:
    """Polyak's form has no velocity: w - η ∇C(w) + μ (w - the w before)."""
    w, gradient_at = draw(seed)
    path = descend(step, START, w, gradient_at, [0.05] * 9, mu=0.7)
    before = w
    for expected in path:
        assert w == pytest.approx(expected, rel=1e-12)
        w, before = w - 0.05 * gradient_at(w) + 0.7 * (w - before), w


@pytest.mark.parametrize("seed", SEEDS)
def test_the_other_spellings(seed: int) -> None:
    """Bare gradients give the same path until η changes; an average needs η / (1 - μ)."""
    start, gradient_at = draw(seed)
    mu = 0.7

    def bare(etas: list[float]) -> np.ndarray:
        w, v = start, np.zeros_like(start)
        for eta in etas:
            v = mu * v + gradient_at(w)
            w = w - eta * v
        return w

    def averaged(eta: float, steps: int) -> np.ndarray:
        w, v = start, np.zeros_like(start)
        for _ in range(steps):
            v = mu * v + (1 - mu) * gradient_at(w)
            w = w - eta * v
        return w

    end = descend(step, START, start, gradient_at, [0.05] * 6, mu=mu)[-1]
    assert bare([0.05] * 6) == pytest.approx(end, rel=1e-12)
    assert averaged(0.05 / (1 - mu), 6) == pytest.approx(end, rel=1e-12)
    halved = [0.05] * 3 + [0.025] * 3
    end = descend(step, START, start, gradient_at, halved, mu=mu)[-1]
    assert np.linalg.norm(bare(halved) - end) > 1e-3


@pytest.mark.parametrize("seed", SEEDS)
def test_velocities_are_differences_of_places(seed: int) -> None:
    w, v = with_velocities(*draw(seed), 6, 0.05, 0.8)
    assert np.array(v[1:]) == pytest.approx(np.diff(w, axis=0), rel=1e-9)
    assert v[0].shape == w[0].shape
    assert not v[0].any()


def test_the_pace_in_a_valley_is_the_root_of_the_share() -> None:
    """Measured over 4000 steps; outside of the range it is slower, and twice outside it climbs."""

    def measured(eta: float, mu: float, curvature: float) -> float:
        w, v, log = 1.0, 0.3, 0.0
        for _ in range(4000):
            w, v = step(w, curvature * w, v, eta, mu)
            size = np.hypot(w, v)
            w, v, log = w / size, v / size, log + np.log(size)
        return np.exp(log / 4000)

    for eta, mu, curvature in [(0.2, 0.9, 1.0), (0.2, 0.25, 2.0), (0.2, 0.25, 11.0)]:
        assert measured(eta, mu, curvature) == pytest.approx(np.sqrt(mu), rel=2e-3)
        assert shrinkage(eta, mu, curvature) == pytest.approx(np.sqrt(mu), rel=1e-12)
    for eta, mu, curvature in [(0.2, 0.25, 1.0), (0.2, 0.25, 12.0), (0.2, 0.5, 16.0)]:
        assert measured(eta, mu, curvature) == pytest.approx(
            shrinkage(eta, mu, curvature), rel=2e-3
        )
        assert shrinkage(eta, mu, curvature) > np.sqrt(mu) + 0.01
    assert shrinkage(0.2, 0.5, 16.0) > 1  # above 2 (1 + μ) / η = 15


@pytest.mark.parametrize(("least", "most"), [(1.0, 10.0), (0.3, 4.2), (2.0, 2.5)])
def test_no_other_pair_is_faster(least: float, most: float) -> None:
    """On a grid of 41 by 41 settings around the pair, which is one of them."""
    eta, mu = best_settings(least, most)
    root = np.sqrt(most / least)
    assert np.sqrt(mu) == pytest.approx((root - 1) / (root + 1), rel=1e-12)
    slowest = [
        max(shrinkage(other, share, curvature) for curvature in (least, most))
        for other in eta * np.linspace(0.5, 1.5, 41)
        for share in mu * np.linspace(0, 2, 41)
    ]
    assert np.argmin(slowest) == 20 * 41 + 20
    assert min(slowest) == pytest.approx(np.sqrt(mu), abs=1e-6)


def test_curvatures_are_second_differences_of_the_loss() -> None:
    X, y = samples()
    least, most = curvatures(X)
    H = np.hstack([gradient(w[:, None], X, y) - gradient(0 * w[:, None], X, y) for w in np.eye(2)])
    assert (least * most, least + most) == pytest.approx((np.linalg.det(H), np.trace(H)))


def test_steps_needed() -> None:
    path = [np.array([w]) for w in (1.0, 0.0, 2e-6, 9e-7, -1e-7)]
    assert steps_needed(path, np.zeros(1)) == 3
    assert steps_needed(path[3:], np.zeros(1)) == 0


def test_step_changes_nothing_in_place() -> None:
    w, g, v = np.ones(3), np.arange(3.0), np.full(3, 2.0)
    after, faster = step(w, g, v, 0.5, 0.25)
    assert (after.tolist(), faster.tolist()) == ([1.5, 1, 0.5], [0.5, 0, -0.5])
    assert (w.tolist(), g.tolist(), v.tolist()) == ([1, 1, 1], [0, 1, 2], [2, 2, 2])
    assert step(w, g, START, 0.5, 0.25)[1].shape == w.shape
