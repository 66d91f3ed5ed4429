"""Steps that use curvature, against complex steps, least squares and other forms of themselves."""

from functools import partial
from itertools import pairwise

import numpy as np
import pytest

from snippets import array_tape
from snippets.gradient import f as rosenbrock
from snippets.gradient_checking import check_grad, check_vjp
from snippets.jacobian import gauss_newton_step
from snippets.jacobian import residual_jacobian as valley_jacobian
from snippets.jacobian import residuals as valley
from snippets.newton_gauss_newton_lm import (
    damped_step,
    example,
    fit,
    jacobian,
    left_out,
    loss,
    neuron,
    newton_step,
    residuals,
)
from tests.independent import complex_step, complex_step_jacobian

SEEDS = range(5)


def draw(seed: int) -> tuple[partial, np.ndarray]:
    """Residuals of five random samples as a function of w, and a w (2, 1)."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(5, 1)), rng.uniform(size=(5, 1))
    return partial(residuals, x=x, y=y), rng.normal(size=(2, 1))


def by_hand(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Residuals and their Jacobian, with the tanh form of the logistic function."""
    a = (1 + np.tanh((w[0] * x + w[1]) / 2)) / 2
    return y - a, -a * (1 - a) * np.hstack([x, np.ones_like(x)])


def hand_gradient(w: np.ndarray, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    r, J = by_hand(w, x, y)
    return J.T @ r


def test_levenberg_marquardt_identity() -> None:
    """`levenberg_marquardt_identity`: J, residuals, Jᵀr and the step with damping 0.01."""
    numbers = example()
    J = [
        [0, -0.24751657271185995],
        [-0.24445831169074586, -0.24445831169074586],
        [-0.4278193930405888, -0.2139096965202944],
    ]
    assert numbers["J"] == pytest.approx(np.array(J), rel=1e-12)
    assert numbers["r"].ravel() == pytest.approx(
        [-0.25016600268752215, -0.07444251681165903, 0.21002551887238752], rel=1e-12
    )
    gradient = [-0.07165489802923143, 0.03519182856851979]
    assert numbers["gradient"].ravel() == pytest.approx(gradient, rel=1e-12)
    step = [0.825099779046679, -0.9051189860769266]
    assert numbers["step"].ravel() == pytest.approx(step, rel=1e-9)
    r, w = neuron()
    assert array_tape.grad(partial(loss, r))(w).ravel() == pytest.approx(gradient, rel=1e-12)


def test_rosenbrock() -> None:
    """`rosenbrock`: its Newton step, which half the function shares, and what J leaves out."""
    numbers = example()
    newton = [0.02471910112359532, 0.38067415730337123]
    assert numbers["valley_newton"].ravel() == pytest.approx(newton, rel=1e-9)
    w = np.array([[-1.2], [1.0]])
    assert loss(valley, w) == pytest.approx(rosenbrock(w) / 2, rel=1e-13)
    assert jacobian(valley, w) == pytest.approx(valley_jacobian(w), rel=1e-13)
    whole = numbers["valley_JT_J"] + numbers["valley_left_out"]
    assert 2 * whole == pytest.approx(np.array([[1330, 480], [480, 200]]), rel=1e-12)
    assert numbers["valley_left_out"] == pytest.approx(np.array([[88, 0], [0, 0]]), abs=1e-10)
    step = gauss_newton_step(valley_jacobian(w), valley(w))
    assert numbers["valley_gauss_newton"] == pytest.approx(step, rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
def test_rows_by_reverse_sweeps(seed: int) -> None:
    r, w = draw(seed)
    expected, J = by_hand(w, **r.keywords)
    assert r(w) == pytest.approx(expected, rel=1e-12)
    assert jacobian(r, w) == pytest.approx(J, rel=1e-11)
    assert jacobian(r, w) == pytest.approx(complex_step_jacobian(r, w), rel=1e-11)
    rng = np.random.default_rng(seed)
    check_vjp(r, lambda w, u: jacobian(r, w).T @ u, w, rng)
    check_grad(partial(loss, r), lambda w: jacobian(r, w).T @ r(w), w, rng)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_hessian_is_what_is_kept_and_what_is_left_out(seed: int) -> None:
    """The whole by complex steps in a gradient written by hand."""
    r, w = draw(seed)
    H = complex_step_jacobian(partial(hand_gradient, **r.keywords), w)
    J = jacobian(r, w)
    assert J.T @ J + left_out(r, w) == pytest.approx(H, rel=1e-10, abs=1e-12)
    s = -np.linalg.inv(H) @ complex_step(partial(loss, r), w)
    assert newton_step(r, w) == pytest.approx(s, rel=1e-8)
    assert not np.allclose(left_out(r, w), 0, atol=1e-3)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("damping", [1e-3, 0.1, 10.0])
def test_a_damped_step_is_a_least_squares_step(seed: int, damping: float) -> None:
    """It makes ‖J p + r‖² + λ‖p‖² smallest, by the QR method on stacked rows."""
    r, w = draw(seed)
    J = jacobian(r, w)
    rows = np.vstack([J, np.sqrt(damping) * np.eye(2)])
    best = np.linalg.lstsq(rows, np.vstack([-r(w), np.zeros((2, 1))]), rcond=None)[0]
    p = damped_step(J, r(w), damping)
    assert p == pytest.approx(best, rel=1e-8)
    assert (p.T @ complex_step(partial(loss, r), w)).item() < 0
    longer = damped_step(J, r(w), damping / 2)
    assert np.linalg.norm(p) < np.linalg.norm(longer)


@pytest.mark.parametrize("seed", SEEDS)
def test_on_a_straight_line_one_step_arrives_and_nothing_is_left_out(seed: int) -> None:
    """Linear residuals: Newton and Gauss-Newton are the same, and end at the normal equations."""
    rng = np.random.default_rng(seed)
    X, y, w = rng.normal(size=(6, 3)), rng.normal(size=(6, 1)), rng.normal(size=(3, 1))

    def r(w: np.ndarray) -> np.ndarray:
        return y - X @ w

    best = np.linalg.lstsq(X, y, rcond=None)[0]
    assert jacobian(r, w) == pytest.approx(-X, rel=1e-12)
    assert w + damped_step(jacobian(r, w), r(w), 0) == pytest.approx(best, rel=1e-9)
    assert w + newton_step(r, w) == pytest.approx(best, rel=1e-9)
    assert left_out(r, w) == pytest.approx(np.zeros((3, 3)), abs=1e-13)


def test_damping_falls_after_success_and_rises_after_failure() -> None:
    r, _ = neuron()
    far = np.array([[5.0], [-0.2]])
    rows = list(fit(r, far, 0.01, 14))
    before = far
    for (damping, after, kept, w), (next_damping, *_) in pairwise(rows):
        assert kept == (after < loss(r, before))
        assert next_damping == pytest.approx(damping * (0.1 if kept else 10))
        assert loss(r, w) == pytest.approx(after if kept else loss(r, before), rel=1e-13)
        assert (w == before).all() != kept
        before = w
    assert [kept for _, _, kept, _ in rows[:5]] == [True, False, True, False, True]
    losses = [loss(r, far), *(loss(r, w) for *_, w in rows)]
    assert all(later <= earlier for earlier, later in pairwise(losses))


def test_the_fit_ends_at_the_bottom() -> None:
    """From afar and from the usual start, and no place nearby is lower."""
    r, w = neuron()
    best = example()["best"]
    *_, (*_, near) = fit(r, w, 0.01, 12)
    assert near == pytest.approx(best, rel=1e-6)
    assert complex_step(partial(loss, r), best) == pytest.approx(np.zeros((2, 1)), abs=1e-9)
    around = best + 0.01 * np.random.default_rng(0).normal(size=(50, 2, 1))
    assert min(loss(r, place) for place in around) > loss(r, best)


def test_the_slip_of_the_sign_climbs() -> None:
    numbers = example()
    assert numbers["loss_after"] < numbers["loss"] / 10
    assert numbers["loss_after_slip"] == pytest.approx(0.1891416, rel=1e-6)
    assert numbers["loss_after_slip"] > 3 * numbers["loss"]
