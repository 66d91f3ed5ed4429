"""Every rule of the scalar tape, random programs, and what a sweep leaves behind."""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from snippets.scalar_tape import RULES, Tape, Value
from tests.independent import complex_step
from tests.snippets.test_scalar_tape import swept

UNARY = {"neg": lambda v: -v} | {
    name: getattr(np, name) for name in ("exp", "log", "sin", "cos", "tanh", "sqrt")
}
BINARY = {
    "add": lambda v, w: v + w,
    "sub": lambda v, w: v - w,
    "mul": lambda v, w: v * w,
    "truediv": lambda v, w: v / w,
    "pow": lambda v, w: v**w,
}


def test_every_rule_has_a_test() -> None:
    reflected = {"rsub", "rtruediv", "rpow"}
    assert set(RULES) == set(UNARY) | set(BINARY) | reflected | {"max", "relu"}


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", UNARY)
def test_a_rule_of_one(name: str, seed: int) -> None:
    v = np.random.default_rng(seed).uniform(0.2, 3)
    value, slopes = swept(UNARY[name], v)
    assert value == pytest.approx(UNARY[name](v), rel=1e-14)
    assert slopes == pytest.approx(complex_step(lambda x: UNARY[name](x[0]), [v]), rel=1e-12)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("name", BINARY)
def test_a_rule_of_two(name: str, seed: int) -> None:
    """Two values, a value with a number on its right, and one with a number on its left."""
    v, w = np.random.default_rng(seed).uniform(0.2, 3, size=2)
    f = BINARY[name]
    slopes = complex_step(lambda x: f(*x), [v, w])
    assert swept(f, v, w) == (pytest.approx(f(v, w)), pytest.approx(slopes, rel=1e-12))
    for number in (float, np.float64, np.float32):
        w = float(number(w))
        left, right = complex_step(lambda x, w=w: f(*x), [v, w])
        only_v = swept(lambda x, w=w, number=number: f(x, number(w)), v)
        assert only_v == (pytest.approx(f(v, w)), pytest.approx([left], rel=1e-12))
        only_w = swept(lambda x, number=number: f(number(v), x), w)
        v_there = float(number(v))
        right = complex_step(lambda x, v=v_there: f(v, x[0]), [w])
        assert only_w == (pytest.approx(f(v_there, w)), pytest.approx(right, rel=1e-12))


@pytest.mark.parametrize("number", [2, True, np.int64(2), Fraction(1, 2), np.float32(0.5)])
def test_real_numbers_are_constants(number: object) -> None:
    with Tape() as tape:
        x = Value(3.0)
        y = number * x + x * number
        y.backward()
        assert (y.value, x.grad, type(y.value)) == (6 * float(number), 2 * float(number), float)
        assert len(tape) == 4
        assert type(Value(number).value) is float


def test_kinks() -> None:
    """At its kink relu has slope 0; of equal operands of max the left one counts."""
    for place, slope in [(-1.0, 0.0), (0.0, 0.0), (2.0, 1.0)]:
        assert swept(lambda x: x.relu(), place) == (max(place, 0), [slope])
    for v, w, slopes in [(1.0, 2.0, [0, 1]), (2.0, 1.0, [1, 0]), (2.0, 2.0, [1, 0])]:
        assert swept(lambda v, w: v.max(w), v, w) == (max(v, w), slopes)
        assert swept(lambda x, w=w: x.max(w), v) == (max(v, w), slopes[:1])


def test_powers_with_a_number_above() -> None:
    """The base may be negative or zero there, since nobody asks for the slope by the exponent."""
    assert swept(lambda x: x**3, -2.0) == (-8, [12])
    assert swept(lambda x: x**-2, -2.0) == (0.25, [0.25])
    assert swept(lambda x: x**0, 0.0) == (1, [0])
    assert swept(lambda x: x**1, 0.0) == (0, [1])
    assert swept(lambda x: x**2, 0.0) == (0, [0])


def random_program(seed: int) -> Callable:
    """Twelve steps; they use any earlier value, often the same one twice, and some numbers."""

    def program(*x: Value) -> Value:
        rng, values = np.random.default_rng(seed), list(x)
        for _ in range(12):
            v, w = (values[i] for i in rng.integers(len(values), size=2))
            f = rng.choice([*BINARY.values()][:3])
            kind = rng.integers(5)
            if kind == 0:
                values.append(rng.choice([np.sin, np.cos, np.tanh])(v))
            elif kind == 1:
                values.append(v / (w * w + 2))
            elif kind == 2:
                values.append(f(float(rng.normal()), w))
            else:
                values.append(f(0.5 * v, w))
        return values[-1]

    return program


@pytest.mark.parametrize("seed", range(60))
def test_any_program(seed: int) -> None:
    x = np.random.default_rng(seed).uniform(-1, 1, size=3)
    value, slopes = swept(random_program(seed), *x)
    assert value == pytest.approx(random_program(seed)(*x), rel=1e-13)
    exact = complex_step(lambda x: random_program(seed)(*x), x)
    assert slopes == pytest.approx(exact, rel=1e-10, abs=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_the_list_is_in_order(seed: int) -> None:
    with Tape() as tape:
        random_program(seed)(Value(0.3), Value(-0.4), Value(0.5))
    place = {id(node): i for i, node in enumerate(tape)}
    assert len(place) == len(tape) > 12
    for i, node in enumerate(tape):
        if node.left is not None:
            assert place[id(node.left)] < i
            assert node.right is None or place[id(node.right)] < i


def test_fan_out_sums() -> None:
    """Doubling by v + v, ten times: 1024 paths, one visit to each step."""

    def doubled(v: Value) -> Value:
        for _ in range(10):
            v = v + v
        return v

    assert swept(doubled, 3.0) == (3072, [1024])
    assert swept(lambda v: v * v * v, 3.0) == (27, [27])


def test_a_second_sweep_starts_afresh() -> None:
    with Tape() as tape:
        x, w = Value(3.0), Value(5.0)
        y = x * x
        z = y * w + x
        gradients = []
        for root in (z, z, y, x, z):
            root.backward()
            gradients.append([v.grad for v in (x, w, y, z)])
    of_z = [31, 9, 5, 1]
    assert gradients == [of_z, of_z, [6, 0, 1, 0], [1, 0, 0, 0], of_z]
    assert len(tape) == 5


def test_steps_may_follow_a_sweep() -> None:
    with Tape():
        x = Value(3.0)
        y = x * x
        y.backward()
        z = y * x + x.grad
        assert (z.value, x.grad, z.grad) == (33, 6, 0)
        z.backward()
        assert (x.grad, y.grad) == (27, 3)


def test_a_result_without_influence() -> None:
    with Tape():
        x, unused = Value(2.0), Value(7.0)
        late = (y := x * 3) * unused
        y.backward()
        assert (x.grad, unused.grad, late.grad) == (3, 0, 0)


def test_the_slopes_outlive_the_tape() -> None:
    with Tape():
        x = Value(2.0)
        y = x.exp()
        y.backward()
    assert (y.value, x.grad) == (math.exp(2), math.exp(2))
    assert repr(x) == "Value(2.0, grad=7.38905609893065)"


def test_tapes_nest_and_close_after_an_error() -> None:
    with Tape() as outer:
        x = Value(2.0)
        x.backward()
        with pytest.raises(ZeroDivisionError), Tape() as inner:
            Value(1.0) * 1 / (1 // 0)
        for _ in range(2):
            (x * x).backward()
            assert x.grad == 4
    assert [len(outer), len(inner)] == [3, 2]
    with pytest.raises(ValueError, match="not on the open tape"):
        Value(1.0)
