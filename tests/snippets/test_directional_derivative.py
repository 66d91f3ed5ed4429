"""Slopes along walks: at Rosenbrock's start, added up, at their least, and without a gradient."""

import numpy as np
import pytest

from snippets.directional_derivative import directions, example, f, k, k_along, slope_along
from tests.independent import complex_step

RNG = np.random.default_rng(6)
PLACES = RNG.uniform(-2, 2, size=(20, 2, 1))


def test_rosenbrock() -> None:
    """The published gradient is (-215.6, -88); all else follows by adding and turning."""
    slopes = example()["slopes"]
    assert slopes["first input"] == pytest.approx(-215.6, rel=1e-14)
    assert slopes["second input"] == pytest.approx(-88.0, rel=1e-14)
    assert slopes["both"] == pytest.approx(-303.6, rel=1e-14)
    assert slopes["steepest down"] == pytest.approx(-np.hypot(215.6, 88.0), rel=1e-14)
    assert slopes["quarter turn"] == pytest.approx(0, abs=1e-12)
    assert slopes["gradient step"] == pytest.approx(-(215.6**2 + 88.0**2), rel=1e-14)
    assert example()["length"] == pytest.approx(np.hypot(215.6, 88.0), rel=1e-14)


@pytest.mark.parametrize("x", PLACES)
def test_the_slope_is_the_inner_product_with_entries_found_one_by_one(x: np.ndarray) -> None:
    u = np.random.default_rng(0).normal(size=(2, 1))
    assert slope_along(u, x) == pytest.approx((complex_step(f, x).T @ u).item(), rel=1e-11)


@pytest.mark.parametrize("x", PLACES)
def test_no_direction_of_length_one_goes_down_faster(x: np.ndarray) -> None:
    named = directions(x)
    least = slope_along(named["steepest down"], x)
    for angle in np.linspace(0, 2 * np.pi, 100):
        u = np.array([[np.cos(angle)], [np.sin(angle)]])
        assert slope_along(u, x) >= least * (1 + 1e-12)
    assert np.linalg.norm(named["quarter turn"]) == pytest.approx(1)
    assert (named["quarter turn"].T @ named["steepest down"]).item() == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("x", PLACES)
def test_a_loss_begins_to_fall_at_the_square_of_the_gradients_length(x: np.ndarray) -> None:
    """Measured in the step size of a gradient step, from values alone."""
    g, h = complex_step(f, x), 1e-7
    fall = (f(x - h * g) - f(x + h * g)) / (2 * h)
    assert fall == pytest.approx(-np.sum(g**2), rel=1e-4)


@pytest.mark.parametrize("seed", range(10))
def test_slopes_along_all_lines_that_do_not_add_up(seed: int) -> None:
    rng = np.random.default_rng(seed)
    u, v = np.hsplit(np.diag(rng.uniform(0.5, 2, size=2)), 2)
    for t in (1e-6, 1e-3, 1.0, -2.0):
        assert k(t * (u + v)) / t == pytest.approx(k_along(u + v), rel=1e-9)
    assert k_along(u) == k_along(v) == 0
    assert abs(k_along(u + v)) > 1e-3
    assert example()["k"] == pytest.approx([0, 0, 0.5], abs=1e-15)
