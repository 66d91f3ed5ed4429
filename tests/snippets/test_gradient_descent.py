"""Gradient descent on a line fit: where it leads and how far one may step."""

from itertools import pairwise

import numpy as np
import pytest

from snippets.gradient_descent import descend, example, gradient, loss, samples, smoothness
from tests.independent import complex_step


def draw(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A random regression: w (3, 1), X (3, 7) and y (7, 1)."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(3, 1)), rng.normal(size=(3, 7)), rng.normal(size=(7, 1))


def test_numbers_of_the_line_fit() -> None:
    numbers = example()
    assert numbers["gradient_0"].ravel() == pytest.approx([-2.25, -4.5], rel=1e-15)
    assert np.ravel(numbers["path"][1:4]) == pytest.approx([0.45, 0.9, 0.54, 1.035, 0.5715, 1.0485])
    assert numbers["losses"][:3] == pytest.approx([3.125, 0.18875, 0.11129375], rel=1e-12)
    assert numbers["C_best"] == pytest.approx(0.0875, rel=1e-12)
    # The eigenvalues of X Xᵀ/4 = [[1, 1.5], [1.5, 3.5]] are (4.5 ± √15.25)/2.
    assert numbers["beta"] == pytest.approx((4.5 + np.sqrt(15.25)) / 2, rel=1e-12)
    assert numbers["eta_1_losses"] == pytest.approx(
        [3.125, 30.96875, 316.68359375, 3247.1591796875], rel=1e-12
    )


def test_the_fit_is_the_least_squares_line() -> None:
    """By hand: slope Sxy/Sxx = 4.5/5, and the line passes through the means 1.5 and 2.25."""
    numbers = example()
    assert numbers["w_best"].ravel() == pytest.approx([2.25 - 0.9 * 1.5, 4.5 / 5], rel=1e-12)
    assert numbers["path"][-1] == pytest.approx(numbers["w_best"], abs=1e-5)
    w, X, y = draw(1)
    normal_equations = np.linalg.solve(X @ X.T, X @ y)
    assert descend(w, X, y, 1 / smoothness(X), 5000)[-1] == pytest.approx(normal_equations)


@pytest.mark.parametrize("seed", range(10))
def test_the_closed_form_is_the_derivative(seed: int) -> None:
    w, X, y = draw(seed)
    derivative = complex_step(lambda w: loss(w, X, y), w)
    assert gradient(w, X, y) == pytest.approx(derivative, rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_no_unit_direction_is_steeper_than_minus_the_gradient(seed: int) -> None:
    """In the Euclidean length. In the largest-entry length the signs of the gradient win."""
    w, X, y = draw(seed)
    g = gradient(w, X, y)
    u = np.random.default_rng(seed).normal(size=(3, 500))
    slopes = complex_step(lambda w: loss(w, X, y), w).T @ (u / np.linalg.norm(u, axis=0))
    steepest = (-g / np.linalg.norm(g)).T @ g
    assert steepest.item() < slopes.min()
    assert (-np.sign(g)).T @ g < (-g / np.max(np.abs(g))).T @ g


@pytest.mark.parametrize("seed", range(10))
def test_every_step_below_the_limit_lowers_the_loss(seed: int) -> None:
    w, X, y = draw(seed)
    for share in (0.01, 0.5, 0.99):
        first, second = descend(w, X, y, share * 2 / smoothness(X), 1)
        assert loss(second, X, y) < loss(first, X, y)


def test_the_limit_is_sharp() -> None:
    X, y = samples()
    start = np.zeros((2, 1))
    below, above = (
        descend(start, X, y, share * 2 / smoothness(X), 2000)[-1] for share in (0.99, 1.01)
    )
    assert loss(below, X, y) == pytest.approx(0.0875, rel=1e-9)
    assert loss(above, X, y) > 1e6


def test_forgetting_the_step_size_climbs() -> None:
    """The slip of the note: w - ∇C has the right direction and the wrong length."""
    losses = example()["eta_1_losses"]
    assert all(later > 9 * earlier for earlier, later in pairwise(losses))
