"""What an emitted program returns, against the tape, hand-written sweeps and published numbers."""

import copy
from collections import namedtuple
from math import prod
from typing import Any

import numpy as np
import pytest

from snippets import backprop_matrix_form, backpropagation
from snippets.array_tape import grad, loss, setting, value_and_grad
from snippets.emission import Program, emit, example
from snippets.emission import setting as network
from snippets.gradient_checking import check_grad
from snippets.operator_overloading import leaves, mapped
from snippets.vjp import logsumexp
from tests.independent import complex_step
from tests.random_array_programs import random_arguments, random_program
from tests.worked_examples import BRANCHING, SMOOTH


def arrays(nested: Any) -> list:
    return [a for a in leaves(nested) if isinstance(a, np.ndarray)]


def constants(program: Program) -> list:
    return arrays([*program.run.__globals__.values()])


def agree(found: Any, expected: Any, tolerance: float = 1e-9) -> None:
    """In shape and type, and in value beside the largest entry."""
    for one, other in zip(leaves(found), leaves(expected), strict=True):
        assert np.shape(one) == np.shape(other)
        assert np.result_type(one) == np.result_type(other)
        largest = float(np.max(np.abs(other), initial=1e-3))
        assert one == pytest.approx(other, rel=tolerance, abs=tolerance * largest)


def matches(
    program: Program, f: Any, arguments: tuple, argnums: Any = 0, tol: float = 1e-9
) -> None:
    """Twice the same as by the tape, in memory of its own, and the arguments stay as they are."""
    before, expected = copy.deepcopy(arguments), value_and_grad(f, argnums)(*arguments)
    found = program(*arguments)
    agree(found, expected, tol)
    results = arrays(found)
    for i, one in enumerate(results):
        others = [*results[:i], *arrays(arguments), *constants(program)]
        assert not any(np.shares_memory(one, other) for other in others)
        one[...] = np.nan
    agree(program(*arguments), expected, tol)
    for one, other in zip(leaves(before), leaves(arguments), strict=True):
        assert np.array_equal(one, other)


def strided(a: Any) -> Any:
    """The same values, every second one of a larger array."""
    if not isinstance(a, np.ndarray):
        return a
    wide = np.full([2 * n for n in a.shape], 7, a.dtype)
    wide[tuple(slice(None, None, 2) for _ in a.shape)] = a
    return wide[tuple(slice(None, None, 2) for _ in a.shape)]


def by_columns(a: Any) -> Any:
    return np.asfortranarray(a) if isinstance(a, np.ndarray) else a


@pytest.mark.parametrize("seed", range(150))
def test_random_programs(seed: int) -> None:
    """Other values than the traced ones: masks, labels and maxima lie elsewhere."""
    rng = np.random.default_rng(seed)
    dtype, argnums = [float, np.float32][seed % 5 == 4], [0, 1, (0, 1), (1, 0)][seed % 4]
    f = random_program(rng, int(rng.integers(1, 9)))
    calls = [random_arguments(rng, dtype) for _ in range(4)]
    calls[2], calls[3] = mapped(strided, calls[2]), mapped(by_columns, calls[3])
    program = emit(f, *mapped(by_columns if seed % 3 else strided, calls[0]), argnums=argnums)
    for arguments in calls:
        matches(program, f, arguments, argnums, 1e-9 if dtype is float else 2e-3)


SCALAR_STEPS = [
    lambda a, b: a + b,
    lambda a, b: a - 2 * b,
    lambda a, b: a * b,
    lambda a, b: a / (2 + b * b),
    lambda a, b: np.sin(a) * np.cos(b),
    lambda a, b: np.exp(-a * a),
    lambda a, b: np.log(1 + a * a),
    lambda a, b: np.tanh(a) + 1,
    lambda a, b: np.sqrt(1 + b * b),
    lambda a, b: abs(a) + a**3,
    lambda a, b: np.maximum(a, b) + a**2,
    lambda a, b: np.minimum(a, b) * 3,
    lambda a, b: np.maximum(0, a) - b,
    lambda a, b: np.where(a > b, a, b * b),
    lambda a, b: np.abs(a) ** 1.5 + 1 * b + 0,
    lambda a, b: np.sign(a) * b + np.square(a),
    lambda a, b: a,
]


@pytest.mark.parametrize("seed", range(100))
def test_random_scalar_programs(seed: int) -> None:
    """In Python's own arithmetic."""
    rng = np.random.default_rng(seed)
    picks = [(SCALAR_STEPS[i], rng.random(2)) for i in rng.integers(17, size=rng.integers(1, 12))]

    def f(x: Any, y: Any) -> Any:
        values = [x, y]
        for step, places in picks:
            values.append(step(*(values[-1 - int(p * min(len(values), 4))] for p in places)) * 0.5)
        return values[-1]

    program = emit(f, *map(float, rng.normal(size=2)), argnums=(0, 1))
    assert "np." not in program.source
    for _ in range(4):
        x, y = map(float, rng.normal(size=2))
        C, bars = program(x, y)
        assert (type(C), *map(type, bars)) == (float, float, float)
        agree((C, bars), value_and_grad(f, (0, 1))(x, y), 1e-11)


def test_a_product_of_many() -> None:
    """Names are used again, though not those of results: the last slope is a forward value."""
    x = [1 + k / 1000 for k in range(300)]
    program = emit(prod, [1.0] * 300)
    C, bars = program(x)
    assert pytest.approx(prod(x), rel=1e-13) == C
    assert bars == pytest.approx([prod(x) / entry for entry in x], rel=1e-12)
    assert len(program.run.__code__.co_varnames) < 900 < 300 + program.source.count(" = ")


def test_floats_of_a_list_are_read_as_one() -> None:
    """In the nesting of the arguments, and only floats."""
    x = Pair([1.0, 2.0], Pair(3.0, 4.0)), (5.0,), []
    program = emit(lambda x: sum(leaves(x)) ** 2, x)
    other = Pair([2.0, np.float64(2)], Pair(3.0, 4.0)), (5.0,), []
    assert program(other) == (256, (Pair([32, 32], Pair(32, 32)), (32,), []))
    for bad in [1, 2.0], [np.float32(1), 2.0], [1.0], [1.0, "2"], [1.0, np.ones(2)]:
        with pytest.raises(ValueError, match="emit again"):
            program((Pair(bad, x[0].second), (5.0,), []))


@pytest.mark.parametrize("name", [*SMOOTH, *BRANCHING])
def test_worked_examples(name: str) -> None:
    """griewank_walther_intro, speelpenning_product and all others of the shared list."""
    example = (SMOOTH | BRANCHING)[name]
    names = " ".join(f"a{i}" for i in range(len(example.x)))
    program = emit(example.f, *example.x, argnums=tuple(range(len(example.x))), names=names)
    C, bars = program(*example.x)
    if example.value is not None:
        assert pytest.approx(example.value, rel=1e-12, abs=1e-15) == C
    assert bars == pytest.approx(example.gradient, rel=max(example.tolerance, 1e-9), abs=1e-12)


def test_mazur_step_by_step() -> None:
    """Eight weights and four biases, as `backpropagation` finds them by hand."""
    by_hand = backpropagation.example()
    x, target = np.array([[0.05], [0.1]]), np.array([[0.01], [0.99]])
    W1, W2 = np.array([[0.15, 0.2], [0.25, 0.3]]), np.array([[0.4, 0.45], [0.5, 0.55]])
    b1, b2 = np.full((2, 1), 0.35), np.full((2, 1), 0.6)

    def E(W1: Any, b1: Any, W2: Any, b2: Any) -> Any:
        hidden = 1 / (1 + np.exp(-(W1 @ x + b1)))
        return np.sum((target - 1 / (1 + np.exp(-(W2 @ hidden + b2)))) ** 2) / 2

    assert by_hand
    C, (W1_bar, b1_bar, W2_bar, b2_bar) = emit(E, W1, b1, W2, b2, argnums=(0, 1, 2, 3))(
        W1, b1, W2, b2
    )
    assert pytest.approx(0.2983711087600027, rel=1e-13) == C
    expected = [[0.08216704056423077, 0.08266762784753325]]
    expected += [[-0.02260254047747507, -0.022740242215978222]]
    assert W2_bar == pytest.approx(np.array(expected), rel=1e-9)
    expected = [[0.0004385677344743465, 0.000877135468948693]]
    expected += [[0.0004977127352608599, 0.0009954254705217198]]
    assert W1_bar == pytest.approx(np.array(expected), rel=1e-9)
    assert b1_bar.ravel() == pytest.approx([0.00877135468948693, 0.009954254705217196], rel=1e-9)
    assert b2_bar.ravel() == pytest.approx([0.13849856162855695, -0.038098236516556236], rel=1e-9)


def test_goodfellow_xor_relu() -> None:
    """Exclusive or is met exactly: the loss and all slopes are zero, and not for other weights."""
    X, y = np.array([[0.0, 0, 1, 1], [0, 1, 0, 1]]), np.array([0.0, 1, 1, 0])

    def C(W: Any, c: Any, w: Any) -> Any:
        return np.mean((w @ np.maximum(W @ X + c, 0) - y) ** 2)

    right = np.ones((2, 2)), np.array([[0.0], [-1.0]]), np.array([1.0, -2.0])
    program = emit(C, *right, argnums=(0, 1, 2))
    value, bars = program(*right)
    assert value == 0
    assert not any(bar.any() for bar in bars)
    matches(program, C, (right[0] * 0.9, right[1] + 0.1, right[2] * 1.1), (0, 1, 2))


def textbook(params: list, X: Any, labels: Any) -> Any:
    """The loss whose gradient `backprop_matrix_form` derives by hand."""
    for W, b in params[:-1]:
        X = np.maximum(W @ X + b, 0)
    W, b = params[-1]
    Z = W @ X + b
    return np.mean(logsumexp(Z, axis=0) - Z[labels, np.arange(labels.size)])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_textbook_derives_the_same_by_hand(dtype: Any) -> None:
    rng = np.random.default_rng(5)
    params = backprop_matrix_form.he_parameters([7, 5, 4, 3], rng, dtype=dtype)
    X, labels = rng.random((7, 6)).astype(dtype), rng.integers(3, size=6)
    program = emit(textbook, params, X, labels)
    expected = backprop_matrix_form.loss_and_gradients(params, X, labels)
    agree(program(params, X, labels), expected, 1e-5 if dtype == np.float32 else 1e-14)


def test_a_gradient_check_of_the_program() -> None:
    rng = np.random.default_rng(6)
    params, X, labels = setting(rng)
    program = emit(loss, params, X, labels)
    check_grad(
        lambda params: loss(params, X, labels), lambda p: program(p, X, labels)[1], params, rng
    )


def test_the_complex_step() -> None:
    x = np.random.default_rng(7).normal(size=(3, 2))

    def f(x: Any) -> Any:
        return np.sum(np.tanh(x @ x.T) ** 3 * np.exp(x[0, 0]))

    assert emit(f, x)(x)[1] == pytest.approx(complex_step(f, x), rel=1e-12, abs=1e-14)


def test_a_gradient_of_a_gradient() -> None:
    x = np.array([-1.2, 1.0, 0.3])

    def steepness(x: Any) -> Any:
        return np.sum(grad(lambda x: np.sum(np.sin(x) * x[::-1] ** 3))(x) ** 2)

    matches(emit(steepness, x), steepness, (x + 0.5,))


Pair = namedtuple("Pair", "first second")


def test_nestings() -> None:
    """Dicts, lists and named tuples come back as they were, with texts and integers inside."""

    def f(p: dict, how: str, n: int) -> Any:
        part = p["b"].second[0] * n if how == "times" else p["b"].second[0]
        return np.sum(p["a"] * part) + p["b"].first ** 2

    def arguments(shift: float) -> tuple:
        pair = Pair(2.0 + shift, [np.arange(3.0) + shift])
        return {"b": pair, "a": np.ones(3) + shift}, "times", 3

    program = emit(f, *arguments(0.0))
    matches(program, f, arguments(0.5))
    g = program(*arguments(0.0))[1]
    assert (list(g), type(g["b"]), g["b"].first) == (["b", "a"], Pair, 4)
    p, *static = arguments(0.0)
    again = program({"a": p["a"], "b": p["b"]}, *static)[1]  # by key, and not by place
    assert (list(again["a"]), again["b"].first) == (list(g["a"]), 4)
    for other in ("plus", 3), ("times", 4), ("times", 3.5):
        with pytest.raises(ValueError, match=r"the program is for .*'times', 3\).*emit again"):
            program(p, *other)


OWN = {
    "a parameter that does nothing": lambda a, b: np.sum(b),
    "a constant": lambda a, b: 3.0,
    "the other argument alone": lambda a, b: b[0] * 1.0,
    "the same adjoint twice": lambda a, b: np.sum(a + b),
    "the same by a view": lambda a, b: np.sum(a + b[::-1]),
    "the same computed adjoint": lambda a, b: np.sum((a + b) ** 2),
    "an argument as adjoint": lambda a, b: a @ b,
    "a view of an argument as adjoint": lambda a, b: a @ b[::-1],
    "an argument twice": lambda a, b: a @ a + np.sum(b),
    "an array from elsewhere": lambda a, b: a @ FROM_ELSEWHERE + b @ FROM_ELSEWHERE,
}
FROM_ELSEWHERE = np.array([0.1, 0.7, 0.2])


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_results_belong_to_the_caller(name: str, dtype: Any) -> None:
    a, b = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], dtype)
    program = emit(OWN[name], a, b, argnums=(0, 1))
    matches(program, OWN[name], (a, b), (0, 1), 1e-5)
    matches(program, OWN[name], (b * 2, b), (0, 1), 1e-5)
    matches(program, OWN[name], (a, a), (0, 1), 1e-5)
    assert list(FROM_ELSEWHERE) == [0.1, 0.7, 0.2]


def test_the_parameter_itself() -> None:
    """As a float, and as an array without axes, which a caller could overwrite."""
    assert emit(lambda x: x, 2.0)(3.0) == (3.0, 1.0)
    x = np.array(2.0)
    C, bar = emit(lambda x: x * 1, x)(x)
    x[...] = 7
    assert (C, bar) == (2, 1)
    x = np.array(2.0)
    bars = emit(lambda x, y: x * y, x, x, argnums=(0, 1))(x, x)[1]
    x[...] = 7
    assert bars == (2, 2)


def test_precision() -> None:
    """A float beside arrays takes their precision, as in NumPy, unless it is differentiated."""
    W = np.ones(3, np.float32)

    def f(W: Any, s: Any) -> Any:
        return np.sum(np.tanh(W)) * s + 0.1 * s

    for argnums in (0, (0, 1)):
        matches(emit(f, W, 2.0, argnums=argnums), f, (W, 0.3), argnums, 1e-6)
    one = np.float32(2)
    C, bar = emit(lambda x: x * x, one)(np.float32(3))
    assert (C, bar, C.dtype, bar.dtype) == (9, 6, np.float32, np.float32)


FORMS = {
    "reshape": lambda a: np.sum(np.reshape(a, 12) ** 2 * WEIGHTS.ravel()),
    "reshape by columns": lambda a: np.reshape(a, (4, 3), order="F")[:, 1] @ WEIGHTS[0],
    "a view and what it views": lambda a: np.sum(np.tanh(a).reshape(4, 3) @ np.tanh(a)),
    "a tuple of axes": lambda a: np.sum(np.mean(a * a, axis=(0, 1))) + a[0, 0],
    "no axis": lambda a: np.mean(a) * np.max(a),
    "kept axes": lambda a: np.sum(np.mean(a, -2, keepdims=True) * a.sum(-1, keepdims=True)),
    "the mean of truths": lambda a: np.sum(np.mean(a > 0, axis=0) * a[0]),
    "a count": lambda a: np.sum(a) / np.count_nonzero(a > 0),
    "a long row": lambda a: np.sum(np.repeat(a, 400)),
    "broadcast": lambda a: np.sum(np.broadcast_to(a[:1], (5, 4)) * np.arange(5.0)[:, None]),
    "a square root": lambda a: np.sqrt(np.sum(np.square(a) + 1)),
    "infinity": lambda a: np.sum(np.minimum(a, np.inf)) + np.max(a, axis=1)[0],
    "truths": lambda a: np.sum(np.where(np.logical_and(a > 0, a < 1), a, 0)),
    "a power": lambda a: np.sum((a * a + 1) ** 1.5) + np.sum(a**1 + a**2 + a**0),
    "sorted elsewhere": lambda a: a[np.argsort(a[:, 0])][0] @ WEIGHTS[0],
    "split": lambda a: np.sum(a[0] * a[1]) + np.sum(np.split(WEIGHTS, 3)[0] * a),
    "of an empty array": lambda a: np.sum(a[:0]) + a[1, 1],
    "a number that is reshaped": lambda a: np.sum(np.reshape(a[0, 0], (1, 1)) * a),
}
WEIGHTS = np.arange(12.0).reshape(3, 4) / 7


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_forms(name: str, dtype: Any) -> None:
    rng = np.random.default_rng(8)
    a, b = rng.normal(size=(2, 3, 4)).astype(dtype)
    for arrange in (np.asarray, strided, by_columns):
        program = emit(FORMS[name], arrange(a))
        for other in (np.asarray, strided, by_columns):
            matches(program, FORMS[name], (other(b),), 0, 1e-9 if dtype is np.float64 else 1e-4)


def test_integers_and_truths_are_arguments() -> None:
    def f(a: Any, places: Any, mask: Any) -> Any:
        return np.sum(a[places] ** 2) + np.sum(np.where(mask, a, 0)) / np.sum(mask)

    a = np.array([1.0, 2.0, 3.0])
    program = emit(f, a, np.array([0, 0]), np.array([True, False, True]))
    matches(program, f, (a, np.array([2, 1]), np.array([False, False, True])))


def test_a_float_can_be_indexed_and_reshaped() -> None:
    def f(x: Any, a: Any) -> Any:
        return np.sum(np.reshape(x, (1, 1)) * a) + np.expand_dims(x, 0)[0] * x[None, None][0, 0]

    matches(emit(f, 2.0, np.ones((2, 2))), f, (3.0, np.full((2, 2), 5.0)))


def test_the_program_of_the_note() -> None:
    """Line by line what a textbook derives, with v6_bar for E and v2_bar for Delta."""
    numbers = example()
    body = [text.strip() for text in numbers["source"].splitlines()]
    for text in (
        "v6 = np.subtract(v5, Y, out=v5)",
        "v6_bar = np.add(v10, v10, out=v10)",
        "W2_bar = v6_bar @ v3.mT",
        "v3_bar = W2.mT @ v6_bar",
        "v2_bar = np.multiply(v3_bar, v12, out=v3_bar)",
        "W1_bar = v2_bar @ X.mT",
        "return C, W1_bar, b1_bar, W2_bar, b2_bar",
    ):
        assert text in body
    W1, b1, W2, b2, X, Y = network(np.random.default_rng(1))
    A = np.tanh(W1 @ X + b1)
    E = W2 @ A + b2 - Y
    Delta = (W2.T @ E) / np.cosh(W1 @ X + b1) ** 2
    by_hand = Delta @ X.T, Delta.sum(axis=1), E @ A.T, E.sum(axis=1)
    for found, expected in zip(numbers["bars"], by_hand, strict=True):
        assert found.reshape(expected.shape) == pytest.approx(expected, rel=1e-12)
    assert numbers["C"] == pytest.approx(np.sum(E**2) / 2, rel=1e-14)
