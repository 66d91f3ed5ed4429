"""Every rule against slopes that are only measured, on random shapes, and its own pullback too."""

import operator
from collections.abc import Callable

import numpy as np
import pytest

from snippets import jacobian
from snippets.array_tape import grad, value_and_grad, vjp
from snippets.gradient_checking import check_vjp
from snippets.vjp import (
    FLAT,
    MOVING,
    RULES,
    cross_entropy,
    example,
    logsumexp,
    pulled,
    scatter,
)
from snippets.wengert_list import derivative, record
from tests.independent import complex_step_jacobian

RNG = np.random.default_rng(0)
X, Y = RNG.normal(size=(2, 3, 4))
ROW, COLUMN, ONE = RNG.normal(size=4), RNG.normal(size=(3, 1)), np.array(0.7)
STACK = RNG.normal(size=(2, 4, 3))
TRUE = X > 0
Case = tuple[Callable, tuple]  # a function that only uses the rule, and its arguments


def of_two(function: Callable) -> list[Case]:
    """Operands of one shape, and of all shapes that are repeated to it."""
    others = [Y, ROW, COLUMN, ONE, RNG.normal(size=(2, 3, 4)), RNG.normal(size=(1, 1))]
    pairs = [(X, other) for other in others] + [(other, X) for other in others[1:]]
    return [(function, (np.abs(a) + 0.5, np.abs(b) + 0.2)) for a, b in pairs]


def reduced(function: Callable, default: object) -> list[Case]:
    """Along no axis, one, several and all of them, kept and not."""
    cases: list[Case] = [(function, (STACK,))]
    for axis in (0, 1, -1, default, (0, 2), (-1, 0), None):
        for keepdims in (False, True):
            if not (function in (np.logaddexp.reduce,) and isinstance(axis, tuple | None)):
                cases.append(
                    (lambda a, k=keepdims, i=axis: function(a, axis=i, keepdims=k), (STACK,))
                )
    return cases


PRODUCTS = [((3, 4), (4, 2)), ((4,), (4, 2)), ((3, 4), (4,)), ((4,), (4,)), ((2, 3, 4), (4, 2))]
PRODUCTS += [((2, 3, 4), (2, 4, 5)), ((3, 4), (2, 4, 5)), ((4,), (2, 4, 5)), ((2, 3, 4), (4,))]
PRODUCTS += [((2, 1, 3, 4), (5, 4, 2)), ((1, 3, 4), (2, 4, 1))]
INDICES = [
    0,
    -1,
    slice(1, None),
    (slice(None), 2),
    (0, 0),
    ...,
    None,
    [2, 0, 0],
    ([0, 0, 1], [1, 1, 2]),
]
INDICES += [(slice(None, None, -1), [1, 1]), TRUE, (slice(None), None, 1)]
CASES: dict[Callable, list[Case]] = {
    np.add: of_two(np.add),
    np.subtract: of_two(np.subtract),
    np.multiply: of_two(np.multiply),
    np.divide: of_two(np.divide),
    np.power: [*of_two(np.power), (lambda a: a**3, (X,)), (lambda a: a**-2.0, (X,))],
    np.maximum: of_two(np.maximum),
    np.minimum: of_two(np.minimum),
    np.logaddexp: of_two(np.logaddexp),
    np.where: of_two(lambda a, b: np.where(TRUE, a, b)),
    np.matmul: [(np.matmul, (RNG.normal(size=m), RNG.normal(size=n))) for m, n in PRODUCTS],
    np.negative: [(np.negative, (X,))],
    np.positive: [(np.positive, (X,))],
    np.copy: [(np.copy, (X,)), (lambda a: a.copy(), (X,))],
    np.abs: [(np.abs, (X,))],
    np.square: [(np.square, (X,))],
    np.sqrt: [(np.sqrt, (X**2,))],
    np.exp: [(np.exp, (X,))],
    np.log: [(np.log, (X**2,))],
    np.sin: [(np.sin, (X,))],
    np.cos: [(np.cos, (X,))],
    np.tanh: [(np.tanh, (X,))],
    np.sum: reduced(np.sum, None),
    np.add.reduce: reduced(np.add.reduce, 0),
    np.mean: reduced(np.mean, None),
    np.max: reduced(np.max, None),
    np.min: reduced(np.min, None),
    logsumexp: reduced(logsumexp, None),
    cross_entropy: [(lambda Z, i=i: cross_entropy(Z, i), (X,)) for i in ([2, 0, -1, 0], [1] * 4)],
    np.logaddexp.reduce: reduced(np.logaddexp.reduce, 0),
    np.reshape: [(lambda a, s=s: np.reshape(a, s), (X,)) for s in (12, (4, 3), (2, -1), (3, 4, 1))]
    + [(lambda a: np.reshape(a, (4, 3), order="F"), (X,))],
    np.transpose: [
        (lambda a, axes=axes: np.transpose(a, axes), (STACK,))
        for axes in (None, (1, 2, 0), (-1, 0, 1), (2, -3, -2))
    ],
    operator.getitem: [(lambda a, i=i: a[i], (X,)) for i in INDICES],
    scatter: [(lambda g: scatter(g, [2, 0, 0], (4, 4)), (X,))],
    np.array: [(lambda a, b: np.array([[a[0], b], [b, 2 * b]]), (ROW, ONE))],
    np.stack: [(lambda a, b, i=i: np.stack([a, b, a], axis=i), (X, Y)) for i in (0, 1, 2, -1)],
    np.concatenate: [
        (lambda a, b, i=i: np.concatenate([a, b, a], axis=i), (X, Y)) for i in (0, 1, -1, None)
    ],
    np.hstack: [(lambda a, b: np.hstack([a, b]), (X, COLUMN))],
    np.vstack: [(lambda a, b: np.vstack([a, b, b]), (X, ROW))],
    np.ravel: [(np.ravel, (X,)), (lambda a: np.ravel(a, order="F"), (X,))],
    np.expand_dims: [(lambda a: np.expand_dims(a, 1), (X,))],
    np.squeeze: [(np.squeeze, (COLUMN,))],
    np.broadcast_to: [(lambda a: np.broadcast_to(a, (2, 3, 4)), (COLUMN,))],
    np.swapaxes: [(lambda a: np.swapaxes(a, 0, 2), (STACK,))],
    np.moveaxis: [(lambda a: np.moveaxis(a, 0, 2), (STACK,))],
    np.matrix_transpose: [(np.matrix_transpose, (STACK,)), (lambda a: a.mT, (X,))],
    np.flip: [(np.flip, (X,)), (lambda a: np.flip(a, 1), (X,))],
    np.roll: [(lambda a: np.roll(a, 2, axis=1), (X,))],
    np.repeat: [(lambda a: np.repeat(a, 3, axis=0), (X,))],
    np.tile: [(lambda a: np.tile(a, (2, 2)), (X,))],
    np.take: [
        (lambda a: np.take(a, [0, 0, 2], axis=1), (X,)),
        (lambda a: np.take(a, [[1, -1], [1, 0]], axis=-1), (STACK,)),
        (lambda a: np.take(a, [5, 5, 7]), (X,)),
        (lambda a: np.take(a, [True, True], axis=0), (X,)),
    ],
    np.diagonal: [(np.diagonal, (X,))],
}
CASES |= {function: [(lambda a, f=function: f(a) + a, (X,))] for function in FLAT}
ALL = [(f, i) for f, cases in CASES.items() for i in range(len(cases))]
LABELS = [f"{getattr(f, '__qualname__', f.__name__)}-{f.__name__}-{i}" for f, i in ALL]


def test_every_rule_has_a_case() -> None:
    assert set(CASES) == set(RULES)
    assert {getattr(np, name) for name in MOVING.split()} < set(CASES)


@pytest.mark.parametrize(("function", "i"), ALL, ids=LABELS)
def test_a_rule_against_measured_slopes(function: Callable, i: int) -> None:
    case, arguments = CASES[function][i]

    def pulled(x: tuple, u: np.ndarray) -> tuple:
        return vjp(case, *x)[1](u)

    check_vjp(lambda x: np.asarray(case(*x)), pulled, arguments, np.random.default_rng(1))


@pytest.mark.parametrize(("function", "i"), ALL, ids=LABELS)
def test_the_rule_of_the_rule(function: Callable, i: int) -> None:
    """A pullback is recorded as well; its own pullback is held against measured slopes."""
    case, arguments = CASES[function][i]
    u = np.random.default_rng(2).normal(size=np.shape(case(*arguments)))

    def gradient(x: tuple) -> tuple:
        return vjp(lambda *x: np.tanh(case(*x)), *x)[1](u)

    def pulled(x: tuple, w: tuple) -> tuple:
        return vjp(lambda *x: gradient(x), *x)[1](w)

    check_vjp(gradient, pulled, arguments, np.random.default_rng(3))


@pytest.mark.parametrize(("function", "i"), ALL, ids=LABELS)
def test_single_precision_stays(function: Callable, i: int) -> None:
    case, arguments = CASES[function][i]
    arguments = tuple(a.astype(np.float32) for a in arguments)
    y, pullback = vjp(case, *arguments)
    bars = pullback(y)
    assert np.result_type(y) == np.float32
    assert all(np.result_type(bar) == np.float32 for bar in bars)
    assert [np.shape(bar) for bar in bars] == [a.shape for a in arguments]


SMOOTH = [np.exp, np.sin, np.cos, np.tanh, np.square, lambda a: a**3, lambda a: a / (2 + a * a)]
SMOOTH += [lambda a: a @ a.T, lambda a: np.sum(a, 0) * a, lambda a: a[[1, 1, 0]] - a.mean()]
SMOOTH += [lambda a: np.concatenate([a[:1], a[1:]]), lambda a: np.stack([a[0], a[2], a[0]])]


@pytest.mark.parametrize("seed", range(40))
def test_random_programs_by_three_roads(seed: int) -> None:
    """Five steps on a 3 x 3 array: rules, intervention at the input, and the complex step."""
    rng = np.random.default_rng(seed)
    picks = rng.integers(len(SMOOTH), size=5)
    x, u = rng.uniform(-1, 1, size=(2, 3, 3))

    def program(a: np.ndarray) -> np.ndarray:
        for pick in picks:
            a = 0.7 * SMOOTH[pick](a) + 0.1 * a
        return a

    bar = vjp(program, x)[1](u)[0]
    flat = complex_step_jacobian(lambda row: program(row.reshape(3, 3)).ravel(), x.ravel())
    assert bar.ravel() == pytest.approx(flat.T @ u.ravel(), rel=1e-10, abs=1e-12)
    v, C = record(lambda a: (a, np.sum(program(a) * u)), x)
    assert bar == pytest.approx(derivative(C, v), rel=1e-9, abs=1e-11)


TIES = {
    "maximum with a number": (lambda a: np.maximum(a, 0), [0, 0, 1]),
    "of a number": (lambda a: np.maximum(0, a), [0, 1, 1]),
    "maximum with itself": (lambda a: np.maximum(a, a), [1, 1, 1]),
    "minimum": (lambda a: np.minimum(a, 0), [1, 0, 0]),
    "maximum of ties": (lambda a: np.max(np.stack([a, a, a - 1]), axis=0), [1, 1, 1]),
    "absolute": (np.abs, [-1, 0, 1]),
}


@pytest.mark.parametrize("name", TIES)
def test_ties(name: str) -> None:
    """At a tie the second operand counts as the larger; along an axis, all that tie share."""
    function, slopes = TIES[name]
    assert list(grad(lambda a: np.sum(function(a)))(np.array([-1.0, 0.0, 2.0]))) == slopes


def test_powers_at_zero() -> None:
    """x⁰, x¹, x² and 0ᵇ have slopes at zero, though their formulas divide by it or take its ln."""
    assert [grad(lambda x, n=n: x**n)(0.0) for n in (0, 1, 2, 0.0, 1.0)] == [0, 1, 0, 0, 1]
    assert grad(lambda b: np.array([0.0, 2.0]) @ np.array([0.0, 2.0]) ** b)(3.0) == pytest.approx(
        16 * np.log(2), rel=1e-14
    )


def test_log_sum_exp_of_large_numbers() -> None:
    y, softmax = value_and_grad(logsumexp)(np.array([1000.0, 1001.0, -np.inf]))
    assert y == pytest.approx(1001 + np.log1p(np.exp(-1)), rel=1e-15)
    assert softmax == pytest.approx([1 / (1 + np.e), np.e / (1 + np.e), 0], rel=1e-13)
    assert logsumexp(np.ones((2, 3)), axis=(0, 1)) == pytest.approx(1 + np.log(6), rel=1e-15)


def test_the_sweeps_of_the_note() -> None:
    """Rows of the Jacobian of the note on it, and their sum with weights 2 and 5."""
    found = example()["x_bars"][..., 0]
    assert found.tolist() == [[3, -2, 0], [0, 4, 12], [6, 16, 60]]


@pytest.mark.parametrize("seed", range(5))
def test_the_dot_test(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, x_dot, y_bar = (rng.normal(size=(n, 1)) for n in (3, 3, 2))
    y_dot = np.imag(jacobian.f(x + 1e-30j * x_dot)) / 1e-30
    assert pulled(x, y_bar).ravel() @ x_dot.ravel() == pytest.approx(
        y_bar.ravel() @ y_dot.ravel(), rel=1e-13
    )


def test_an_entry_used_twice_gets_two_terms() -> None:
    """The slip that the note names: assignment in the place of addition loses the first."""
    numbers = example()
    assert (list(numbers["added"]), list(numbers["assigned"])) == ([11, 0, 5], [10, 0, 5])
    assert list(grad(lambda a: a[[0, 0, 2]] @ np.array([1.0, 10.0, 5.0]))(ROW)) == [11, 0, 5, 0]


def test_the_cross_entropy_of_columns() -> None:
    Z, labels = np.log([[1.0, 2.0], [3.0, 2.0]]) + 1000, [1, 0]
    loss, Z_bar = value_and_grad(cross_entropy)(Z, labels)
    assert loss == pytest.approx(np.log(4 / 3 * 2) / 2, rel=1e-12)
    assert Z_bar == pytest.approx(np.array([[1 / 8, -1 / 4], [-1 / 8, 1 / 4]]), rel=1e-12)
    with pytest.raises(
        IndexError, match=r"cross_entropy\(v0, \[0, 2\]\), shapes \(2, 2\): index 2"
    ):
        value_and_grad(cross_entropy)(Z, [0, 2])
