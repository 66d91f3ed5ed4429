"""Rewritten programs compute what they did before, and are shorter where the note says so."""

from collections.abc import Callable

import numpy as np
import pytest

from snippets.straight_line_program import (
    AnotherWay,
    Line,
    added_at,
    branch,
    computed,
    constant,
    example,
    folded,
    needed,
    shaped,
    shortened,
    simplified,
)
from snippets.wengert_list import record
from tests.random_array_programs import random_arguments, random_program

X = np.random.default_rng(0).normal(size=(3, 4))


def test_the_lines_of_the_note() -> None:
    numbers = example()
    assert numbers["short"][2:] == ["v2 = multiply(v0, v1)", "v3 = add(v2, v2)"]
    assert (len(numbers["recorded"]), numbers["y"], numbers["again"]) == (7, 20, 20)


@pytest.mark.parametrize("seed", range(60))
def test_random_programs(seed: int) -> None:
    """Computed line by line for other numbers than the recorded ones."""
    rng = np.random.default_rng(seed)
    f, (A, B, x) = random_program(rng, int(rng.integers(1, 9))), random_arguments(rng)
    (A, B), y = record(lambda A, B: ((A, B), f(A, B, x)), A, B)
    line_of = simplified(y.list.steps)
    inputs = [line_of[A], line_of[B]]
    program = needed([*inputs, line_of[y]])
    others = rng.normal(size=(2, 3, 4))
    if len(program) > 2:
        found, plain = computed(program, *others), y.list.replay({A: others[0], B: others[1]})
        assert found == pytest.approx(plain[y.number], rel=1e-9, abs=1e-12)


SHORT: dict[str, tuple[Callable, list]] = {
    "known already": (lambda a: np.sin(a) * np.sin(a), ["sin", "multiply"]),
    "in other words": (lambda a: a.sum(axis=0) + a.sum(axis=0), ["dot", "add"]),
    "one and zero": (lambda a: 1 * (a * 1.0) + 0 + np.zeros((3, 4)), []),
    "zero minus": (lambda a: 0 - a, ["subtract"]),
    "a row of ones": (lambda a: a[0] * np.ones((3, 4)), ["getitem", "multiply"]),
    "dead": (lambda a: [np.sin(a), np.cos(a)][1], ["cos"]),
    "powers": (lambda a: a**1 + a**2 + a**3, ["square", "add", "power", "add"]),
    "the same shape": (lambda a: a.reshape(3, 4), []),
    "another shape": (lambda a: a.reshape(4, 3), ["reshape"]),
    "repeated": (lambda a: a * (a[0] + np.zeros((3, 4))), ["getitem", "multiply"]),
    "all repeated": (lambda a: np.sin(a[0] + np.zeros((3, 4))), ["getitem", "add", "sin"]),
    "a mean": (lambda a: np.mean(a, axis=1), ["dot", "divide"]),
    "a mean of all": (lambda a: np.mean(a), ["reduce", "divide"]),
    "a sum of rows": (lambda a: np.sum(a, axis=-2, keepdims=True), ["dot"]),
    "of a vector": (lambda a: np.sum(a[0], keepdims=True), ["getitem", "dot"]),
    "of no axis": (lambda a: np.sum(a[0], axis=()), ["getitem", "reduce"]),
    "of two axes": (lambda a: np.sum(a, axis=(0, 1), keepdims=True), ["reduce"]),
    "of a type": (lambda a: np.sum(a, 0, float), ["sum"]),
    "from a start": (lambda a: np.sum(a, axis=0, initial=3.0), ["sum"]),
    "of a row": (lambda a: np.sum(np.repeat(a, 50)), ["repeat", "dot"]),
    "a list and a tuple": (
        lambda a: a[[0, 1]].sum(axis=0) + a[(0, 1)],
        ["getitem", "dot", "getitem", "add"],
    ),
    "by two axes": (
        lambda a: np.max(a, axis=0) + np.max(a, axis=1)[0],
        ["max"] * 2 + ["getitem", "add"],
    ),
    "of another type": (
        lambda a: (b := a.astype(np.float32)) * (b[0] + np.zeros((3, 4))),
        ["astype", "getitem", "add", "multiply"],
    ),
    "of a long row": (lambda a: np.sum(np.repeat(a, 300)), ["repeat", "reduce"]),
}


@pytest.mark.parametrize("name", SHORT)
def test_rewritings(name: str) -> None:
    f, expected = SHORT[name]
    short = shortened(record(f, X))
    assert [v.function.__name__ for v in short if v.function not in (None, constant)] == expected
    found = computed(short, np.cos(X))
    assert found == pytest.approx(np.asarray(f(np.cos(X))), rel=1e-13)
    assert np.shape(found) == np.shape(f(np.cos(X)))
    assert np.result_type(found) == np.result_type(f(np.cos(X)))


def test_what_no_input_reaches() -> None:
    """A step of constants alone is one."""
    two = Line(constant, (), {}, np.array(2.0))
    assert folded(Line(np.sin, (two,), {}, np.sin(2.0))).function is constant
    assert folded(Line(branch, (two, True), {}, None)).function is constant
    x = Line(None, (), {}, np.array(2.0))
    mixed = Line(np.add, (two, x), {}, np.array(4.0))
    assert folded(mixed) is mixed


def test_guards() -> None:
    branch(np.True_, True)
    shaped(np.ones(3), (3,))
    with pytest.raises(AnotherWay, match=r"another branch.*emit again"):
        branch(0.0, True)
    with pytest.raises(AnotherWay, match=r"shape \(2,\) where the trace had \(3,\): emit again"):
        shaped(np.ones(2), (3,))


def test_added_at() -> None:
    a = np.ones(3)
    assert list(added_at(a, [0, 0, 2], np.array([1.0, 10.0, 5.0]))) == [12, 1, 6]
    assert list(a) == [1, 1, 1]
