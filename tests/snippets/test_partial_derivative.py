"""Slopes of one quantity with different things held, against differences of the quantity itself."""

import numpy as np
import pytest

from snippets.partial_derivative import by_width, cube, example, f, g, u_follows, u_held
from tests.independent import complex_step

SIDES = np.random.default_rng(2).uniform(0.5, 5, size=(20, 2))


def test_numbers_of_the_note() -> None:
    numbers = example()
    assert numbers["area"] == 15
    assert numbers["height held"] == pytest.approx(5, rel=1e-15)
    assert numbers["perimeter held"] == pytest.approx(2, rel=1e-15)


@pytest.mark.parametrize(("a", "b"), SIDES)
def test_two_lists_of_inputs_tell_the_same_area(a: float, b: float) -> None:
    assert g(a, 2 * (a + b)) == pytest.approx(f(a, b), rel=1e-12)


@pytest.mark.parametrize(("a", "b"), SIDES)
def test_what_is_held_decides_the_slope(a: float, b: float) -> None:
    """Wider by 2 h and, with the perimeter held, as much lower; a product of two such is exact."""
    h = 1e-3
    assert by_width(f, a, b) == pytest.approx(((a + h) * b - (a - h) * b) / (2 * h))
    lower = ((a + h) * (b - h) - (a - h) * (b + h)) / (2 * h)
    assert by_width(g, a, 2 * (a + b)) == pytest.approx(lower, rel=1e-9, abs=1e-9)


def test_d2l_autograd() -> None:
    """Its two gradients of x² times x, with the square detached and not."""
    x = np.array([0.0, 1.0, 2.0, 3.0])
    assert [u_held(entry) for entry in x] == pytest.approx([0, 1, 4, 9], rel=1e-15)
    whole = complex_step(lambda x: np.sum(cube(x)[1]), x)
    assert whole == pytest.approx([0, 3, 12, 27], rel=1e-15)
    assert [u_follows(entry) for entry in x] == pytest.approx([0, 3, 12, 27], rel=1e-15)
    assert example()["u held"] == pytest.approx(4, rel=1e-15)
    assert example()["u follows"] == pytest.approx(12, rel=1e-15)
