"""The gradient of Rosenbrock's function: its entries, its direction, and what it is not."""

import numpy as np
import pytest

from snippets.gradient import example, f, gradient, measured_slope, random_direction
from tests.independent import complex_step

POINTS = np.random.default_rng(3).uniform(-2, 2, size=(20, 2, 1))


def test_numbers_at_the_start() -> None:
    numbers = example()
    assert numbers["f"] == pytest.approx(24.2, rel=1e-14)
    assert numbers["gradient"].ravel() == pytest.approx([-215.6, -88.0], rel=1e-14)
    assert numbers["length"] == pytest.approx(np.hypot(215.6, 88.0), rel=1e-14)
    assert numbers["weighted_sum"] == pytest.approx(1.2 * 215.6 - 88.0, rel=1e-13)
    assert numbers["corner_slope"] == pytest.approx(215.6 + 88.0, rel=1e-14)


@pytest.mark.parametrize("x", POINTS)
def test_every_entry_is_the_derivative_in_the_shape_of_the_parameter(x: np.ndarray) -> None:
    assert gradient(x).shape == x.shape
    assert gradient(x.T).shape == x.T.shape
    assert gradient(x) == pytest.approx(complex_step(f, x), rel=1e-12)


@pytest.mark.parametrize("x", POINTS)
def test_no_direction_rises_faster(x: np.ndarray) -> None:
    """Slopes are measured from f alone, so the gradient cannot vouch for itself."""
    rng = np.random.default_rng(0)
    length = np.linalg.norm(gradient(x))
    directions = [random_direction(rng) for _ in range(200)]
    assert [np.linalg.norm(u) for u in directions] == pytest.approx(np.ones(200))
    slopes = [measured_slope(x, u) for u in directions]
    assert max(slopes) <= length * (1 + 1e-6)
    assert min(slopes) >= -length * (1 + 1e-6)
    assert measured_slope(x, gradient(x) / length) == pytest.approx(length, rel=1e-6)


@pytest.mark.parametrize("x", POINTS)
def test_the_error_of_the_linear_estimate_shrinks_with_the_square_of_the_step(
    x: np.ndarray,
) -> None:
    """f(x + h u) ≈ f(x) + h ∇f(x)ᵀ u: a step ten times shorter misses by a hundredth."""
    u = np.array([[0.6], [0.8]])
    slope = (gradient(x).T @ u).item()
    missed = [f(x + h * u) - f(x) - h * slope for h in (1e-3, 1e-4)]
    assert abs(missed[1]) <= abs(missed[0]) / 50 + 1e-9


def test_the_best_of_the_sample_is_close_to_the_gradient() -> None:
    numbers = example()
    assert numbers["best_slope"] <= numbers["length"]
    assert (numbers["best_of_1000"].T @ numbers["unit"]).item() > 0.999


def test_another_ruler_has_another_steepest_direction() -> None:
    """Among steps whose entries are at most 1, a corner rises most, and it is not the gradient."""
    numbers = example()
    steps = np.random.default_rng(0).uniform(-1, 1, size=(1000, 2, 1))
    assert np.abs(numbers["corner"]).max() == 1
    measured = measured_slope(numbers["x"], numbers["corner"])
    assert measured == pytest.approx(numbers["corner_slope"], rel=1e-6)
    assert max(measured_slope(numbers["x"], step) for step in steps) <= measured
    assert (
        numbers["corner_slope"]
        > (numbers["unit"] / np.abs(numbers["unit"]).max()).T @ (numbers["gradient"])
    )


@pytest.mark.parametrize("x", POINTS)
def test_entries_are_not_shares_of_the_value(x: np.ndarray) -> None:
    """Parameter times slope does not add up to f, and no sum of slopes could: see the constant."""
    assert abs((x.T @ gradient(x)).item() - f(x)) > 0.1 * f(x)
    assert complex_step(lambda x: f(x) + 1000, x) == pytest.approx(gradient(x), rel=1e-12)


def test_shares_add_up_when_f_is_homogeneous_of_degree_one() -> None:
    """Euler: the length of x is such a function, so x times its gradient is the length."""
    x = np.array([[3.0], [4.0]])
    slope = complex_step(lambda x: np.sqrt(np.sum(x**2)), x)
    assert (x.T @ slope).item() == pytest.approx(5.0)
