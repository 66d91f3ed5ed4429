"""A Jacobian by columns, by rows and by complex step; what one reverse sweep is and is not."""

import numpy as np
import pytest

from snippets.gradient import f as rosenbrock
from snippets.gradient import gradient as rosenbrock_gradient
from snippets.jacobian import (
    by_columns,
    by_rows,
    example,
    f,
    forward_sweep,
    gauss_newton_step,
    residual_jacobian,
    residuals,
    reverse_sweep,
)
from tests.independent import complex_step, complex_step_jacobian

RNG = np.random.default_rng(5)
POINTS = RNG.uniform(-2, 2, size=(20, 3, 1))
STARTS = RNG.uniform(-2, 2, size=(20, 2, 1))


def test_numbers_of_the_note() -> None:
    numbers = example()
    assert numbers["f"].ravel().tolist() == [-6, 12]
    assert numbers["by_columns"].tolist() == [[3, -2, 0], [0, 4, 12]]
    assert numbers["by_rows"].tolist() == [[3, -2, 0], [0, 4, 12]]
    assert numbers["ones"].tolist() == [[3, 2, 12]]


def test_numbers_at_rosenbrocks_start() -> None:
    x = np.array([[-1.2], [1.0]])
    assert residuals(x).ravel() == pytest.approx([2.2, -4.4])
    assert residual_jacobian(x) == pytest.approx(np.array([[-1.0, 0.0], [24.0, 10.0]]))
    assert example()["JT_r"].ravel() == pytest.approx([-107.8, -44.0])


@pytest.mark.parametrize("x", POINTS)
def test_columns_and_rows_make_the_same_matrix(x: np.ndarray) -> None:
    expected = complex_step_jacobian(f, x)
    assert expected.shape == (2, 3)
    assert by_columns(x) == pytest.approx(expected, rel=1e-12)
    assert by_rows(x) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("x", POINTS)
def test_a_sweep_gives_one_combination(x: np.ndarray) -> None:
    """A reverse sweep is the gradient of one scalar, laid down as a row; forward is J times ẋ."""
    u, x_dot = np.array([[0.7], [-1.3]]), np.array([[0.4], [2.0], [-0.9]])
    gradient = complex_step(lambda x: (u.T @ f(x)).item(), x)
    assert reverse_sweep(x, u).shape == (1, 3)
    assert reverse_sweep(x, u) == pytest.approx(gradient.T, rel=1e-12)
    assert forward_sweep(x, x_dot) == pytest.approx(complex_step_jacobian(f, x) @ x_dot, rel=1e-12)


@pytest.mark.parametrize("x", POINTS)
def test_a_seed_of_ones_sums_the_rows_and_is_no_jacobian(x: np.ndarray) -> None:
    ones = reverse_sweep(x, np.ones((2, 1)))
    J = complex_step_jacobian(f, x)
    assert ones == pytest.approx(J.sum(axis=0, keepdims=True), rel=1e-12)
    assert not any(np.allclose(ones, row, atol=1e-3) for row in J)


def test_a_seed_of_ones_is_enough_only_when_each_input_meets_one_output() -> None:
    """PyTorch's tutorial: the Jacobian of 3a³ - b² by a is diagonal, so its rows do not collide."""
    a, b = np.array([[2.0], [3.0]]), np.array([[6.0], [4.0]])
    J = complex_step_jacobian(lambda a: 3 * a**3 - b**2, a)
    assert np.ones((1, 2)) @ J == pytest.approx(np.array([[36.0, 81.0]]))
    assert np.diag([36.0, 81.0]) == pytest.approx(J)


@pytest.mark.parametrize("x", STARTS)
def test_the_gradient_of_half_the_squared_residuals(x: np.ndarray) -> None:
    J = residual_jacobian(x)
    assert pytest.approx(complex_step_jacobian(residuals, x), rel=1e-12) == J
    half = complex_step(lambda x: 0.5 * np.sum(residuals(x) ** 2), x)
    assert J.T @ residuals(x) == pytest.approx(half, rel=1e-12)
    assert 2 * J.T @ residuals(x) == pytest.approx(rosenbrock_gradient(x), rel=1e-10)
    assert np.sum(residuals(x) ** 2) == pytest.approx(rosenbrock(x), rel=1e-12)


@pytest.mark.parametrize("x", POINTS)
def test_a_gauss_newton_step_solves_the_normal_equations(x: np.ndarray) -> None:
    J = complex_step_jacobian(f, x)
    p = gauss_newton_step(J, f(x))
    assert J.T @ J @ p == pytest.approx(-J.T @ f(x), rel=1e-9, abs=1e-9)


def test_two_gauss_newton_steps_reach_the_minimum() -> None:
    path = example()["path"]
    assert path[:, 0].tolist() == [-1.2, 1.0]
    assert path[:, 2] == pytest.approx([1.0, 1.0], rel=1e-12)


def test_the_gradient_alone_does_not_fix_the_gauss_newton_step() -> None:
    """Two sets of residuals with the same gradient and different steps: the matrix is needed."""
    J, r = residual_jacobian(np.array([[-1.2], [1.0]])), np.array([[2.2], [-4.4]])
    other = 2 * J
    assert other.T @ (r / 2) == pytest.approx(J.T @ r)
    assert not np.allclose(gauss_newton_step(other, r / 2), gauss_newton_step(J, r))
