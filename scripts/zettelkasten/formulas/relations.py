"""What each relation claims of two sides in a scene: equality, a bound, an order, a shape."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isfinite, log, log2
from typing import Literal

import numpy as np

from . import shapes
from .derivatives import orders
from .meaning import Meaning, Symbol, call
from .scene import Scene, arguments, slope
from .shapes import Fitting, RefusedError, Value, as_value, describe, number
from .sides import differ, is_zero, mentions, printed, show, terms_of

Status = Literal[
    "identity",
    "definition",
    "value",
    "update",
    "approximation",
    "asymptotic",
    "bound",
    "shape",
    "mention",
    "schematic",
]
STATUS: dict[str, Status] = {
    "=": "identity",
    ":=": "definition",
    "←": "update",
    "≈": "approximation",
    "≤": "bound",
    "<": "bound",
    "≥": "bound",
    ">": "bound",
    "∈": "shape",
    ":": "shape",
}
RELATIVE, ABSOLUTE = 1e-9, 1e-11
"""Largest difference of two sides that are equal, relative to their size and near zero."""
NESTED = 1e-7
"""Both of them where derivatives of derivatives stand in a side: they are measured, with noise."""
DUAL = r"\varepsilon"
"""The dual unit, where a snippet gives it the value `DUAL_UNIT`: sides agree up to its square."""
DUAL_UNIT = "dual unit"
TIGHT = {r"\le": "≤", "<": "<", r"\ge": "≥", ">": ">"}
"""Names under which a snippet gives the symbols at which a bound is reached, by relation."""
_SETTLED = 0.05
"""Largest change of a measured exponent from one step to the next."""
_NEAREST = 1e-2
"""Where an approach begins at the latest: closer to the limit rounding hides a slip."""
_FLOOR = 1e-9
"""A difference below this says nothing any more about an order."""


class FailureError(Exception):
    """Two sides that differ, with what they are and where."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass
class Count:
    """What has been compared so far."""

    comparisons: int = 0
    error: float = 0.0
    statuses: tuple[Status, ...] = ()

    @property
    def status(self) -> Status:
        """Status of the last relation."""
        return self.statuses[-1] if self.statuses else "mention"


@dataclass(frozen=True)
class Approach:
    """The limit that an approximation names; `to` is nothing for infinity."""

    name: str
    to: Meaning | None

    def is_extreme(self, order: Meaning, scene: Scene, far: float, near: float) -> bool:
        """Whether an order goes to zero or to infinity in the limit."""
        if self.to is None:
            return not 0.1 < near / far < 10
        try:
            return bool(order.value(scene.with_name(self.name, self.to.value(scene))) == 0)
        except RefusedError:  # division by zero
            return True

    def wide(self, scene: Scene) -> list[Scene]:
        """Scenes from far to near, wherever the note's own value stands."""
        if self.to is None:
            return [there for _, there in self.scenes(scene, 7)]
        to = float(self.to.value(scene))
        side = np.sign(float(scene.read(scene.thing(self.name))) - to) or 1.0
        return [scene.with_name(self.name, to + side * 0.5 / 2**i) for i in range(12)]

    def scenes(self, scene: Scene, steps: int) -> list[tuple[float, Scene]]:
        """Ever smaller distances from the limit, with the scene at each."""
        start = float(scene.read(scene.thing(self.name)))
        if self.to is None:
            return [(2.0**-i, scene.with_name(self.name, start * 2**i)) for i in range(steps)]
        to = float(self.to.value(scene))
        gap = start - to
        if gap == 0:
            raise RefusedError(f"{self.name} is at its limit in one of the draws")
        gap *= max(1.0, _NEAREST / abs(gap))
        return [
            (abs(gap) / 2**i, scene.with_name(self.name, to + gap / 2**i)) for i in range(steps)
        ]


@dataclass(frozen=True)
class Pair:
    """The two sides of one relation, and where it stands."""

    left: Meaning
    relation: str
    right: Meaning
    at: int

    def equal(self, scene: Scene, count: Count) -> None:
        """Both sides have one shape and one value; a printed number within its last place."""
        dual = mentions(self.left, DUAL) or mentions(self.right, DUAL)
        a, b = _value(self.left, scene, dual=dual), _value(self.right, scene, dual=dual)
        if not is_zero(self.left) and not is_zero(self.right):
            a, b = shapes.agreeing(a, b)
            if a.shape != b.shape:
                message = f"{describe(a)} on the left, {describe(b)} on the right"
                raise RefusedError(message, self.at)
        count.comparisons += max(a.size, b.size)
        if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
            raise RefusedError("a side is not finite", self.at)
        places = printed(self.left) if printed(self.left) is not None else printed(self.right)
        error = float(np.max(np.abs(a - b)))
        scale = float(max(np.max(np.abs(a)), np.max(np.abs(b)), 1e-12))
        is_nested = orders(self.left) > 1 or orders(self.right) > 1
        relative, absolute = (NESTED, NESTED) if is_nested else (RELATIVE, ABSOLUTE)
        if error > (places if places else max(relative * scale, absolute)):
            raise FailureError(differ(a, self.relation, b, scene), self.at)
        count.error = max(count.error, error / max(scale, 1.0))

    def bounded(self, scene: Scene, count: Count) -> None:
        """The smaller side is not larger, entry by entry."""
        a, b = shapes.agreeing(self.left.value(scene), self.right.value(scene))
        if a.shape != b.shape and not is_zero(self.left) and not is_zero(self.right):
            raise RefusedError(f"{describe(a)} on the left, {describe(b)} on the right", self.at)
        count.comparisons += max(a.size, b.size)
        is_nested = orders(self.left) > 1 or orders(self.right) > 1
        relative, absolute = (NESTED, NESTED) if is_nested else (RELATIVE, ABSOLUTE)
        slack = relative * (abs(a) + abs(b)) + absolute
        if self.relation in {"<", ">"}:  # what is equal but for rounding is not smaller
            slack *= -1e-3
        low, high = (a, b) if self.relation in {"≤", "<"} else (b, a)
        if not np.all(low <= high + slack):
            raise FailureError(differ(a, self.relation, b, scene), self.at)

    def reached(self, scenes: Sequence[Scene], steps: Collection[str]) -> None:
        """The bound is reached where the snippet says so, or else in one of the draws.

        That must be so for every value of the letters in `steps`, which count layers or steps: a
        bound that is reached at the start only may be much too loose later.
        """
        signs = [sign for sign, relation in TIGHT.items() if relation == self.relation]
        witnesses = [
            scene.with_names(scene.draw.table[sign])
            for scene in scenes
            for sign in dict.fromkeys([*signs, r"\le"])
            if sign in scene.draw.table
        ]
        gaps: dict[tuple[int, ...], list[str]] = defaultdict(list)
        for scene in witnesses or scenes:
            step = tuple(scene.letters[letter] for letter in sorted(steps))
            gaps[step].append(self._gap(scene))
        failed = [missed[0] for missed in gaps.values() if all(missed)]
        if failed and not witnesses:
            message = f"give under {signs[0]} the symbols at which this bound is reached"
            raise RefusedError(message, self.at)
        if failed:
            raise FailureError(failed[0], self.at)

    def _gap(self, scene: Scene) -> str:
        """What is between the two sides, in words; empty when they meet."""
        a, b = self.left.value(scene), self.right.value(scene)
        if float(np.max(np.abs(a - b))) <= 1e-5 * float(np.max(np.abs(b))):
            return ""
        return f"not reached: {show(a)} against {show(b)}"

    def vanishes(self, scene: Scene, approach: Approach | None, count: Count) -> None:
        """The difference vanishes in the limit, faster than any term that is kept."""
        if approach is None:
            raise RefusedError(r"say in which limit, as in \quad (h \to 0)", self.at)
        count.comparisons += 1
        points = approach.scenes(scene, 4)
        gaps = [self._distance(there) for _, there in points]
        needed = 0.75 / 2 ** self._kept(points[-2][1], points[-1][1])
        if not all(b <= a * needed or b < _FLOOR for a, b in pairwise(gaps)):
            first, last = points[0][1], points[-1][1]
            raise FailureError(
                f"the difference is {gaps[0]:.4g} at {_at(approach, first)} and {gaps[-1]:.4g} "
                f"at {_at(approach, last)}: it does not vanish as it should",
                self.at,
            )

    def _kept(self, scene: Scene, nearer: Scene) -> float:
        """Highest power, measured, with which a term vanishes when the distance is halved."""
        powers = [0.0]
        for side in (self.left, self.right):
            for far, near in zip(terms_of(side, scene), terms_of(side, nearer), strict=True):
                a, b = float(np.max(np.abs(far))), float(np.max(np.abs(near)))
                powers.append(log2(a / b) if a and b else 0.0)
        return max(powers)

    def _distance(self, scene: Scene) -> float:
        a, b = shapes.agreeing(self.left.value(scene), self.right.value(scene))
        if a.shape != b.shape:
            raise RefusedError(f"{describe(a)} on the left, {describe(b)} on the right", self.at)
        return float(np.max(np.abs(a - b)))


def _at(approach: Approach, scene: Scene) -> str:
    return f"{approach.name} = {float(scene.read(scene.thing(approach.name))):.4g}"


def asymptotic(
    gap: Meaning, order: Meaning, approach: Approach, scene: Scene, at: int, count: Count
) -> None:
    r"""What is called `O(…)` changes in the limit exactly as what stands in the brackets."""
    sizes = [_sizes_at(gap, order, there) for there in approach.wide(scene)]
    seen = [(g, o) for g, o in sizes if g > _FLOOR and o > 0 and isfinite(g)]
    if seen and not approach.is_extreme(order, scene, seen[0][1], seen[-1][1]):
        raise RefusedError(rf"what stands in O(…) does not vanish with {approach.name}", at)
    exponents = [log(g2 / g1) / log(o2 / o1) for (g1, o1), (g2, o2) in pairwise(seen) if o1 != o2]
    if len(exponents) < 2:
        raise RefusedError(r"what is called O(…) here is too small to measure", at)
    count.comparisons += len(seen)
    # Far from the limit an exponent drifts, and too close to it, it is noise.
    change, exponent = min((abs(b - a), b) for a, b in pairwise(exponents))
    if change > _SETTLED or abs(exponent - 1) > 2 * _SETTLED:
        message = f"what is called O(…) goes as that to the power of {exponent:.2f}, not of 1"
        raise FailureError(f"{message} (draw {scene.draw.number})", at)


def _sizes_at(gap: Meaning, order: Meaning, scene: Scene) -> tuple[float, float]:
    try:
        return float(np.max(np.abs(gap.value(scene)))), float(abs(order.value(scene)))
    except RefusedError:  # too far from the limit to be defined
        return np.inf, np.inf


def has_shape(symbol: Meaning, sizes: tuple[Meaning, ...], scene: Scene, at: int) -> None:
    r"""A value is in `\\mathbb{R}^{m \\times n}`."""
    value = symbol.value(scene)
    wanted = _shape(sizes, scene)
    if isinstance(value, Fitting) or value.shape != wanted:
        is_so, should = describe(value), describe(np.zeros(wanted))
        raise FailureError(f"this is {is_so}, not {should}", at)


def maps(
    function: Symbol, into: tuple[Meaning, ...], out: tuple[Meaning, ...], scene: Scene, at: int
) -> None:
    r"""A function takes a column of one size to a column of another: `f: \\mathbb{R}^n \\to …`."""
    thing, _ = function.resolve(scene)
    if not callable(thing) or len(arguments(thing)) != 1:
        raise RefusedError(f"{function.name} is no function of one argument", at)
    wanted = _shape(out, scene)
    given = np.full(_shape(into, scene), 0.5)
    value = call(thing, [as_value(given)])
    if value.shape != wanted:
        raise FailureError(f"its value is {describe(value)}, not {describe(np.zeros(wanted))}", at)


def _shape(sizes: tuple[Meaning, ...], scene: Scene) -> tuple[int, ...]:
    numbers = [number(size.value(scene), "a size") for size in sizes]
    if all(n == 1 for n in numbers):
        return ()
    return (numbers[0], 1) if len(numbers) == 1 else tuple(numbers)


def _value(side: Meaning, scene: Scene, *, dual: bool) -> Value:
    """A side's value; where the dual unit stands, its real part and its coefficient of the unit."""
    unit = scene.draw.table.get(DUAL)
    if not dual or not isinstance(unit, str) or unit != DUAL_UNIT:
        return side.value(scene)

    def at(unit: complex) -> Value:
        return side.value(scene.with_name(DUAL, np.asarray(unit)))

    return np.vstack([at(0.0), slope(at, 0.0, max(orders(side), 0))])
