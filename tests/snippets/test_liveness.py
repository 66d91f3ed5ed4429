"""What is written over, what is not, and how lines read as Python."""

import operator
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from snippets.liveness import Memory, Printer, alive, example, makes_new, owned, program
from snippets.straight_line_program import (
    Line,
    added_at,
    constant,
    needed,
)
from snippets.vjp import scatter

X = np.arange(12.0).reshape(3, 4)


def line(function: Any, *arguments: Any, **keywords: Any) -> Line:
    plain = [a.value if isinstance(a, Line) else a for a in arguments]
    return Line(function, arguments, keywords, np.asarray(function(*plain, **keywords)))


def start(value: Any = X) -> Line:
    return Line(None, (), {}, np.asarray(value))


def printed(*results: Line, names: str = "x y z") -> list[str]:
    """Statements for the results, with the inputs named in order."""
    wanted = needed(results)
    inputs = [v for v in wanted if v.function is None]
    printer = Printer(wanted, [*results], dict(zip(inputs, names.split(), strict=False)))
    for number, v in enumerate(printer.assigned(), 1):
        printer.names[v] = f"v{number}"
    statements = [text for v in printer.assigned() for text in printer.statements(v)]
    return [*printer.head, *statements]


def test_the_program_of_the_note() -> None:
    numbers = example()
    assert numbers["statements"] == [
        "v1 = np.exp(x)",
        "v3 = v1 * x",
        "v4 = np.add(v1[::-1], v3, out=v3)",
        "v5 = np.sin(v4, out=v4)",
        "v6 = np.multiply(v5, 2, out=v5)",
    ]
    assert (numbers["lines"], numbers["fresh"]) == (5, 2)
    steps, result = program(np.ones(3))
    assert alive(steps, Memory(steps, set(), [result]).last) == [1, 2, 3, 3, 1, 1, 1]


def test_arguments_and_results_stay() -> None:
    x = start()
    u = line(np.sin, x)
    assert printed(line(np.cos, u)) == ["v1 = np.sin(x)", "v2 = np.cos(v1, out=v1)"]
    assert printed(line(np.cos, u), u) == ["v1 = np.sin(x)", "v2 = np.cos(v1)"]


@pytest.mark.parametrize("view", [np.flip, np.ravel, np.transpose, np.diagonal])
def test_a_view_keeps_its_array_alive(view: Callable) -> None:
    u = line(np.sin, start())
    turned, v = line(view, u), line(np.cos, u)
    assert printed(v, line(np.exp, turned))[2] == "v3 = np.cos(v1)"
    turned = line(view, u)
    assert printed(line(np.exp, turned), line(np.cos, u))[-1] == "v4 = np.cos(v1, out=v1)"


def test_a_view_is_not_written_over() -> None:
    turned = line(np.flip, line(np.sin, start()))
    assert printed(line(np.cos, turned))[-1] == "v3 = np.cos(v2)"
    assert not makes_new(turned)
    assert makes_new(line(np.sin, turned))
    assert makes_new(line(np.add.reduce, turned))


def test_an_entry_that_is_read_while_another_is_written() -> None:
    """np.add.at may not read what it writes."""
    u = line(np.sin, start(np.ones(3)))
    free = line(added_at, u, [0, 0, 1], start(np.ones(3)))
    assert printed(free)[1:] == ["v2 = v1", "np.add.at(v2, [0, 0, 1], y)"]
    bound = line(added_at, u, [0, 0, 1], line(operator.getitem, u, slice(None, None, -1)))
    assert printed(bound)[1:] == ["v2 = np.array(v1)", "np.add.at(v2, [0, 0, 1], v1[::-1])"]
    kept = line(added_at, start(np.ones(3)), [0, 0, 1], u)
    assert printed(kept, names="y x")[1:] == ["v2 = np.array(x)", "np.add.at(v2, [0, 0, 1], v1)"]


def test_other_shapes_and_types() -> None:
    u = line(np.sin, start())
    assert "out" not in printed(line(np.add, u, start(np.ones((2, 3, 4)))))[-1]
    assert "out" not in printed(line(np.greater, line(np.cos, u), 0))[-1]
    single = line(np.sin, start(np.ones(3, np.float32)))
    assert "out" not in printed(line(np.add, single, start(np.ones(3))))[-1]
    number = line(np.sin, start(np.float32(1)))
    assert "out" not in printed(line(np.cos, number))[-1]


TEXTS: dict[str, tuple[Any, ...]] = {
    "x * y": (np.multiply, start(), start()),
    "(x > 0) * y": (np.multiply, line(np.greater, start(), 0), start()),
    "x.mT @ y": (np.matmul, line(np.matrix_transpose, start()), start()),
    "np.exp(x)": (np.exp, start()),
    "x[1:, None, ..., ::2]": (
        operator.getitem,
        start(),
        (slice(1, None), None, ..., slice(None, None, 2)),
    ),
    "x[()]": (operator.getitem, start(), ()),
    "x.reshape((4, 3))": (np.reshape, start(), (4, 3)),
    "np.reshape(x, (4, 3), 'F')": (np.reshape, start(), (4, 3), "F"),
    "np.reshape(x, (1,))": (np.reshape, start(np.float32(2)), (1,)),
    "np.asarray(x)[None]": (operator.getitem, start(np.float32(2)), None),
    "np.minimum(x, np.inf)": (np.minimum, start(), np.inf),
    "np.maximum(x, -np.inf)": (np.maximum, start(), -np.inf),
    "np.astype(x, np.float32)": (np.astype, start(), np.float32),
    "np.astype(x, np.int64)": (np.astype, start(), np.dtype(np.int64)),
}
HEADS: dict[str, tuple[Any, ...]] = {
    "c1 = np.ones(4)": (np.add, start(), np.ones(4)),
    "c1 = np.zeros((1, 4))": (np.subtract, start(), np.zeros((1, 4))),
    "c1 = np.full(4, 0.5)": (np.add, start(), np.full(4, 0.5)),
    "c1 = np.full((1, 4), 2.0, np.float32)": (np.add, start(), np.full((1, 4), 2, np.float32)),
    "c1 = np.arange(2)": (operator.getitem, start(), np.arange(2)),
    "c1 = np.array([0.5, 1.5, 2.5, 3.5])": (np.add, start(), np.arange(4) + 0.5),
    "# c1: given, (5, 3, 4)": (np.add, start(), np.arange(60.0).reshape(5, 3, 4)),
    "# c1: given, (4,)": (np.add, start(), np.array([1, np.nan, 1, 1])),
    "# c1: given, det": (np.linalg.det, start(np.eye(2))),
}


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text: str) -> None:
    assert printed(line(*TEXTS[text])) == [f"v1 = {text}"]


@pytest.mark.parametrize("text", HEADS)
def test_constants(text: str) -> None:
    assert printed(line(*HEADS[text]))[0] == text


def test_nestings_and_keywords() -> None:
    x, y = start(), start()
    both = Line(np.stack, ([x, y],), {"axis": 1}, np.stack([X, X], axis=1))
    assert printed(both) == ["v1 = np.stack([x, y], axis=1)"]
    assert printed(line(np.add.reduce, x, axis=0)) == ["v1 = np.add.reduce(x, axis=0)"]


def test_a_result_has_a_name() -> None:
    x = start()
    part = line(operator.getitem, x, 0)
    assert printed(part, line(np.sin, part)) == ["v1 = x[0]", "v2 = np.sin(v1)"]


def test_constants_of_two_types() -> None:
    """The same bytes, and not the same array."""
    taken = line(operator.getitem, start(), np.zeros(4, int))
    head = printed(line(np.add, taken, np.zeros(4)))[:2]
    assert head == ["c1 = np.zeros(4, np.int64)", "c2 = np.zeros(4)"]


def test_a_constant_keeps_its_precision() -> None:
    """A number of its own type is stronger in NumPy than Python's."""
    number = Line(constant, (), {}, np.array(0.5))
    assert printed(line(np.multiply, number, start())) == ["v1 = 0.5 * x"]
    single = line(np.multiply, number, start(np.ones(3, np.float32)))
    assert printed(single) == ["c1 = np.float64(0.5)", "v1 = c1 * x"]


def test_scalar_texts() -> None:
    """Python's own arithmetic, with floats as constants."""
    x, y = start(2.0), start(3.0)
    texts = {
        "exp(x)": line(np.exp, x),
        "3.0 * x": line(np.multiply, 3, x),
        "pow(x, 3.0)": line(np.power, x, 3),
        "x if x > 0.0 or x != x else 0.0": line(np.maximum, x, 0),
        "(x > 0) - (x < 0)": line(np.sign, x),
        "-x": line(np.negative, x),
    }
    for text, v in texts.items():
        assert printed(v) == [f"v1 = {text}"]
    where = line(np.where, line(np.less, x, y), x, y)
    assert printed(where) == ["v1 = x if (x < y) else y"]
    assert printed(line(np.exp, start(np.float32(2)))) == ["v1 = np.exp(x)"]


def test_scattering() -> None:
    g, index = start(np.ones(2)), [0, 0]
    one = line(scatter, g, index, (3,))
    assert printed(one) == ["v1 = np.zeros(3)", "np.add.at(v1, [0, 0], x)"]
    one = line(scatter, g, slice(1, 3), (3,))
    assert printed(one) == ["v1 = np.zeros(3)", "v1[1:3] = x"]
    u = line(np.sin, start(np.ones(3)))
    assert printed(line(added_at, u, slice(1, 3), g), names="g x")[1:] == [
        "v2 = v1",
        "v2[1:3] += g",
    ]


def test_owned() -> None:
    """Copies of inputs, views, constants and what is there twice; numbers need none."""
    x, number = start(), start(2.0)
    u, fixed = line(np.sin, x), Line(constant, (), {}, X)
    found = owned([x, u, u, line(np.flip, u), fixed, number], [np.dtype(float)] * 6)
    assert [v.function for v in found] == [np.array, np.sin, *[np.array] * 3, np.positive]
    (single,) = owned([u], [np.dtype(np.float32)])
    assert printed(single)[-1] == "v2 = np.array(v1, np.float32)"
