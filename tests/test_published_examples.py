"""Examples that other libraries and papers print, as they stand there, by the public functions.

They were chosen after the modules had been written, and no module was changed for one of them. Each
says where its numbers are printed. A value that is not printed there is None.
"""

from collections.abc import Callable
from itertools import accumulate, repeat
from typing import Any, NamedTuple

import numpy as np
import pytest

from snippets import complex_step
from snippets.array_tape import (
    grad,
    hessian,
    hvp,
    jacfwd,
    jacrev,
    jvp,
    linearize,
    value_and_grad,
    vjp,
)
from snippets.dual_numbers import seeded
from snippets.emission import emit
from snippets.scalar_tape import Tape, Value
from snippets.symbolic_differentiation import derivative, evaluate, symbol
from snippets.wengert_list import derivative as by_replay
from snippets.wengert_list import record

Found = tuple[Any, Any]
"""A value and its gradient."""


class Example(NamedTuple):
    """A function of numbers, or of one array, the place, and what is printed for it."""

    f: Callable[..., Any]
    x: Any
    value: float | None
    gradient: Any
    tolerance: float = 1e-14
    """Largest relative error: what the printed digits leave open."""


FLOAT32 = 2e-7
"""Digits of a library that computes with single precision."""


def tanh_of_exp(x: Any) -> Any:
    return (1 - np.exp(-2 * x)) / (1 + np.exp(-2 * x))


def tanh_of_half(x: Any) -> Any:
    return (1 - np.exp(-x)) / (1 + np.exp(-x))


def fourth_power(x: Any) -> Any:
    square = x * x
    return square * square


NUMBERS = {
    # JAX documentation, "Automatic differentiation"
    "jax, tanh": Example(np.tanh, (2.0,), None, (0.070650816,), FLOAT32),
    # README of diku-dk/autodiff for Futhark, in double precision
    "futhark, tanh": Example(np.tanh, (2.0,), None, (7.065082485316443e-2,)),
    # README of HIPS autograd
    "autograd, tanh": Example(tanh_of_exp, (1.0,), None, (0.419974341614026,)),
    # README of HIPS autograd in its first versions
    "autograd, first tanh": Example(tanh_of_half, (1.0,), None, (0.39322386648296376,)),
    # Boost.Math, "Automatic Differentiation", example 1
    "boost, fourth power": Example(fourth_power, (2.0,), 16.0, (32.0,)),
    # autodiff for C++, "Tutorials", single-variable function; its output in Homebrew's formula
    "autodiff, one variable": Example(
        lambda x: 1 + x + x * x + 1 / x + np.log(x), (2.0,), 8.19315, (5.25,), 1e-6
    ),
    # Zygote for Julia, documentation, first page
    "zygote, polynomial": Example(lambda x: 3 * x**2 + 2 * x + 1, (5.0,), None, (32.0,)),
    "zygote, product": Example(lambda a, b: a * b, (2.0, 3.0), None, (3.0, 2.0)),
    # TensorFlow, "Automatic differentiation and gradient tape", persistent tape
    "tensorflow, square": Example(lambda x: x * x, (3.0,), None, (6.0,)),
    "tensorflow, square of a square": Example(fourth_power, (3.0,), None, (108.0,)),
}


def by_scalar_tape(f: Callable, x: tuple) -> Found:
    with Tape():
        inputs = [*map(Value, x)]
        y = f(*inputs)
        y.backward()
        return y.value, [v.grad for v in inputs]


def by_array_tape(f: Callable, x: tuple) -> Found:
    return value_and_grad(f, tuple(range(len(x))))(*x)


def by_array_tape_forwards(f: Callable, x: tuple) -> Found:
    y, push = linearize(f, *x)
    return y, [push(*e) for e in np.eye(len(x))]


def by_emission(f: Callable, x: tuple) -> Found:
    """Traced elsewhere."""
    names, argnums = " ".join(f"x_{i}" for i in range(len(x))), tuple(range(len(x)))
    return emit(f, *(1.5 * entry for entry in x), argnums=argnums, names=names)(*x)


def by_duals(f: Callable, x: tuple) -> Found:
    y = f(*seeded(*x))
    return y.u, y.u_dot


def by_formulas(f: Callable, x: tuple) -> Found:
    symbols = {f"x_{i}": entry for i, entry in enumerate(x)}
    y = f(*map(symbol, symbols))
    slopes = [derivative(y, symbol(name)) for name in symbols]
    return evaluate(y, **symbols), [evaluate(slope, **symbols) for slope in slopes]


def by_complex_step(f: Callable, x: tuple) -> Found:
    return f(*x), complex_step.gradient(lambda x: f(*x), np.array(x))


def by_wengert_list(f: Callable, x: tuple) -> Found:
    inputs, y = record(lambda x: (x, f(*x)), x)
    return y.value, [by_replay(y, v) for v in inputs]


ROADS = [by_scalar_tape, by_array_tape, by_array_tape_forwards, by_emission, by_duals, by_formulas]
ROADS += [by_complex_step, by_wengert_list]


def agrees(found: Found, example: Example) -> None:
    value, gradient = found
    rel = example.tolerance
    if example.value is not None:
        assert value == pytest.approx(example.value, rel=rel)
    assert np.array(gradient, float) == pytest.approx(np.array(example.gradient), rel=rel)


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("name", NUMBERS)
def test_functions_of_numbers(name: str, road: Callable[[Callable, tuple], Found]) -> None:
    example = NUMBERS[name]
    agrees(road(example.f, example.x), example)


def rosenbrock_105(x: Any) -> Any:
    """As the demonstrations of DERIVEST have it, with 105 in the place of 100."""
    return (1 - x[0]) ** 2 + 105 * (x[1] - x[0] ** 2) ** 2


def logistic(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


ARRAYS = {
    # Theano, tutorial, "Derivatives in Theano"
    "theano, logistic function": Example(
        lambda x: np.sum(logistic(x)),
        np.array([[0.0, 1.0], [-1.0, -2.0]]),
        None,
        [[0.25, 0.19661193], [0.19661193, 0.10499359]],
        1e-7,
    ),
    # PyTorch, "Deep Learning with PyTorch: A 60 Minute Blitz", "Autograd", editions for PyTorch 1
    "pytorch, mean of squares": Example(
        lambda x: np.mean(3 * (x + 2) * (x + 2)), np.ones((2, 2)), 27.0, np.full((2, 2), 4.5)
    ),
    # TensorFlow, "Automatic differentiation and gradient tape"
    "tensorflow, square of a sum": Example(
        lambda x: np.sum(x) * np.sum(x), np.ones((2, 2)), None, np.full((2, 2), 8.0)
    ),
    # J. D'Errico, DERIVEST for Matlab, demonstrations of gradest and jacobianest
    "derivest, sum of squares": Example(
        lambda x: np.sum(x**2), np.arange(1.0, 6), None, [2.0, 4, 6, 8, 10]
    ),
    "derivest, valley": Example(rosenbrock_105, np.array([2.0, 3.0]), None, [842.0, -210.0]),
    "derivest, bottom of the valley": Example(rosenbrock_105, np.ones(2), None, [0.0, 0.0]),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_functions_of_an_array(name: str) -> None:
    f, x, *_ = example = ARRAYS[name]
    agrees(value_and_grad(f)(x), example)
    agrees(emit(f, x + 0.5)(x), example)
    agrees((f(x), jacrev(f)(x)), example)
    agrees((f(x), jacfwd(f)(x)), example)
    agrees((f(x), complex_step.gradient(f, x)), example)
    recorded, y = record(lambda x: (x, f(x)), x)
    agrees((y.value, by_replay(y, recorded)), example)


def test_derivatives_of_derivatives() -> None:
    """Tapes in tapes, up to the fifth order."""
    tanhs = list(accumulate(repeat(grad, 3), lambda f, road: road(f), initial=np.tanh))
    # JAX documentation, "Automatic differentiation"
    printed = [0.070650816, -0.13621868, 0.25265405]
    assert [f(2.0) for f in tanhs[1:]] == pytest.approx(printed, rel=FLOAT32)
    # README of diku-dk/autodiff for Futhark
    assert tanhs[2](2.0) == pytest.approx(-0.13621868742711296, rel=1e-14)
    # Boost.Math, "Automatic Differentiation", example 1
    powers = accumulate(repeat(grad, 5), lambda f, road: road(f), initial=fourth_power)
    assert [f(2.0) for f in powers] == [16, 32, 48, 48, 24, 0]


def test_emission_of_a_gradient() -> None:
    """The second slope of tanh, as the README of diku-dk/autodiff prints it, from a program."""
    slope, (bend,) = emit(grad(np.tanh), 1.0, argnums=(0,))(2.0)
    assert (slope, bend) == pytest.approx((7.065082485316443e-2, -0.13621868742711296), rel=1e-14)


def test_matrices_and_products() -> None:
    """Theano, tutorial, "Derivatives in Theano": Jacobian, Hessian, and what avoids them."""
    x, v = np.array([4.0, 4.0]), np.array([2.0, 2.0])
    for road in (jacrev, jacfwd):
        assert road(np.square)(x).tolist() == [[8, 0], [0, 8]]
    squares = ARRAYS["derivest, sum of squares"].f
    assert hessian(squares)(x).tolist() == [[2, 0], [0, 2]]
    assert hvp(squares, x, v).tolist() == [4, 4]
    weights, row = np.ones((2, 2)), np.array([0.0, 1.0])
    assert jvp(lambda w: row @ w, [weights], [2 * weights])[1].tolist() == [2, 2]
    assert vjp(lambda w: row @ w, weights)[1](v)[0].tolist() == [[0, 0], [2, 2]]


def test_derivest() -> None:
    """J. D'Errico, DERIVEST for Matlab, demonstrations of hessian and directionaldiff."""
    bends = hessian(rosenbrock_105)(np.ones(2))
    assert bends.tolist() == [[842, -420], [-420, 210]]
    assert np.linalg.eigvalsh(bends) == pytest.approx([0.39939, 1051.6], rel=2e-5)
    direction = np.array([1.0, -1.0]) / np.sqrt(2)
    slope = jvp(rosenbrock_105, [np.array([2.0, 3.0])], [direction])[1]
    assert slope == pytest.approx(743.88, abs=0.005)
    powers = hessian(lambda x: x[0] + x[1] ** 2 + x[2] ** 3)(np.array([1.0, 2.0, 3.0]))
    assert powers.tolist() == np.diag([0, 2, 18]).tolist()
    wave = hessian(lambda x: np.cos(x[0] - x[1]))(np.zeros(2))
    assert wave.tolist() == [[-1, 1], [1, -1]]
