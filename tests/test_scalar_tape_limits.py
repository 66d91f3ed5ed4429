"""How long a scalar tape may be, how much it takes, and what it refuses."""

import gc
import math
import tracemalloc
from collections.abc import Iterator
from contextlib import ExitStack

import numpy as np
import pytest

from snippets.scalar_tape import Tape, Value


def test_a_chain_of_a_million() -> None:
    with Tape() as tape:
        x = y = Value(1.0)
        for _ in range(500_000):
            y = y * 0.999999 + x
        y.backward()
        # y = r^n x + (1 + r + ... + r^(n-1)) x
        r = 0.999999**500_000
        assert x.grad == pytest.approx(r + (1 - r) / (1 - 0.999999), rel=1e-9)
        assert len(tape) == 1_000_001
    del tape, x, y  # a million links are let go without recursion, too


CHAINS = {  # two operations each, and the bytes that one may take
    "values": (lambda y, x: y * x + x, 120),
    "numbers": (lambda y, x: 0.5 * y + 1, 120),
    "functions": (lambda y, x: y.relu().max(x), 120),
    "slopes that are new floats": (lambda y, x: (y / x).tanh(), 150),
}


@pytest.mark.parametrize("name", CHAINS)
def test_memory_per_operation(name: str) -> None:
    step, limit = CHAINS[name]
    gc.collect()
    with Tape() as tape:
        x = y = Value(0.5)
        tracemalloc.start()
        for _ in range(10_000):
            y = step(y, x)
        used, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert len(tape) == 20_001
    assert used / 20_000 <= limit


def test_no_cycles() -> None:
    """All is let go when the tape and the values are, and nothing is left to collect."""
    gc.collect()
    gc.disable()
    try:
        before = len(gc.get_objects())
        with Tape():
            x, w = Value(2.0), Value(3.0)
            y = (x * w + x.sin() * 2) ** 3
            y.backward()
        del x, w, y
        assert len(gc.get_objects()) - before < 10
        assert gc.collect() == 0
    finally:
        gc.enable()


@pytest.fixture
def x() -> Iterator[Value]:
    """A value, 2, whose tape stays open."""
    with Tape():
        yield Value(2.0)


UNDEFINED = {
    "log(0.0)": lambda x: (x - 2).log(),
    "log(-2.0)": lambda x: (-x).log(),
    "sqrt(0.0)": lambda x: (x - 2).sqrt(),
    "sqrt(-2.0)": lambda x: (-x).sqrt(),
    "exp(2000.0)": lambda x: (x * 1000).exp(),
    "truediv(2.0, 0)": lambda x: x / 0,
    "truediv(2.0, 0.0)": lambda x: x / (x - 2),
    "rtruediv(0.0, 1)": lambda x: 1 / (x - 2),
    "mul(1e+200, 1e+200)": lambda x: (x * 5e199) * (x * 5e199),
    "add(1.2e+308, 1.2e+308)": lambda x: (x * 6e307) + (x * 6e307),
    "pow(-2.0, 0.5)": lambda x: (-x) ** 0.5,
    "pow(0.0, 0.5)": lambda x: (x - 2) ** 0.5,
    "pow(0.0, -1)": lambda x: (x - 2) ** -1,
    "pow(-2.0, 2.0)": lambda x: (-x) ** x,
    "pow(2.0, 5000)": lambda x: x**5000,
    "rpow(2.0, -1)": lambda x: (-1) ** x,
    "mul(2.0, inf)": lambda x: x * math.inf,
    "max(2.0, nan)": lambda x: x.max(math.nan),
    "Value(nan)": lambda x: Value(math.nan),
    "Value(-inf)": lambda x: Value(-math.inf),
}


@pytest.mark.parametrize("step", UNDEFINED)
def test_no_value_or_no_slope(x: Value, step: str) -> None:
    with pytest.raises(ValueError, match="no finite value and slope") as error:
        UNDEFINED[step](x)
    assert str(error.value).startswith(step + " has")


WRONG = {
    "add(2.0, '3')": lambda x: x + "3",
    "mul(2.0, '3')": lambda x: "3" * x,
    "rsub(2.0, [1])": lambda x: [1] - x,
    "max(2.0, None)": lambda x: x.max(None),
    "pow(2.0, 1j)": lambda x: x**1j,
    "pow(1.0, 'a')": lambda x: (x / 2) ** "a",
    "mul(2.0, array([1, 2]))": lambda x: x * np.array([1, 2]),
    "Value('2')": lambda x: Value("2"),
    "Value([2])": lambda x: Value([2]),
    "Value(2.0)": lambda x: Value(x),
}


@pytest.mark.parametrize("step", WRONG)
def test_wrong_types(x: Value, step: str) -> None:
    with pytest.raises(TypeError, match="convert it to a real number") as error:
        WRONG[step](x)
    assert str(error.value).startswith(step + " takes no ")


WITHOUT_RULE = {
    "abs": abs,
    "mod": lambda x: x % 3,
    "floordiv": lambda x: x // 3,
    "bool": lambda x: 1 if x else 0,
    "float": math.exp,
    "tan": np.tan,
}


@pytest.mark.parametrize("name", WITHOUT_RULE)
def test_no_rule(x: Value, name: str) -> None:
    with pytest.raises(TypeError, match=f"^{name} has no rule: .*extend RULES"):
        WITHOUT_RULE[name](x)


MIXED = {
    "add": lambda v, w: v + w,
    "mul": lambda v, w: w * v,
    "pow": lambda v, w: v**w,
    "max": lambda v, w: w.max(v),
    "sin": lambda v, w: v.sin(),
    "sub": lambda v, w: v - 1.0,
    "rtruediv": lambda v, w: 1.0 / v,
    "backward": lambda v, w: v.backward(),
}


@pytest.mark.parametrize("first_is", ["fresh", "swept", "open"])
@pytest.mark.parametrize("name", MIXED)
def test_two_tapes(name: str, first_is: str) -> None:
    """The first tape is closed, closed after a sweep, or still open around the second."""
    with ExitStack() as around:
        around.enter_context(Tape())
        v = Value(2.0)
        v = v * v
        if first_is == "swept":
            v.backward()
        if first_is != "open":
            around.close()
        with Tape() as tape:
            w = Value(3.0)
            with pytest.raises(ValueError, match="is not on the open tape: keep to one") as error:
                MIXED[name](v, w)
            assert str(error.value).startswith(name)
            assert (len(tape), w.grad) == (1, 0)
        with pytest.raises(ValueError, match="is not on the open tape"):
            MIXED[name](w, w)


def test_equal_numbers_are_not_the_same_value() -> None:
    """A value of another tape is refused even where this one has swept a value that equals it."""
    with Tape():
        v = Value(2.0)
        v.backward()
    with Tape():
        w = Value(2.0)
        w.backward()
        assert v == w
        with pytest.raises(ValueError, match="keep to one"):
            w * v


def test_values_of_a_swept_tape_are_known() -> None:
    """After a sweep a value has a gradient of its own, and is looked for on the tape."""
    with Tape():
        v = Value(2.0)
        v.backward()
    with Tape():
        w = Value(3.0)
        w.backward()
        assert (w * w).value == 9
        with pytest.raises(ValueError, match="keep to one"):
            w * v
