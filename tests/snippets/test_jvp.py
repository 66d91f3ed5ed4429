"""Rates of all outputs against a Jacobian found entry by entry, and what a sweep costs."""

import numpy as np
import pytest

from snippets import jvp as module
from snippets.gradient_checking import check_jvp
from snippets.jvp import affine, example, jacobian, jvp, run, widths
from tests.independent import complex_step_jacobian


def network(seed: int, sizes: tuple[int, ...] = (3, 5, 4, 2)) -> list:
    rng = np.random.default_rng(seed)
    shapes = zip(sizes[1:], sizes, strict=False)
    return [(rng.normal(size=shape), rng.normal(size=(shape[0], 1))) for shape in shapes]


@pytest.mark.parametrize("seed", range(20))
def test_the_product_with_a_jacobian_that_is_formed_otherwise(seed: int) -> None:
    layers, (x, x_dot) = network(seed), np.random.default_rng(seed).normal(size=(2, 3, 1))
    J = complex_step_jacobian(lambda x: run(layers, x), x)
    assert J.shape == (2, 3)
    y, y_dot = jvp(layers, x, x_dot)
    assert y == pytest.approx(run(layers, x), rel=1e-14)
    assert y_dot == pytest.approx(J @ x_dot, rel=1e-11, abs=1e-14)
    assert jacobian(layers, x) == pytest.approx(J, rel=1e-11, abs=1e-14)


@pytest.mark.parametrize("sizes", [(3, 2), (1, 4), (4, 1), (2, 6, 3)])
def test_gradient_check(sizes: tuple[int, ...]) -> None:
    layers, rng = network(3, sizes), np.random.default_rng(0)
    x = rng.normal(size=(sizes[0], 1))
    check_jvp(lambda x: run(layers, x), lambda x, v: jvp(layers, x, v)[1], x, rng)


def test_biases_shift_values_and_no_rates_of_their_layer() -> None:
    W, b = network(1)[0]
    a, a_dot = np.random.default_rng(2).normal(size=(2, 3, 1))
    shifted = affine(W, b + 7, a, a_dot)
    assert shifted[0] == pytest.approx(affine(W, b, a, a_dot)[0] + 7)
    assert (shifted[1] == affine(W, b, a, a_dot)[1]).all()


def test_a_sweep_does_two_products_a_layer_whatever_the_shape(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two runs, also where the Jacobian has many columns and rows."""
    shapes = []

    def counted(W: np.ndarray, b: np.ndarray, a: np.ndarray, a_dot: np.ndarray) -> tuple:
        shapes.append((a.shape, a_dot.shape))
        return affine(W, b, a, a_dot)

    monkeypatch.setattr(module, "affine", counted)
    layers = network(0, (60, 20, 50))
    jvp(layers, np.ones((60, 1)), np.ones((60, 1)))
    assert shapes == [((60, 1), (60, 1)), ((20, 1), (20, 1))]


@pytest.mark.parametrize("shape", [(2, 1), (3,), (1, 3)])
def test_a_direction_has_the_shape_of_the_inputs(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"direction .*, inputs \(3, 1\): give them one shape"):
        jvp(widths(3, 4, 2), np.ones((3, 1)), np.ones(shape))


def test_what_the_table_shows() -> None:
    numbers = example()
    assert numbers["by a difference"] == pytest.approx(numbers["y_dot"], rel=1e-5)
    assert numbers["J"] @ numbers["x_dot"] == pytest.approx(numbers["y_dot"], rel=1e-13)
    assert numbers["J"].shape == (2, 3)
