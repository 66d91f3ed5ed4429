"""What the array tape refuses, in words that help, and what must not go wrong beside it."""

import itertools
import sys
import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from snippets.array_tape import (
    Tape,
    grad,
    hessian,
    jacfwd,
    jacrev,
    jvp,
    logsumexp,
    value_and_grad,
    vjp,
)
from tests.independent import complex_step

ONES, A = np.ones(3), np.random.default_rng(0).normal(size=(2, 3, 2))
REFUSED: dict[str, tuple[Callable, Any, type, str]] = {
    "shapes": (lambda x: x + np.ones(5), ONES, ValueError, r"add\(v0.*\(3,\), \(5,\).*mend its"),
    "product": (
        lambda x: x @ np.ones((5, 2)),
        ONES,
        ValueError,
        r"matmul.*shapes \(3,\), \(5, 2\)",
    ),
    "stack": (lambda x: np.stack([x, x[:2]]), ONES, ValueError, r"stack.*shapes \(3,\), \(2,\)"),
    "axis": (lambda x: np.sum(x, axis=5), ONES, ValueError, r"sum\(v0, axis=5\), shapes \(3,\)"),
    "index": (lambda x: x[7], ONES, IndexError, r"getitem\(v0, 7\), shapes \(3,\)"),
    "indices": (lambda x: x[[0, 9]], ONES, IndexError, r"getitem\(v0, \[0, 9\]\), shapes \(3,\)"),
    "a loss of an array": (lambda x: x, ONES, ValueError, r"shape \(3,\): sum it"),
    "a loss of two": (lambda x: (x, x), 1.0, ValueError, r"one number, .*\(\(\), \(\)\): sum it"),
    "no result": (lambda x: None, 1.0, TypeError, "f returned None: return floats"),
    "an integer result": (lambda x: 3, 1.0, TypeError, "f returned 3: return floats"),
    "integer": (lambda x: x, 3, TypeError, r"3 holds no floats: write 3\.0 for 3"),
    "integers": (np.sum, np.arange(3), TypeError, r"or x\.astype\(float\)"),
    "complex": (lambda x: x, 1j, TypeError, "holds no floats"),
    "logarithm of zero": (np.log, 0.0, FloatingPointError, r"log\(v0\), shapes \(\): divide by z"),
    "overflow": (np.exp, 1e4, FloatingPointError, r"exp\(v0\).*overflow.*mend its operands"),
    "root of minus one": (np.sqrt, -1.0, FloatingPointError, r"sqrt\(v0\).*invalid"),
    "nan comes in": (
        lambda x: 2 * x,
        np.nan,
        FloatingPointError,
        r"v0 = input, .*holds nan or inf",
    ),
    "inf comes in": (
        lambda x: np.sum(x * np.array([1, np.inf, 1])),
        ONES,
        FloatingPointError,
        r"multiply\(v0.*this holds nan or inf; look at what goes in",
    ),
    "no slope": (
        np.sqrt,
        0.0,
        FloatingPointError,
        r"sqrt\(v0\).* on the way back: there is no fin",
    ),
    "no rule": (np.arctan, 1.0, TypeError, r"arctan\(v0\), shapes \(\): this has no rule: use f"),
    "several results": (
        lambda x: np.sum(np.split(x, 3)[0]),
        ONES,
        TypeError,
        r"split\(v0, 3\), shapes \(3,\): several results have no rule",
    ),
    "an option": (lambda x: np.sum(x, initial=1.0), ONES, TypeError, "sum.*and not every option"),
    "by name": (lambda x: np.sum(a=x), ONES, TypeError, r"sum\(a=v0\).*operands by position"),
    "order in memory": (lambda x: np.sum(np.ravel(x, "K")), ONES, TypeError, r"ravel.*order 'K'"),
    "item": (lambda x: x.__setitem__(0, 1.0), ONES, TypeError, r"write a = a \+ b for a \+= b"),
    "+=": (lambda x: x.__iadd__(1.0), ONES, TypeError, r"np\.stack for a\[i\] = b"),
    "out": (lambda x: np.exp(x, out=np.zeros(3)), ONES, TypeError, "exp would overwrite values"),
    "put": (lambda x: np.put(x, 0, 1.0), ONES, TypeError, "put.*would overwrite values"),
    "objects": (
        lambda x: np.sum(np.sin(np.array([x[0], 1.0]))),
        ONES,
        TypeError,
        r"no callable sin method; write np\.stack for np\.array",
    ),
    "a float of it": (float, 1.0, TypeError, "would leave its record as a plain number"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    f, x, kind, words = REFUSED[name]
    with pytest.raises(kind, match=words):
        grad(f)(x)
    assert not isinstance(x, np.ndarray) or x.flags.writeable


CALLS: dict[str, tuple[Callable, type, str]] = {
    "adjoint": (
        lambda: vjp(np.sin, ONES)[1](1.0),
        ValueError,
        r"\[\(\)\] .* \[\(3,\)\] are wanted",
    ),
    "nesting": (lambda: vjp(lambda x: (x, x), 1.0)[1](1.0), ValueError, r"\[\(\), \(\)\] are want"),
    "tangent": (lambda: jvp(np.sin, (ONES,), (np.ones(2),)), ValueError, r"\[\(2,\)\] were given"),
    "argument": (lambda: grad(np.sin, 1)(1.0), IndexError, "argnums names 1, .* 1 arguments"),
    "rows": (lambda: jacrev(lambda p: p[0])([ONES]), TypeError, "by one array, not of a list"),
    "columns": (lambda: jacfwd(lambda x: {"y": x})(ONES), TypeError, "one array, not of a dict"),
    "Hessian": (lambda: hessian(np.sin)(ONES), ValueError, "a loss is one number"),
}


@pytest.mark.parametrize("name", CALLS)
def test_refused_arguments(name: str) -> None:
    call, kind, words = CALLS[name]
    with pytest.raises(kind, match=words):
        call()


def test_values_of_another_tape() -> None:
    kept: list = []
    grad(lambda x: (kept.append(x), 2 * x)[1])(1.0)
    for use in (lambda x: x * kept[0], lambda x: np.stack([x, kept[0]]), lambda x: kept[0]):
        with pytest.raises(ValueError, match="v0 is of another run"):
            grad(use)(2.0)
    with pytest.raises(ValueError, match=r"multiply\(v0, 2\) comes too late: the run is over"):
        _ = kept[0] * 2


BASE = np.ones((2, 3))
VIEW, PLAIN = BASE[0], np.ones(3)
WRITTEN = {"itself": PLAIN, "through its owner": BASE, "a view": VIEW}


@pytest.mark.parametrize("name", WRITTEN)
@pytest.mark.parametrize("as_argument", [False, True])
def test_what_a_run_has_used_may_not_be_overwritten(name: str, as_argument: bool) -> None:
    used = PLAIN if name == "itself" else VIEW

    def f(x: Any) -> Any:
        y = np.sum(x * used)
        WRITTEN[name][...] = 5.0
        return y

    with pytest.raises(TypeError, match="a line of the run would overwrite values"):
        grad(f)(used if as_argument else np.ones(3))
    assert all(a.flags.writeable for a in (BASE, VIEW, PLAIN))
    assert used.sum() == 3


def fails(x: Any) -> Any:
    _ = x * VIEW * PLAIN
    raise KeyError("on the way")


def test_arrays_are_unlocked_whatever_happens() -> None:
    argument = np.ones(3)
    with pytest.raises(KeyError, match="on the way"):
        grad(fails)(argument)
    inner = grad(lambda x: np.sum(x * VIEW))
    assert list(grad(lambda x: inner(PLAIN)[0] * np.sum(x * PLAIN))(argument)) == [1, 1, 1]
    assert all(a.flags.writeable for a in (argument, VIEW, BASE, PLAIN))


def test_an_inner_run_does_not_unlock_for_the_outer() -> None:
    def f(x: Any) -> Any:
        y = x * PLAIN
        grad(lambda z: np.sum(z * PLAIN))(np.ones(3))
        PLAIN[0] = 3.0
        return np.sum(y)

    with pytest.raises(TypeError, match="a line of the run would overwrite"):
        grad(f)(np.ones(3))


def test_what_was_locked_before_stays_so() -> None:
    fixed = np.ones(3)
    fixed.setflags(write=False)
    assert list(grad(lambda x: np.sum(x * fixed))(fixed)) == [1, 1, 1]
    assert not fixed.flags.writeable


def test_a_view_that_could_not_be_unlocked_is_copied() -> None:
    """Its owner is locked by someone else, or is no array."""
    owner = np.ones(4)
    view = owner[:2]
    owner.setflags(write=False)
    foreign = np.frombuffer(bytearray(16), float)
    for array in (view, foreign):
        assert list(grad(lambda x, a=array: np.sum(x * a))(np.ones(2))) == list(array)
        assert array.flags.writeable
    row = BASE[1]

    def f(x: Any) -> Any:
        y = np.sum(x * BASE)
        return y + grad(lambda z: np.sum(z * row))(np.ones(3))[0]

    assert grad(f)(np.ones((2, 3))).shape == (2, 3)
    assert (row.flags.writeable, BASE.flags.writeable) == (True, True)


def test_two_threads() -> None:
    errors: list[BaseException] = []

    def work(factor: int) -> None:
        try:
            for _ in range(100):
                g = grad(lambda x: factor * np.sum(np.sin(x * PLAIN) + x * BASE[0] * VIEW))(ONES)
                assert g == pytest.approx(factor * (np.cos(1) + 1) * ONES, rel=1e-14)
        except BaseException as error:  # the thread would swallow it
            errors.append(error)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        threads = [threading.Thread(target=work, args=(k,)) for k in range(1, 5)]
        for step in (threading.Thread.start, threading.Thread.join):
            for thread in threads:
                step(thread)
    finally:
        sys.setswitchinterval(interval)
    assert errors == []
    assert all(a.flags.writeable for a in (PLAIN, VIEW, BASE, ONES))


def test_lists_that_change_during_the_run() -> None:
    """The record keeps what a list held when it was used, and the gradient the caller's nesting."""

    def stacked(x: Any) -> Any:
        parts, index = [x[0] * 2], [0, 1]
        y = np.sum(np.stack(parts) ** 2) + np.sum(x[index])
        parts[0], index[0] = x[1], 1
        return y

    assert list(grad(stacked)(np.array([1.0, 2.0]))) == [9, 1]

    def replaced(p: dict) -> Any:
        p["W"], p["b"] = p["W"] * 2, 0
        return p["W"]

    assert grad(replaced)({"W": 3.0, "b": 1.0}) == {"W": 2, "b": 0}


def test_an_inner_run_does_not_ask_what_only_the_outer_needs() -> None:
    """The slope by p of x to the power p is not real at x = -2; that by x is."""
    with Tape() as tape:
        p = tape.input(1.0)
        assert grad(lambda x: x ** (p * 0 + 3.0))(-2.0) == 12


SHAPES = [s for r in range(4) for s in itertools.product((1, 2), repeat=r)]


PAIRS = list(itertools.product(SHAPES, repeat=2))


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=str)
def test_every_way_to_repeat(one: tuple, other: tuple) -> None:
    rng = np.random.default_rng(1)
    a, b = rng.uniform(0.5, 1.5, one), rng.uniform(0.5, 1.5, other)
    u = rng.normal(size=np.broadcast_shapes(one, other))

    def f(a: Any, b: Any) -> Any:
        return np.sum((a * b + a / b + (a + 1) ** b - b) * u)

    a_bar, b_bar = grad(f, (0, 1))(a, b)
    assert (np.shape(a_bar), np.shape(b_bar)) == (one, other)
    assert a_bar == pytest.approx(complex_step(lambda a: f(a, b), a), rel=1e-12, abs=1e-13)
    assert b_bar == pytest.approx(complex_step(lambda b: f(a, b), b), rel=1e-12, abs=1e-13)


AXES: list = [None, (), 0, 1, 2, -1, -2, -3, np.int64(1)]
AXES += [p for r in (1, 2, 3) for p in itertools.permutations((0, 1, -1), r)]


@pytest.mark.parametrize("axis", AXES, ids=str)
@pytest.mark.parametrize("keepdims", [False, True])
def test_every_axis(axis: Any, keepdims: bool) -> None:
    smooth = {
        np.sum: np.sum,
        np.mean: np.mean,
        logsumexp: lambda a, **k: np.log(np.sum(np.exp(a), **k)),
    }
    u = np.random.default_rng(2).normal(size=np.shape(np.sum(A, axis=axis, keepdims=keepdims)))
    for function, plain in smooth.items():
        found = grad(lambda a, f=function: np.sum(f(a, axis=axis, keepdims=keepdims) * u))(A)
        expected = complex_step(
            lambda a, f=plain: np.sum(f(a, axis=axis, keepdims=keepdims) * u), A
        )
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-14)
    reached = np.max(A, axis=axis, keepdims=True) == A
    found = grad(lambda a: np.sum(np.max(a, axis=axis, keepdims=keepdims) * u))(A)
    kept = np.broadcast_to(np.reshape(u, np.shape(np.max(A, axis=axis, keepdims=True))), A.shape)
    assert found == pytest.approx(reached * kept, rel=1e-15)


def test_empty_arrays_and_orders_of_memory() -> None:
    assert grad(np.sum)(np.zeros((0, 3))).shape == (0, 3)
    assert grad(lambda x: np.sum(x @ np.zeros((0, 2))))(np.zeros((3, 0))).shape == (3, 0)
    for by_tape in (jacrev, jacfwd):
        assert by_tape(lambda x: 2 * x)(np.zeros((0, 2))).shape == (0, 2, 0, 2)
    assert hessian(np.sum)(np.zeros(0)).shape == (0, 0)
    weights, lying = np.arange(6.0), np.asfortranarray(np.ones((2, 3)))
    for x in (lying, lying[:, ::-1], np.ones((3, 2)).T, np.broadcast_to(ONES, (2, 3))):
        flat = value_and_grad(lambda x: np.ravel(x) @ weights)(x)[1]
        assert flat.tolist() == [[0, 1, 2], [3, 4, 5]]
        turned = value_and_grad(lambda x: x.flatten("F") @ weights)(x)[1]
        assert turned.tolist() == [[0, 2, 4], [1, 3, 5]]
