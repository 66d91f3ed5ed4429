"""A stand-in passes on whatever NumPy code asks of an array, and refuses what would go unheard."""

import math
import operator
from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from snippets.operator_overloading import (
    StandIn,
    Tally,
    example,
    heard,
    leaves,
    mapped,
    network,
)


class Echo:
    """A listener that computes, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list = []

    def call(self, function: Callable, arguments: tuple, keywords: dict) -> Any:
        self.asked.append(function)
        plain = mapped(lambda a: a.value if isinstance(a, StandIn) else a, (arguments, keywords))
        value = function(*plain[0], **plain[1])
        return StandIn(self, np.asarray(value)) if isinstance(value, np.ndarray | float) else value


def standin(value: Any) -> StandIn:
    return StandIn(Echo(), np.asarray(value))


BOTH = [operator.add, operator.sub, operator.mul, operator.truediv, operator.floordiv]
BOTH += [operator.mod, operator.pow, operator.matmul]
BOTH += [operator.eq, operator.ne, operator.lt, operator.le, operator.gt, operator.ge]
A, B = np.array([[1.5, 2.0], [3.0, 0.5]]), np.array([[2.0, 1.0], [0.5, 3.0]])


@pytest.mark.parametrize("operate", BOTH)
def test_operators_with_a_stand_in_on_either_side(operate: Callable) -> None:
    for left, right in [(standin(A), standin(B)), (standin(A), B), (A, standin(B))]:
        found = operate(left, right)
        assert isinstance(found, StandIn)
        assert np.array_equal(found.value, operate(A, B))


@pytest.mark.parametrize("operate", [one for one in BOTH if one is not operator.matmul])
def test_operators_with_a_number(operate: Callable) -> None:
    assert np.array_equal(operate(standin(A), 2.0).value, operate(A, 2.0))
    assert np.array_equal(operate(2.0, standin(A)).value, operate(2.0, A))


@pytest.mark.parametrize("operate", [operator.neg, operator.pos, operator.abs])
def test_operators_of_one(operate: Callable) -> None:
    assert np.array_equal(operate(standin(-A)).value, operate(-A))


METHODS: list[Callable] = [
    lambda v: v.reshape(4),
    lambda v: v.reshape(1, 4),
    lambda v: v.reshape((4, 1)),
    lambda v: v.transpose(),
    lambda v: v.transpose(1, 0),
    lambda v: v.transpose((0, 1)),
    lambda v: v.T,
    lambda v: v.mT,
    lambda v: v.sum(axis=0),
    lambda v: v.mean(1, keepdims=True),
    lambda v: v.max(axis=1),
    lambda v: v.ravel(),
    lambda v: v.flatten(),
    lambda v: v.squeeze(),
    lambda v: v.cumsum(axis=0),
    lambda v: v.clip(1, 2),
    lambda v: v.dot(B),
    lambda v: v[1],
    lambda v: v[:, ::-1],
    lambda v: v[v > 1] if isinstance(v, np.ndarray) else v[(v > 1).value],
    lambda v: np.stack([v, B]),
    lambda v: np.add.reduce(v),
    lambda v: np.multiply.outer(v, B),
    lambda v: list(v)[1],
]


@pytest.mark.parametrize("ask", METHODS)
def test_methods_and_functions_are_numpys(ask: Callable) -> None:
    found = ask(standin(A))
    assert isinstance(found, StandIn)
    assert np.array_equal(found.value, ask(A))


def test_manners_of_an_array() -> None:
    v = standin(A)
    assert (v.shape, v.ndim, v.size, len(v)) == ((2, 2), 2, 4, 2)
    assert repr(v) == "a stand-in of shape (2, 2)"
    assert {v: 1}[v] == 1
    assert [bool(standin(value)) for value in (2.0, 0.0)] == [True, False]


IN_PLACE: list[Callable] = [
    lambda v: operator.iadd(v, 1.0),
    lambda v: operator.imatmul(v, v),
    lambda v: operator.iadd(np.zeros((2, 2)), v),
    lambda v: operator.setitem(v, 0, 1.0),
    lambda v: np.add(v, 1.0, out=v),
    lambda v: np.exp(v, out=np.zeros((2, 2))),
    lambda v: np.add.at(v, 0, 1.0),
]


@pytest.mark.parametrize("write", IN_PLACE)
def test_writing_in_place_is_refused(write: Callable) -> None:
    v = standin(A)
    with pytest.raises(TypeError, match=r"would overwrite values: write a = a \+ b"):
        write(v)
    assert v.listener.asked == []


def test_a_number_gets_a_new_one() -> None:
    v = before = standin(2.0)
    v += 1.0
    assert (v, before.value) == (3.0, 2.0)


@pytest.mark.parametrize("leave", [float, int, complex, math.exp, lambda v: np.asarray(v, float)])
def test_a_stand_in_does_not_become_a_plain_number(leave: Callable) -> None:
    """The slip that the note names."""
    with pytest.raises(TypeError, match="would leave its record"):
        leave(standin(1.0))


@pytest.mark.parametrize("name", ["sort", "fill", "dtype", "flat", "real", "data", "tolist"])
def test_what_a_stand_in_has_not(name: str) -> None:
    with pytest.raises(AttributeError, match=f"has no '{name}': use a function of NumPy"):
        getattr(standin(A), name)


def test_an_array_of_stand_ins_holds_them() -> None:
    v = standin(A)
    entries = np.array([[v[0, 0], 1.0], [v[1, 1], 2.0]])
    assert entries.dtype == object
    assert np.asarray(v)[1, 1].value == 0.5


def test_nests_keep_their_form() -> None:
    Pair = namedtuple("Pair", "first second")
    nested = {"a": [1, (2, 3)], "b": Pair(4, [])}
    assert mapped(lambda n: 2 * n, nested) == {"a": [2, (4, 6)], "b": Pair(8, [])}
    assert isinstance(mapped(abs, nested)["b"], Pair)
    assert leaves(nested) == [1, 2, 3, 4]
    assert mapped(abs, -1) == 1


def test_calls_and_multiplications_of_a_network() -> None:
    """784·128 + 128·64 + 64·10, the count that research on this network gives as well."""
    numbers = example()
    assert numbers["calls"] == ["matmul", "add", "maximum"] * 3
    assert numbers["multiplications"] == 109_184


@pytest.mark.parametrize("seed", range(5))
def test_listening_changes_no_value(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, layers, tally = heard(tuple(rng.integers(1, 6, size=4)), rng)
    assert np.array_equal(tally.results[-1], network(x, layers))


def test_rows_times_columns_are_counted() -> None:
    tally = Tally()
    tally.call(np.matmul, (np.ones((2, 3)), np.ones((3, 5))), {})
    tally.call(np.add, (np.ones((2, 3)), 1.0), {})
    assert tally.multiplications == 2 * 3 * 5
