"""Random programs of scalars, with their slopes and a bound of what rounding may do to them.

A program is a list of steps; an operand is the number of an earlier value, or a plain number. The
slopes are found here by partials that no module shares. Steps are drawn only where the function is
smooth close by and the bound stays small, so that no road to a derivative can hide behind it.
"""

import operator
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import cos, cosh, exp, log, sin, sqrt, tanh
from typing import Any, NamedTuple

import numpy as np
from hypothesis import strategies as st

EPS = float(np.finfo(float).eps)
STEPS = {  # as they are typed in plain NumPy
    "neg": operator.neg,
    **{name: getattr(np, name) for name in ("exp", "log", "sin", "cos", "tanh", "sqrt")},
    "relu": lambda v: 1 * v if v > 0 else 0 * v,
    "square": lambda v: v**2,
    "inverse cube": lambda v: v**-3,
    "root of fifth": lambda v: v**2.5,
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "pow": operator.pow,
    "max": lambda v, w: v + 0 * w if v > w else w + 0 * v,
    "first": lambda v, w: v + 0 * w,
}
PARTIALS = {  # y, its slope by each operand, and the slopes of those slopes
    "neg": lambda v: (-v, [-1], 0),
    "exp": lambda v: (exp(v), [exp(v)], exp(v)),
    "log": lambda v: (log(v), [1 / v], -1 / v**2),
    "sin": lambda v: (sin(v), [cos(v)], -sin(v)),
    "cos": lambda v: (cos(v), [-sin(v)], -cos(v)),
    "tanh": lambda v: (tanh(v), [cosh(v) ** -2], -2 * tanh(v) * cosh(v) ** -2),
    "sqrt": lambda v: (sqrt(v), [0.5 / sqrt(v)], -0.25 * v**-1.5),
    "relu": lambda v: (v, [1], 0) if v > 0 else (0, [0], 0),
    "square": lambda v: (v * v, [2 * v], 2),
    "inverse cube": lambda v: (1 / v**3, [-3 / v**4], 12 / v**5),
    "root of fifth": lambda v: (v**2.5, [2.5 * v**1.5], 3.75 * v**0.5),
    "add": lambda v, w: (v + w, [1, 1], 0),
    "sub": lambda v, w: (v - w, [1, -1], 0),
    "mul": lambda v, w: (v * w, [w, v], [[0, 1], [1, 0]]),
    "div": lambda v, w: (v / w, [1 / w, -v / w**2], [[0, -1 / w**2], [-1 / w**2, 2 * v / w**3]]),
    "max": lambda v, w: (max(v, w), [float(v > w), float(w > v)], 0),
    "pow": lambda v, w: (v**w, [w * v ** (w - 1), v**w * log(v)], bends_of_power(v, w)),
}
SAFE = {  # no kink, pole or end of the domain is close by, and functions stay of moderate size
    "exp": lambda v: v < 4,
    "log": lambda v: v > 0.1,
    "tanh": lambda v: abs(v) < 3,
    "sqrt": lambda v: v > 0.1,
    "relu": lambda v: abs(v) > 0.1,
    "inverse cube": lambda v: abs(v) > 0.1,
    "root of fifth": lambda v: v > 0.1,
    "div": lambda v, w: abs(w) > 0.1,
    "max": lambda v, w: abs(v - w) > 0.1,
    "pow": lambda v, w: 0.1 < v < 10 and abs(w) < 4,
}
OF_ONE = {name for name, rule in PARTIALS.items() if rule.__code__.co_argcount == 1}
CONSTANTS = (0.3, 1.7, -0.6, 2.0, -3.0, 1.0, 0.0)
MOST = 30
"""Values of a program, at most."""
LARGEST = 1e3
"""Of a value, and of its slopes."""
LOOSEST = 1e5 * EPS
"""Bound of the error of a slope."""


def bends_of_power(v: float, w: float) -> list[list[float]]:
    both = v ** (w - 1) * (1 + w * log(v))
    return [[w * (w - 1) * v ** (w - 2), both], [both, v**w * log(v) ** 2]]


@dataclass
class Tracked:
    """A value with its slopes by all values of its program, (n,), and how far off each may be."""

    value: float
    off: float
    slopes: np.ndarray
    off_slopes: np.ndarray
    sizes: np.ndarray
    """As slopes, but the products along the paths are summed without their signs."""

    @classmethod
    def constant(cls, value: float, n: int) -> "Tracked":
        return cls(value, 0.0, *np.zeros((3, n)))

    def named(self, k: int) -> "Tracked":
        """The same as value k of the program: its slope by itself is one."""
        self.slopes[k] = self.sizes[k] = 1.0
        return self


def tracked(name: str, *operands: Tracked) -> Tracked:
    """A step: it carries errors along, to first order, and adds its own."""
    y, a, bends = PARTIALS[name](*(v.value for v in operands))
    a, bends = np.array(a), np.broadcast_to(bends, (len(a), len(a)))
    off, slopes, off_slopes, sizes = (
        np.array([getattr(v, field) for v in operands])
        for field in ("off", "slopes", "off_slopes", "sizes")
    )
    # Written as exp(w ln v), a power is less exact, and 1 - y² is rounded like 1, however small.
    harder = 1 + abs(operands[1].value * log(operands[0].value)) if name == "pow" else 1
    own = np.ones(1) if name == "tanh" else harder * np.abs(a)
    off_a = np.abs(bends) @ off + 8 * EPS * own
    return Tracked(
        value=float(y),
        off=float(np.abs(a) @ off + 4 * EPS * harder * abs(y)),
        slopes=a @ slopes,
        off_slopes=np.abs(a) @ off_slopes + off_a @ sizes,
        sizes=np.abs(a) @ sizes,
    )


class Program(NamedTuple):
    """The place where it is run, and for each step its name and operands.

    An operand that is an int is the number of an earlier value, inputs first; others are floats.
    """

    x: tuple[float, ...]
    steps: tuple[tuple[str, tuple[int | float, ...]], ...]

    def values(self, x: Iterable[Any], steps: Mapping[str, Callable] = STEPS) -> list[Any]:
        """The inputs, and the result of each step."""
        values = list(x)
        for name, operands in self.steps:
            values.append(steps[name](*(values[v] if type(v) is int else v for v in operands)))
        return values

    def __call__(self, *x: Any) -> Any:
        """The last value."""
        return self.values(x)[-1]

    def tracked(self, x: Iterable[float]) -> Tracked:
        """The last value with its slopes and bounds."""
        values = tracked_inputs(x, len(self.x) + len(self.steps))
        for name, operands in self.steps:
            values.append(tracked(name, *resolved(operands, values)).named(len(values)))
        return values[-1]

    def straightened(self) -> "Program":
        """Without branches: a maximum is the operand that it is, plus nothing of the other."""
        values, steps = self.values(self.x), []
        for name, operands in self.steps:
            if name in ("max", "relu"):
                v, w = (*operands, 0.0)[:2]
                v_is, w_is = (values[u] if type(u) is int else u for u in (v, w))
                name, operands = "first", (v, w) if v_is > w_is else (w, v)
            steps.append((name, operands))
        return Program(self.x, tuple(steps))


def tracked_inputs(x: Iterable[float], n: int) -> list[Tracked]:
    return [Tracked.constant(v, n).named(k) for k, v in enumerate(x)]


def resolved(operands: Iterable[int | float], values: list[Tracked]) -> list[Tracked]:
    n = len(values[0].slopes)
    return [values[v] if type(v) is int else Tracked.constant(v, n) for v in operands]


@st.composite
def programs(draw: Callable, names: Iterable[str] = tuple(PARTIALS)) -> Program:
    """Up to twelve steps, each with a value that none has used yet and another; then their sum."""
    x = draw(st.lists(st.integers(-50, 150).map(lambda k: k / 50), min_size=1, max_size=3))
    values, steps, unused = tracked_inputs(x, MOST), [], list(range(len(x)))

    def append(name: str, operands: tuple[int | float, ...]) -> None:
        used = [v for v in operands if type(v) is int]
        unused[:] = [v for v in unused if v not in used] + [len(values)]
        values.append(tracked(name, *resolved(operands, values)).named(len(values)))
        steps.append((name, operands))

    for _ in range(draw(st.integers(1, 12))):
        v = draw(st.sampled_from(unused))
        w = draw(st.integers(0, len(values) - 1) | st.sampled_from(CONSTANTS))
        fits = [
            (name, operands)
            for name in names
            for operands in ([(v,)] if name in OF_ONE else [(v, w), (w, v)])
            if is_tame(name, *resolved(operands, values))
        ]
        append(*draw(st.sampled_from(fits)))
    while len(unused) > 1:
        append("add", (unused[0], unused[1]))
    return Program(tuple(x), tuple(steps))


def is_tame(name: str, *operands: Tracked) -> bool:
    """Whether the step is safe here, and further steps may use it."""
    if name in SAFE and not SAFE[name](*(v.value for v in operands)):
        return False
    y = tracked(name, *operands)
    is_of_moderate_size = y.value == 0 or LARGEST**-2 < abs(y.value) < LARGEST
    return is_of_moderate_size and max(y.sizes) < LARGEST and max(y.off_slopes) < LOOSEST
