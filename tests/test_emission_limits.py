"""What an emitted program refuses, and what cannot be emitted, each by a message that helps."""

import linecache
from typing import Any

import numpy as np
import pytest

from snippets.array_tape import grad
from snippets.emission import emit
from tests.snippets.test_emission import matches

BRANCHES = {
    "if": (lambda a: np.sum(a) if a[0] > 0 else np.sum(a * a), "another branch"),
    "of a truth": (lambda a: np.sum(a) if np.all(a > 0) else np.sum(a * a), "another branch"),
    "allclose": (lambda a: np.sum(a) if np.allclose(a, 1) else a @ a, "another branch"),
    "array_equal": (lambda a: np.sum(a) if np.array_equal(a, a * a) else a @ a, "another branch"),
    "max": (lambda a: max(a[0], a[1]), "another branch"),
    "in a derivative": (lambda a: np.sum(grad(lambda b: b**2 if b > 0 else b)(a[0])), "branch"),
    "a mask": (lambda a: np.mean(a[a > 0]), r"shape \(2,\) where the trace had \(3,\)"),
    "nonzero": (lambda a: np.mean(a[np.nonzero(a > 0)]), "shape"),
    "flatnonzero": (lambda a: np.mean(np.take(a, np.flatnonzero(a > 0))), "shape"),
}


@pytest.mark.parametrize("name", BRANCHES)
def test_another_way_than_traced(name: str) -> None:
    f, message = BRANCHES[name]
    program = emit(f, np.array([1.0, 1.0, 1.0]))
    matches(program, f, (np.array([1.0, 1.0, 1.0]),))
    with pytest.raises(ValueError, match=message + ".*emit again"):
        program(np.array([-1.0, 2.0, 3.0]))


def test_counts_that_decide_on_a_shape() -> None:
    def f(a: Any, x: Any, counts: Any) -> Any:
        return np.sum(a) * np.mean(np.repeat(x, counts))

    arguments = np.ones(2), np.array([1.0, 2.0]), np.array([1, 2])
    program = emit(f, *arguments)
    matches(program, f, (*arguments[:2], np.array([2, 1])))
    with pytest.raises(ValueError, match=r"shape \(4,\) where the trace had \(3,\)"):
        program(*arguments[:2], np.array([2, 2]))


OTHERS = {
    "shape": (np.ones((2, 2)), 1.0),
    "type": (np.ones(2, np.float32), 1.0),
    "integers": (np.ones(2, int), 1.0),
    "a list": ([1.0, 1.0], 1.0),
    "an array for a float": (np.ones(2), np.ones(2)),
    "an integer for a float": (np.ones(2), 1),
    "too few": (np.ones(2),),
    "too many": (np.ones(2), 1.0, 1.0),
    "a text": (np.ones(2), "1"),
    "nothing": (),
}


@pytest.mark.parametrize("name", OTHERS)
def test_arguments_that_look_otherwise(name: str) -> None:
    program = emit(lambda a, b: np.sum(a) * b, np.ones(2), 1.0)
    with pytest.raises(ValueError, match=r"the program is for .*and not for .*: emit again"):
        program(*OTHERS[name])


def test_dicts_with_other_keys() -> None:
    program = emit(lambda p: p["a"] * p["b"], {"a": 1.0, "b": 2.0})
    assert program({"b": 3.0, "a": 2.0}) == (6, {"a": 3, "b": 2})
    for other in {"a": 1.0, "c": 2.0}, {"a": 1.0}, {"a": 1.0, "b": 2.0, "c": 3.0}, [1.0, 2.0], 1.0:
        with pytest.raises(ValueError, match="emit again"):
            program(other)


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("a", "2 floats and arrays need as many names"),
        ("a b c", "2 floats and arrays need as many names"),
        ("a a", "2 floats and arrays need as many names"),
        ("a if", "'if' cannot be a name"),
        ("a 2b", "'2b' cannot be a name"),
        ("a np", "'np' cannot be a name"),
        ("a exp", "'exp' cannot be a name"),
        ("a v1", "'v1' cannot be a name"),
        ("a c12", "'c12' cannot be a name"),
        ("a a_bar", "'a_bar' cannot be a name"),
        ("a branch", "'branch' cannot be a name"),
    ],
)
def test_names_that_cannot_be(names: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        emit(lambda x, y: x * y, 1.0, 2.0, names=names)


def test_names_that_can_be() -> None:
    def f(p: dict, *x: Any) -> Any:
        return p["W"][0] * x[0] + x[1]

    first = emit(f, {"W": [2.0]}, 3.0, 4.0).source.splitlines()[0]
    assert first == "def loss_and_gradient(p_W_0, x_1, x_2):"
    for names in ("C y", "e gamma", "v_1 out", "loss_and_gradient x"):
        assert emit(lambda x, y: x * y + x, 1.0, 2.0, names=names)(3.0, 4.0) == (15, 5)


REFUSED = {
    "a loss with axes": (lambda a: a * 2, ValueError, r"a loss is one number.*shape \(2,\)"),
    "several": (lambda a: (a[0], a[1]), ValueError, "a loss is one number"),
    "an integer": (lambda a: np.argmax(a), TypeError, "return floats"),
    "a text": (lambda a: "loss", TypeError, "return floats"),
    "nan": (lambda a: np.sum(a) * np.nan, FloatingPointError, "nan or inf"),
    "infinite": (lambda a: np.sum(a / (a - 1)), FloatingPointError, "divide"),
    "no rule": (lambda a: np.sum(np.arctan(a)), TypeError, "arctan.* no rule"),
    "a float of it": (lambda a: float(np.sum(a)), TypeError, "would leave its record"),
    "written into": (lambda a: np.add(a, a, out=a), TypeError, "would overwrite"),
    "a table": (lambda a: np.sum(TABLE[np.argmax(a)] * a), TypeError, "make it an argument too"),
    "out of range": (lambda a: a[5], IndexError, "out of bounds"),
}
TABLE = np.eye(2)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_traced(name: str) -> None:
    f, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        emit(f, np.array([1.0, 2.0]))


def test_arguments_that_cannot_be_differentiated() -> None:
    for argument in (np.array([1, 2]), 3, "text"):
        with pytest.raises(TypeError, match=r"holds no floats: write 3\.0"):
            emit(lambda a: np.sum(a * 1.0), argument)
    with pytest.raises(IndexError, match="argnums names 1, and there are 1 arguments"):
        emit(lambda a: a, 1.0, argnums=1)


def test_a_call_that_is_not_finite() -> None:
    """The tape says more, and the message says so."""
    program = emit(lambda a: np.sum(a / a[0]) + np.sum(np.log(a)), np.ones(2))
    for bad in ([0.0, 1.0], [1.0, -1.0], [np.nan, 1.0], [1.0, np.inf]):
        with pytest.raises(FloatingPointError, match=r"value_and_grad\(f\) names the step"):
            program(np.array(bad))
    with pytest.raises(FloatingPointError):  # a loss, but no slope
        emit(lambda a: np.sum(np.sqrt(a)), np.ones(2))(np.zeros(2))


@pytest.mark.parametrize(
    ("f", "bad"),
    [
        (lambda x: 1 / x, 0.0),
        (np.exp, 1000.0),
        (np.log, -1.0),
        (np.log, 0.0),
        (np.sqrt, -1.0),
        (lambda x: x**0.5, -1.0),
        (lambda x: np.maximum(x, 0) + 1, np.nan),
        (lambda x: np.maximum(0, x) + 1, np.nan),
        (lambda x: np.minimum(x, 0) + 1, np.nan),
    ],
)
def test_a_number_that_is_not_finite(f: Any, bad: float) -> None:
    program = emit(f, 1.0, names="x")
    with pytest.raises(FloatingPointError, match=r"value_and_grad\(f\) names the step"):
        program(bad)


def test_a_traceback_shows_the_line() -> None:
    program = emit(lambda x: 1 / x, 1.0)
    with pytest.raises(FloatingPointError) as caught:
        program(0.0)
    assert caught.value.__cause__ is not None
    trace = caught.value.__cause__.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    name, number = trace.tb_frame.f_code.co_filename, trace.tb_lineno
    assert "/ x" in linecache.getline(name, number)
