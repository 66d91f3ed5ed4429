"""Gradients of fixed points against unrolled runs, differences between settled states, by hand."""

from functools import partial

import numpy as np
import pytest

from snippets.gradient_checking import check_grad
from snippets.implicit_differentiation import (
    REST,
    by_solve,
    by_sweeps,
    example,
    f,
    fixed_point,
    layer,
    loss,
    off,
    slopes,
    unrolled,
    whole,
)
from tests.independent import complex_step, complex_step_jacobian

SEEDS = range(5)
Layer = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def settled(seed: int, n: int = 3) -> Layer:
    """W, b, y and the fixed point."""
    W, b, y = layer(np.random.default_rng(seed), n)
    return W, b, y, fixed_point(W, b, REST)


def solved_by_newton(W: np.ndarray, b: np.ndarray) -> np.ndarray:
    """The zero of x - tanh(W x + b), with complex numbers too, by another method."""
    x = np.zeros(b.shape, complex)
    for _ in range(30):
        a = np.tanh(W @ x + b)
        x = x - np.linalg.solve(np.eye(b.size) - (1 - a * a) * W, x - a)
    return x


@pytest.mark.parametrize("seed", SEEDS)
def test_runs_end_at_rest(seed: int) -> None:
    W, b, _, x = settled(seed)
    assert f(W, x, b) == pytest.approx(x, abs=1e-13)
    assert x == pytest.approx(solved_by_newton(W, b).real, abs=1e-12)
    assert np.linalg.norm(W, 2) == pytest.approx(0.7, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_slopes_of_one_step_and_of_the_fixed_point(seed: int) -> None:
    W, b, _, x = settled(seed)
    D, J = slopes(W, x)
    assert pytest.approx(complex_step_jacobian(lambda x: f(W, x, b), x), rel=1e-11) == J
    assert pytest.approx(complex_step_jacobian(lambda b: f(W, x, b), b), rel=1e-11, abs=1e-15) == D
    whole_slope = np.linalg.inv(np.eye(3) - J) @ D
    expected = complex_step_jacobian(partial(solved_by_newton, W), b)
    assert whole_slope == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("n", [1, 2, 5])
def test_the_gradient_by_four_roads(n: int, seed: int) -> None:
    """Solving; repeated sweeps; a tape of the whole run; complex steps in Newton's method."""
    W, b, y, x = settled(seed, n)
    right = by_solve(W, x, x - y)
    assert right[0].shape == (n, n)
    assert right[1].shape == (n, 1)
    assert off(by_sweeps(W, x, b, x - y, REST), right) < 1e-11
    assert off(unrolled(W, b, y, REST), right) < 1e-11
    by_W = complex_step(lambda W: loss(solved_by_newton(W, b), y), W)
    by_b = complex_step(lambda b: loss(solved_by_newton(W, b), y), b)
    assert off((by_W, by_b), right) < 1e-10


def test_gradient_check() -> None:
    W, b, y, _ = settled(0)

    def C(params: tuple) -> float:
        return loss(fixed_point(*params, REST), y)

    def gradient(params: tuple) -> tuple:
        x = fixed_point(*params, REST)
        return by_solve(params[0], x, x - y)

    check_grad(C, gradient, (W, b), np.random.default_rng(0))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_whole_is_the_sum_of_all_trips(seed: int) -> None:
    W, _, y, x = settled(seed)
    J = slopes(W, x)[1]
    trips = [np.linalg.matrix_power(J.T, t) @ (x - y) for t in range(200)]
    assert whole(J, x - y) == pytest.approx(sum(trips), rel=1e-11)


def test_a_sweep_more_is_a_trip_more() -> None:
    """One sweep is the slip; each further one adds the next power of Jᵀ."""
    W, b, y, x = settled(1)
    D, J = slopes(W, x)
    u = x - y
    for sweeps in (1, 2, 3):
        W_bar, b_bar = by_sweeps(W, x, b, x - y, sweeps)
        assert b_bar == pytest.approx(D @ u, rel=1e-11)
        assert W_bar == pytest.approx(D @ u @ x.T, rel=1e-11)
        u = x - y + J.T @ u


def test_one_number_by_hand() -> None:
    """With x = tanh(w x + b), D is 1 - x², and the slope by b is D / (1 - w D)."""
    W, b, y = np.array([[0.5]]), np.array([[0.3]]), np.array([[0.0]])
    x = fixed_point(W, b, REST)
    D = 1 - x.item() ** 2
    W_bar, b_bar = by_solve(W, x, x - y)
    assert b_bar.item() == pytest.approx(x.item() * D / (1 - 0.5 * D), rel=1e-12)
    assert W_bar.item() == pytest.approx(x.item() ** 2 * D / (1 - 0.5 * D), rel=1e-12)


def test_numbers_of_the_note() -> None:
    numbers = example()
    assert numbers["moved"] < 1e-14
    assert numbers["b_bar"][0, 0] == pytest.approx(-0.1684546, rel=1e-6)
    assert numbers["one_step"][0, 0] == pytest.approx(-0.25451895, rel=1e-6)
    for errors in (numbers["unrolled"], numbers["swept"]):
        assert list(errors) == [1, 2, 5, 10, 20]
        assert errors[20] < 1e-4 * errors[10] < 1e-6 * errors[5] < errors[1]
