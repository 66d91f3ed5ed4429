"""Published examples, every rule of the scalar tape, random programs, and what a sweep leaves.

The worked examples that all engines share are in tests/test_worked_examples.py; what a tape
refuses, and how much it takes, is in tests/test_scalar_tape_limits.py.
"""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest

from snippets import backpropagation, forward_pass, loss_functions
from snippets.scalar_tape import RULES, Tape, Value, example, trace
from tests.independent import complex_step


def swept(f: Callable, *x: float) -> tuple[float, list[float]]:
    """f(x) and its gradient, on a tape of its own."""
    with Tape():
        inputs = [Value(entry) for entry in x]
        y = f(*inputs)
        y.backward()
        return y.value, [v.grad for v in inputs]


def micrograd_readme(a: Value, b: Value) -> Value:
    """The expression that shows off micrograd in its README, line by line."""
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


def baydin(x1: Value, x2: Value) -> Value:
    return np.log(x1) + x1 * x2 - np.sin(x2)


def karpathy_neuron(x1: Value, x2: Value, w1: Value, w2: Value, b: Value) -> Value:
    """A neuron with tanh, as in Karpathy's lecture."""
    return np.tanh(x1 * w1 + x2 * w2 + b)


def levenberg_marquardt(w: Value, b: Value) -> Value:
    """Half the squared residuals of a fit by one sigmoid."""
    samples = [(0.0, 0.2), (1.0, 0.5), (2.0, 0.9)]
    return 0.5 * sum((y - 1 / (1 + np.exp(-(w * x + b)))) ** 2 for x, y in samples)


PUBLISHED = {  # name of the worked example: function, inputs, value, gradient
    "micrograd_readme": (
        micrograd_readme,
        [-4.0, 2.0],
        24.70408163265306,
        [138.83381924198252, 645.5772594752186],
    ),
    "karpathy_neuron": (
        karpathy_neuron,
        [2.0, 0.0, -3.0, 1.0, 6.881373587019543],
        0.7071067811865476,
        [-1.5, 0.5, 1.0, 0.0, 0.5],
    ),
    "levenberg_marquardt_identity": (
        levenberg_marquardt,
        [0.5, -0.2],
        sum(r * r for r in (0.25016600268752215, 0.07444251681165903, 0.21002551887238752)) / 2,
        [-0.07165489802923143, 0.03519182856851979],
    ),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published(name: str) -> None:
    f, x, value, gradient = PUBLISHED[name]
    found, slopes = swept(f, *x)
    assert found == pytest.approx(value, rel=1e-12, abs=1e-12)
    assert slopes == pytest.approx(gradient, rel=1e-11, abs=1e-12)


def test_baydin_forward_reverse_trace() -> None:
    """Every value and adjoint of the survey's Tables 2 and 3, in the order of our steps."""
    with Tape() as tape:
        x1, x2 = Value(2.0), Value(5.0)
        baydin(x1, x2).backward()
    values = [2, 5, 0.6931471805599453, 10, 10.693147180559945, -0.9589242746631385]
    assert [v.value for v in tape] == pytest.approx([*values, 11.652071455223084], rel=1e-15)
    adjoints = [5.5, 1.7163378145367738, 1, 1, 1, -1, 1]
    assert [v.grad for v in tape] == pytest.approx(adjoints, rel=1e-15)


def test_mazur_step_by_step() -> None:
    """His weighted inputs, outputs and errors, and all eight derivatives, by single numbers."""
    w = [0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55]

    def loss(*w: Value) -> Value:
        h = [1 / (1 + np.exp(-(w[i] * 0.05 + w[i + 1] * 0.10 + 0.35))) for i in (0, 2)]
        o = [1 / (1 + np.exp(-(w[i] * h[0] + w[i + 1] * h[1] + 0.60))) for i in (4, 6)]
        return 0.5 * (o[0] - 0.01) ** 2 + 0.5 * (0.99 - o[1]) ** 2

    C, slopes = swept(loss, *w)
    assert pytest.approx(0.2983711087600027, rel=1e-14) == C
    hidden = [0.0004385677344743465, 0.000877135468948693]
    hidden += [0.0004977127352608599, 0.0009954254705217198]
    output = [0.08216704056423077, 0.08266762784753325, -0.02260254047747507, -0.022740242215978222]
    assert slopes == pytest.approx(hidden + output, rel=1e-12)


def test_goodfellow_xor_relu() -> None:
    def network(x0: Value, x1: Value) -> Value:
        return (x0 + x1).relu() - 2 * (x0 + x1 - 1).relu()

    found = [swept(network, *map(float, x))[0] for x in ((0, 0), (0, 1), (1, 0), (1, 1))]
    assert found == [0, 1, 1, 0]


def test_nielsen_bp1_bp4_check() -> None:
    """NumPy code of other notes runs on arrays of values; the slopes are those of the layers."""
    x, y, weights, biases = backpropagation.random_network()
    with Tape():
        Ws, bs = ([as_values(array) for array in family] for family in (weights, biases))
        zs, activations = forward_pass.forward(x, Ws, bs)
        loss_functions.squared_error(activations[-1], y).backward()
    delta = [0.10422909347931089, -0.07737831739703536]
    assert [z.grad for z in zs[1].flat] == pytest.approx(delta, rel=1e-12)
    plain = backpropagation.backward(weights, *forward_pass.forward(x, weights, biases), y)
    for family, slopes in zip((Ws, bs), plain, strict=True):
        for array, slope in zip(family, slopes, strict=True):
            assert [v.grad for v in array.flat] == pytest.approx(slope.ravel(), rel=1e-12)


def as_values(array: np.ndarray) -> np.ndarray:
    """The same array, entry by entry on the open tape."""
    return np.array([Value(entry) for entry in array.flat]).reshape(array.shape)


def test_the_notes_product() -> None:
    """A sweep multiplies about twice per factor: once for each slope that is on the tape."""
    numbers = example()
    assert (numbers["y"], numbers["x_bar"]) == (120, [120, 60, 40, 30, 24])
    with Tape() as tape:
        math.prod([Value(1.5) for _ in range(50)])
    steps = tape[50:]
    assert sum(1 + (step.right is not None) for step in steps) == 2 * 50 - 1


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


@pytest.mark.parametrize("how", [np.equal, np.not_equal, np.less, np.less_equal])
def test_comparisons(how: Callable) -> None:
    """Plain truths, which the tape does not hold: a branch is taken as the numbers say."""
    with Tape() as tape:
        v, w = Value(2.0), Value(3.0)
        for one, other in [(v, w), (w, v), (v, 2), (2, v), (3.0, v), (np.float32(2), v)]:
            plain = [float(getattr(entry, "value", entry)) for entry in (one, other)]
            assert how(one, other) == how(*plain)
        assert [v < w, v <= w, v != w, v > w, v >= w, v == w] == [True] * 3 + [False] * 3
        assert len(tape) == 2
        assert max(v, w) is w
        assert len({v, w, Value(2.0)}) == 3


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


def test_a_trace_multiplies_up_what_has_no_letter_and_stops_at_what_has() -> None:
    with Tape() as tape:
        x, w = Value(2.0), Value(5.0)
        v = (x * x + 1.0) * w  # x is used twice before v is reached
        y = (v - x).exp() * 0.5
        y.backward()
    slope = 0.5 * math.exp(23.0)
    named = {"x": ("", x), "w": ("", w), "v": ("f", v), "y": ("g", y)}
    rows = trace(tape, named)
    assert list(rows) == ["x", "w", "v", "y"]
    assert rows["x"] == ("", {}, 2.0, x.grad)
    assert rows["v"] == ("f", {"x": 20.0, "w": 5.0}, 25.0, v.grad)
    assert rows["y"] == ("g", {"x": -slope, "v": slope}, slope, 1.0)
    assert x.grad == pytest.approx(20 * slope - slope, rel=1e-15)
    del named["v"]
    assert trace(tape, named)["y"][1] == pytest.approx({"x": 19 * slope, "w": 5 * slope}, rel=1e-15)
