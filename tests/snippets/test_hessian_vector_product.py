"""H v against complex steps in the gradient, against whole Hessians, and counted by hand."""

from functools import partial
from typing import Any

import numpy as np
import pytest

from snippets import array_tape
from snippets import gradient as rosenbrock
from snippets.gradient_checking import check_grad, check_jvp
from snippets.hessian_vector_product import (
    by_difference,
    by_duals,
    by_tapes,
    counted,
    example,
    forward_moving,
    gradient,
    hvp,
    network,
    with_moving_direction,
)
from tests.independent import complex_step_jacobian

SEEDS = range(5)
WIDTHS = [(3, 4, 2), (2, 1, 5), (5, 2, 1)]
Net = tuple[list[np.ndarray], list[np.ndarray], np.ndarray, np.ndarray]


def net(widths: tuple[int, int, int], seed: int) -> Net:
    return network(np.random.default_rng(seed), *widths)


def loss(W: Any, x: np.ndarray, y: np.ndarray) -> Any:
    """Written down once more, and without a gradient."""
    return 0.5 * np.sum((W[1] @ np.tanh(W[0] @ x) - y) ** 2)


def flat(matrices: Any) -> np.ndarray:
    return np.concatenate([matrix.ravel() for matrix in matrices])


def flat_gradient(row: np.ndarray, W: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> Any:
    """The gradient of the network as a function of all weights in one row."""
    first = row[: W[0].size].reshape(W[0].shape)
    return flat(gradient(first, row[W[0].size :].reshape(W[1].shape), x, y))


def test_rosenbrock() -> None:
    """`rosenbrock`: H is [[1330, 480], [480, 200]] at the start; the slip gives twice H g."""
    numbers = example()
    assert numbers["by_duals"].ravel() == pytest.approx([2290, 880], rel=1e-13)
    assert numbers["by_tapes"].ravel() == pytest.approx([2290, 880], rel=1e-13)
    assert numbers["by_difference"][1e-5].ravel() == pytest.approx([2290, 880], rel=1e-8)
    assert numbers["curvature"] == pytest.approx(2290 + 2 * 880, rel=1e-13)
    H, g = np.array([[1330.0, 480.0], [480.0, 200.0]]), np.array([[-215.6], [-88.0]])
    assert numbers["along_gradient"] == pytest.approx(H @ g, rel=1e-13)
    assert numbers["slip"] == pytest.approx(2 * H @ g, rel=1e-13)


@pytest.mark.parametrize("seed", SEEDS)
def test_all_roads_on_rosenbrocks_function(seed: int) -> None:
    rng = np.random.default_rng(seed)
    w, v = rng.uniform(-2, 2, size=(2, 1)), rng.normal(size=(2, 1))
    H = complex_step_jacobian(rosenbrock.gradient, w)
    assert by_duals(rosenbrock.gradient, w, v) == pytest.approx(H @ v, rel=1e-12, abs=1e-10)
    assert by_tapes(rosenbrock.f, w, v) == pytest.approx(H @ v, rel=1e-12, abs=1e-10)
    assert array_tape.hvp(rosenbrock.f, w, v) == pytest.approx(H @ v, rel=1e-12, abs=1e-10)
    slip = with_moving_direction(rosenbrock.f, w)
    assert slip == pytest.approx(2 * H @ rosenbrock.gradient(w), rel=1e-11)


def test_the_difference_is_off_by_the_third_derivative() -> None:
    """By hand: ∇f along (1, 2) is a cubic in h, whose h³ is 400 in the first entry."""
    off = example()["by_difference"][1e-1] - [[2290.0], [880.0]]
    assert off.ravel() == pytest.approx([400 * 0.1**2, 0], rel=1e-9, abs=1e-9)
    w, v = np.array([[-1.2], [1.0]]), np.array([[1.0], [2.0]])
    wide = by_difference(rosenbrock.gradient, w, v, 0.2) - [[2290.0], [880.0]]
    assert wide[0, 0] == pytest.approx(4 * off[0, 0], rel=1e-9)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("widths", WIDTHS)
def test_network_against_the_whole_hessian(widths: tuple[int, int, int], seed: int) -> None:
    W, V, x, y = net(widths, seed)
    H = complex_step_jacobian(partial(flat_gradient, W=W, x=x, y=y), flat(W))
    assert pytest.approx(H.T, rel=1e-11, abs=1e-11) == H
    assert flat(hvp(W, V, x, y)) == pytest.approx(H @ flat(V), rel=1e-11, abs=1e-11)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("widths", WIDTHS)
def test_network_against_tapes_and_checks(widths: tuple[int, int, int], seed: int) -> None:
    W, V, x, y = net(widths, seed)
    taped = array_tape.hvp(partial(loss, x=x, y=y), W, V)
    assert flat(hvp(W, V, x, y)) == pytest.approx(flat(taped), rel=1e-11, abs=1e-11)
    rng = np.random.default_rng(seed)
    check_grad(partial(loss, x=x, y=y), lambda W: list(gradient(*W, x, y)), W, rng)
    check_jvp(lambda W: gradient(*W, x, y), partial(hvp, x=x, y=y), W, rng)


@pytest.mark.parametrize("seed", SEEDS)
def test_rates_of_the_forward_pass(seed: int) -> None:
    W, V, x, y = net((3, 4, 2), seed)
    moved = [w + 1e-30j * rate for w, rate in zip(W, V, strict=True)]
    a, a_dot, delta, delta_dot = forward_moving(W, V, x, y)
    assert a_dot == pytest.approx(np.tanh(moved[0] @ x).imag / 1e-30, rel=1e-12)
    out = moved[1] @ np.tanh(moved[0] @ x)
    assert delta_dot == pytest.approx(out.imag / 1e-30, rel=1e-12)
    assert a == pytest.approx(np.tanh(W[0] @ x))
    assert delta == pytest.approx(out.real - y)


def test_the_product_is_linear_and_symmetric() -> None:
    W, V, x, y = net((3, 4, 2), 0)
    other = net((3, 4, 2), 1)[1]
    both = [2 * v - 3 * u for v, u in zip(V, other, strict=True)]
    H_V, H_other = flat(hvp(W, V, x, y)), flat(hvp(W, other, x, y))
    assert flat(hvp(W, both, x, y)) == pytest.approx(2 * H_V - 3 * H_other, rel=1e-11)
    assert flat(other) @ H_V == pytest.approx(flat(V) @ H_other, rel=1e-11)


@pytest.mark.parametrize("widths", WIDTHS)
def test_multiplications_counted_by_hand(widths: tuple[int, int, int]) -> None:
    """A product of two moving things counts twice, one with x, which rests, once."""
    n_0, n_1, n_2 = widths
    M, N = counted(*net(widths, 0))
    assert n_1 * n_0 + 2 * n_2 * n_1 + n_1 * n_0 + n_2 * n_1 == M
    assert 2 * n_1 * n_0 + 3 * n_2 * n_1 + 3 * n_1 * n_2 + n_1 * n_0 + 2 * n_2 * n_1 == N
    assert 1.5 * M < N < 8 / 3 * M


def test_numbers_of_the_note() -> None:
    numbers = example()
    assert numbers["gradient_cost"] == 2 * 784 * 128 + 3 * 128 * 10
    assert numbers["hvp_cost"] == 3 * 784 * 128 + 8 * 128 * 10
    assert numbers["ratio"] == pytest.approx(1.522, abs=1e-3)
    assert numbers["weights"] == 101632  # squared: ten billion
