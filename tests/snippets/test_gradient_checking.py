"""The check of gradients passes what is right, on any shapes."""

from collections import namedtuple
from functools import partial

import numpy as np
import pytest

from snippets import jacobian
from snippets.complex_step import gradient as complex_step_gradient
from snippets.gradient_checking import (
    check_grad,
    check_jvp,
    check_vjp,
    errors_by_step,
    example,
    flat,
    gradient,
    leaves,
    like,
    loss,
    output_rates,
    outputs,
    setting,
    tolerance,
    weighted_gradient,
)
from snippets.numerical_differentiation import central_gradient
from tests.networks import Nested, net, of_params
from tests.worked_examples import BRANCHING, SMOOTH


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


# What is right passes.


@pytest.mark.parametrize("widths", [(3, 2), (2, 3, 4), (4, 3, 5, 2), (2, 5, 3, 4, 1)])
@pytest.mark.parametrize("seed", range(5))
def test_backpropagation_passes(
    widths: tuple[int, ...], seed: int, rng: np.random.Generator
) -> None:
    params, x, y = net(*widths, seed=seed)
    check_grad(*of_params(x, y, loss, gradient), params, rng)
    check_jvp(partial(outputs, x=x), partial(output_rates, x=x), params, rng)
    check_vjp(partial(outputs, x=x), partial(weighted_gradient, x=x), params, rng)


def test_nielsen_bp1_bp4_check(rng: np.random.Generator) -> None:
    """`nielsen_bp1_bp4_check`: 17 parameters, and the listed deltas as slopes by the biases."""
    params, _, f, right, _ = setting()
    g = right(params)
    hidden = [-0.013945317509070467, 0.012252171983642389, -0.0010058150706246452]
    assert g["b"][0].ravel() == pytest.approx(hidden, rel=1e-13)
    last = [0.10422909347931089, -0.07737831739703536]
    assert g["b"][1].ravel() == pytest.approx(last, rel=1e-13)
    measured = complex_step_gradient(lambda row: f(like(params, row)), flat(params))
    assert measured.size == example()["n"] == 17
    assert np.abs(flat(g) - measured).max() < 1e-10
    check_grad(f, right, params, rng)


EXAMPLES = SMOOTH | BRANCHING
PARADOX = "relu_identity_paradox"


@pytest.mark.parametrize("name", sorted({*EXAMPLES} - {PARADOX}))
def test_worked_examples(name: str, rng: np.random.Generator) -> None:
    """The slopes that are listed pass; with one of them off by a hundred-thousandth they do not."""
    one = EXAMPLES[name]
    x, listed = np.array(one.x), np.array(one.gradient)
    check_grad(lambda x: one.f(*x), lambda x: listed, x, rng)
    for k in range(len(x)):
        off = listed + 1e-5 * (np.arange(len(x)) == k) * np.maximum(1, np.abs(listed))
        with pytest.raises(AssertionError, match=rf"grad is wrong at x\[{k}\]: it says"):
            check_grad(lambda x: one.f(*x), lambda x, off=off: off, x, rng)


def test_relu_identity_paradox(rng: np.random.Generator) -> None:
    """`relu_identity_paradox`: x itself, from two kinks; rules say 0, and the check does not."""
    one = EXAMPLES[PARADOX]
    with pytest.raises(AssertionError, match=r"it says 0, the complex step 1 "):
        check_grad(lambda x: one.f(*x), lambda x: np.array(one.gradient), np.array(one.x), rng)


Point = namedtuple("Point", "here there")
NESTED = {
    "number": 0.3,
    "NumPy's number": np.float64(0.3),
    "no axes": np.array(0.3),
    "row": np.array([0.3, -1.2]),
    "column": np.array([[0.3], [-1.2]]),
    "empty": [np.zeros((0, 3)), np.array([0.3])],
    "list": [np.array([0.3, 0.4]), np.array([[1.0]])],
    "tuple": (np.array([0.3, 0.4]), 0.7),
    "named tuple": Point(np.array([0.3, 0.4]), 0.7),
    "dict": {"W": np.ones((2, 3)), "b": np.array([0.1, 0.2])},
    "deep": {"layers": [{"W": np.ones((2, 3)), "b": 0.5}, {"W": np.ones((1, 2))}], "scale": (2.0,)},
    "transposed": np.arange(6.0).reshape(2, 3).T,
    "read-only": np.broadcast_to(np.array([0.3, 0.4]), (3, 2)),
}


def sines(x: Nested) -> float:
    """A number that depends differently on every entry."""
    row = flat(x)
    return np.sum(np.sin(row + np.arange(row.size))) + np.prod(1 + row / 7)


def sines_gradient(x: Nested) -> Nested:
    row = flat(x)
    others = np.prod(1 + row / 7) / (1 + row / 7) / 7
    return like(x, np.cos(row + np.arange(row.size)) + others)


@pytest.mark.parametrize("name", NESTED)
def test_any_nesting(name: str, rng: np.random.Generator) -> None:
    x = NESTED[name]
    check_grad(sines, sines_gradient, x, rng)
    check_jvp(sines, lambda x, v: flat(sines_gradient(x)) @ flat(v), x, rng)
    with pytest.raises(AssertionError, match="grad is wrong at x"):
        check_grad(sines, lambda x: like(x, 1.001 * flat(sines_gradient(x))), x, rng)


def test_flat_and_like_are_inverse() -> None:
    for x in NESTED.values():
        row = np.arange(flat(x).size) + 0.5
        assert np.array_equal(flat(like(x, row)), row)
        assert {place: leaf.shape for place, leaf in leaves(like(x, row)).items()} == {
            place: leaf.shape for place, leaf in leaves(x).items()
        }
    assert isinstance(like(NESTED["named tuple"], np.arange(3.0)), Point)


def test_the_order_of_keys_does_not_matter(rng: np.random.Generator) -> None:
    params, x, y = net(2, 3, 4)
    f, right = of_params(x, y, loss, gradient)
    check_grad(f, lambda p: dict(reversed(right(p).items())), params, rng)


def test_several_outputs(rng: np.random.Generator) -> None:
    """The two sweeps of the note on the Jacobian; outputs may be nested too."""
    x = rng.normal(size=(3, 1))
    check_jvp(jacobian.f, jacobian.forward_sweep, x, rng)
    check_vjp(jacobian.f, lambda x, u: jacobian.reverse_sweep(x, u).T, x, rng)

    def f(x: np.ndarray) -> dict[str, np.ndarray]:
        return {"sin": np.sin(x), "sums": [np.sum(x), x @ x]}

    def forward(x: np.ndarray, v: np.ndarray) -> dict[str, np.ndarray]:
        return {"sums": [np.sum(v), 2 * x @ v], "sin": np.cos(x) * v}

    def reverse(x: np.ndarray, u: dict[str, np.ndarray]) -> np.ndarray:
        return u["sin"] * np.cos(x) + u["sums"][0] + 2 * u["sums"][1] * x

    check_jvp(f, forward, x.ravel(), rng)
    check_vjp(f, reverse, x.ravel(), rng)


NOT_ANALYTIC = {
    "absolute value": (lambda x: np.sum(np.abs(x)), np.sign),
    "ramp": (lambda x: np.sum(np.maximum(x, 0) ** 2), lambda x: 2 * np.maximum(x, 0)),
    "half analytic": (lambda x: np.sum((x + np.abs(x)) / 2), lambda x: (x > 0) * 1.0),
    "norm": (np.linalg.norm, lambda x: x / np.linalg.norm(x)),
    "largest": (np.max, lambda x: (x == x.max()) * 1.0),
    "branches": (
        lambda x: np.sum(np.where(x > 0, x**2, np.sin(x))),
        lambda x: np.where(x > 0, 2 * x, np.cos(x)),
    ),
    "arctan2": (lambda x: np.sum(np.arctan2(x, 1.0)), lambda x: 1 / (1 + x**2)),
    "cast": (lambda x: np.sum(np.asarray(x, dtype=float) ** 3), lambda x: 3 * x**2),
    "Python's max": (lambda x: max(x[0], x[1]), lambda x: np.eye(x.size)[np.argmax(x[:2])]),
    "large": (lambda x: 1e7 + np.sum(np.abs(x) ** 3), lambda x: 3 * x * np.abs(x)),
}


@pytest.mark.parametrize("name", NOT_ANALYTIC)
@pytest.mark.parametrize("seed", range(5))
def test_where_the_complex_step_fails(name: str, seed: int) -> None:
    f, grad = NOT_ANALYTIC[name]
    rng = np.random.default_rng(seed)
    x = rng.normal(size=5)
    check_grad(f, grad, x, rng)
    with pytest.raises(AssertionError, match="grad is wrong at"):
        check_grad(f, lambda x: 1.01 * grad(x), x, rng)


def test_a_large_loss_is_no_fault_of_its_gradient(rng: np.random.Generator) -> None:
    """Rosenbrock's function of 2000 inputs, near 1e6, made not analytic.

    Entry by entry at the usual step, the right gradient would fail at a tolerance of 1e-5.
    """

    def f(x: np.ndarray) -> float:
        return np.sum(np.abs(1 - x[:-1]) ** 2 + 100 * np.abs(x[1:] - x[:-1] ** 2) ** 2)

    def grad(x: np.ndarray) -> np.ndarray:
        g, valley = np.zeros_like(x), x[1:] - x[:-1] ** 2
        g[:-1] = -2 * (1 - x[:-1]) - 400 * x[:-1] * valley
        g[1:] += 200 * valley
        return g

    x = rng.normal(size=2000)
    assert f(x) > 5e5
    check_grad(f, grad, x, rng)
    rough = central_gradient(f, x, 6e-6)
    assert np.abs(rough / grad(x) - 1).max() > 1e-5
    with pytest.raises(AssertionError, match=r"grad is wrong at x\[1234\]"):
        check_grad(f, lambda x: grad(x) + (np.arange(2000) == 1234), x, rng)


@pytest.mark.parametrize("scale", [1e-6, 1e-3, 1e3, 1e6])
def test_any_size_of_parameters(scale: float, rng: np.random.Generator) -> None:
    x = scale * rng.normal(size=4)
    check_grad(
        lambda x: np.sum(np.abs(x) ** 1.5), lambda x: 1.5 * np.sign(x) * np.abs(x) ** 0.5, x, rng
    )
    check_grad(lambda x: np.sum(np.log(np.abs(x))), lambda x: 1 / x, x, rng)


def test_zero_slopes_may_be_rounded(rng: np.random.Generator) -> None:
    """The entries of a softmax sum to 1, so their sum has no slope but rounding."""

    def softmax(x: np.ndarray) -> np.ndarray:
        return np.exp(x) / np.sum(np.exp(x))

    def grad(x: np.ndarray) -> np.ndarray:
        p = softmax(x)
        return p - p * np.sum(p) + 1e-17

    check_grad(lambda x: np.sum(softmax(x)), grad, rng.normal(size=6), rng)
    check_grad(lambda x: np.sum(softmax(x)), np.zeros_like, rng.normal(size=6), rng)


def test_single_precision(rng: np.random.Generator) -> None:
    """A gradient in single precision is held to half of its digits, against one in double."""
    params, x, y = net(4, 5, 3)
    single = like(params, flat(params).astype(np.float32))
    x, y = x.astype(np.float32), y.astype(np.float32)
    f, right = of_params(x, y, loss, gradient)
    assert {leaf.dtype for leaf in leaves(right(single)).values()} == {np.dtype(np.float32)}
    assert tolerance(single) == pytest.approx(3.45e-4, rel=1e-3)
    check_grad(f, right, single, rng)
    check_jvp(partial(outputs, x=x), partial(output_rates, x=x), single, rng)
    with pytest.raises(AssertionError, match=r"grad is wrong .*, the complex step"):
        check_grad(f, lambda p: like(p, flat(right(p)) * np.float32(1.002)), single, rng)


def test_the_coarsest_array_sets_the_tolerance(rng: np.random.Generator) -> None:
    x = [rng.normal(size=3).astype(np.float32), rng.normal(size=3)]
    assert tolerance(x) == tolerance(x[0]) > tolerance(x[1])
    check_grad(
        lambda x: np.sum(np.sin(x[0])) + np.sum(x[1]),
        lambda x: [np.cos(x[0]), 1 + 0 * x[1]],
        x,
        rng,
    )


def test_directions_have_the_precision_of_x(rng: np.random.Generator) -> None:
    seen = []

    def jvp(x: np.ndarray, v: np.ndarray) -> np.ndarray:
        seen.append(v.dtype)
        return np.cos(x) * v

    check_jvp(np.sin, jvp, np.ones(3, dtype=np.float32), rng)
    assert {*seen} == {np.dtype(np.float32)}


def test_the_cost_does_not_grow_with_the_number_of_entries(rng: np.random.Generator) -> None:
    def count(n: int) -> int:
        places = []

        def f(x: np.ndarray) -> float:
            places.append(1)
            return np.sum(np.sin(x))

        check_grad(f, np.cos, rng.normal(size=n), rng)
        return len(places)

    assert count(10_000) <= count(10) + 40 < 300


def test_x_is_left_as_it_was(rng: np.random.Generator) -> None:
    params, x, y = net(2, 3, 4)
    kept = flat(params)
    check_grad(*of_params(x, y, loss, gradient), params, rng)
    assert np.array_equal(flat(params), kept)


@pytest.mark.parametrize("h", [1e-1, 1e-3, 1e-5, 1e-9, 1e-13])
def test_errors_of_the_experiment_by_the_step(h: float) -> None:
    """The right gradient by the complex step instead; cut-off grows like h², rounding like 1/h."""
    params, _, f, right, wrong = setting()
    exact = complex_step_gradient(lambda row: f(like(params, row)), flat(params))
    error_right, error_slip, tau = errors_by_step(h)["numbers"].values()
    assert flat(right(params)) == pytest.approx(exact, rel=1e-12)
    slip = flat(wrong(params))
    sizes = np.linalg.norm(slip) + np.linalg.norm(exact)
    assert error_slip == pytest.approx(np.linalg.norm(slip - exact) / sizes, rel=1e-2)
    assert 1e-18 / h < error_right < 0.04 * h**2 + 2e-15 / h
    assert (error_right < tau) == (h in (1e-5,))
    right_curve = errors_by_step(h)["curves"][0]
    assert error_right == pytest.approx(right_curve["y"][right_curve["x"].index(h)])
