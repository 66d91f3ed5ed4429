"""Traced lines, run by themselves for other values, and the guards among them."""

from typing import Any

import numpy as np
import pytest

from snippets.array_tape import value_and_grad
from snippets.straight_line_program import AnotherWay, branch, computed, needed, shaped
from snippets.tracing import Listing, example, trace
from snippets.vjp import cross_entropy, logsumexp
from tests.random_array_programs import random_arguments, random_program


def test_the_lines_of_the_note() -> None:
    numbers = example()
    assert numbers[3.0][1:] == [
        "v1 = greater(v0, 0)",
        "v2 = branch(v1, True)",
        "v3 = multiply(v0, v0)",
        "v4 = add(v0, v0)",
    ]
    assert numbers[-3.0][2:] == ["v2 = branch(v1, False)", "v3 = negative(v0)", "v4 = -1.0"]


@pytest.mark.parametrize("seed", range(60))
def test_a_trace_of_any_program(seed: int) -> None:
    """Its lines, computed one by one for other values, give the loss and the gradient."""
    rng = np.random.default_rng(seed)
    f, first, other = random_program(rng, 6), random_arguments(rng), random_arguments(rng)
    traced = trace(f, first)
    a, b, x = other
    inputs = dict(zip(traced.inputs, [a, b, x["c"], x["d"], x["s"], x["labels"]], strict=True))
    for result, expected in zip(traced.results, value_and_grad(f)(*other), strict=True):
        program = needed([result])
        found = computed(program, *(inputs[v] for v in program if v in inputs))
        assert found == pytest.approx(expected, rel=1e-9, abs=1e-9 * np.abs(expected).max())


def test_guards_are_lines_in_order() -> None:
    def f(a: Any) -> Any:
        return np.sum(a[a > 0]) if np.any(a > 1) else np.sum(a)

    traced = trace(f, (np.array([-1.0, 2.0, 3.0]),))
    assert [v.function for v in traced.guards] == [branch, shaped]
    assert traced.guards[1].arguments[1] == (2,)
    program = needed([*traced.inputs, traced.guards[1]])
    computed(program, np.array([2.0, -1.0, 3.0]))
    with pytest.raises(AnotherWay, match=r"shape \(3,\)"):
        computed(program, np.array([2.0, 1.0, 3.0]))


def test_what_values_do_not_decide_needs_no_guard() -> None:
    def f(a: Any, labels: Any) -> Any:
        right = a[labels, np.arange(labels.size)] if a.ndim == 2 and len(a) == 2 else a
        return np.sum(np.where(a > 0, a, 0)) + np.sum(right) + np.max(np.take(a, labels, axis=0))

    assert trace(f, (np.ones((2, 3)), np.array([0, 1, 1]))).guards == []
    assert trace(lambda a: a if FIXED > 0 else 2 * a, (1.0,)).guards == []


FIXED = np.float64(1)


def test_the_exponentials_of_logsumexp_are_used_again() -> None:
    traced = trace(lambda z: logsumexp(z), (np.array([1.0, 2.0]),))
    functions = [v.function for v in needed(traced.results)]
    assert functions.count(np.exp) == 1
    assert logsumexp not in functions


def test_a_cross_entropy_has_the_lines_that_are_written_out() -> None:
    def written(Z: Any, labels: Any) -> Any:
        right = Z[labels, np.arange(Z.shape[1])]
        return np.add.reduce(logsumexp(Z, axis=0) - right) / Z.shape[1]

    arguments = np.array([[1.0, 2.0, 4.0], [3.0, 0.0, 5.0]]), np.array([1, 0, 1])
    traces = (trace(f, arguments).results for f in (cross_entropy, written))
    same, plain = ([v.function for v in needed(results)] for results in traces)
    assert same == plain
    assert same.count(np.exp) == 1


def test_adjoints_by_value() -> None:
    """Which line is the adjoint of which."""
    traced = trace(lambda x, y: np.sin(x) * y, (2.0, 3.0), (0, 1))
    (sine,) = (v for v in traced.bar_of if v.function is np.sin)
    assert traced.bar_of[sine].value == 3
    assert traced.bar_of[traced.inputs[1]].value == np.sin(2.0)
    assert sine.number <= traced.last < traced.results[1].number


def test_a_list_that_records_truths() -> None:
    listing = Listing()
    v = listing.given(np.array([1.0, 2.0]), None)
    assert (v > 1).value.tolist() == [False, True]
    assert (np.argmax(v).value, np.ndim(v), np.count_nonzero(v > 1).value) == (1, 1, 1)
    assert [step.function for step in listing.steps if step.function is branch] == []
    assert np.any(v > 1)
    assert listing.steps[-1].function is branch
