"""Indices that run: over bounds, a set, or the axes that they index, and what adds them up."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import reduce

from . import shapes
from .meaning import Meaning, Symbol
from .scene import Scene
from .shapes import RefusedError, Value, as_value, number

_MOST = 100_000
"""Largest range of an index; a slip in a bound must not keep the checker busy."""


@dataclass
class Range(Meaning):
    """Values of a bound index: from bounds, a set, or the axes that it indexes."""

    letter: str
    low: Meaning | None = None
    high: Meaning | None = None
    among: Symbol | None = None
    uses: list[tuple[Symbol, int]] = field(default_factory=list)
    conditions: Sequence[Meaning] = ()
    """What must hold of the letter besides; their values are 1 or 0."""

    def numbers(self, scene: Scene) -> list[int]:
        """The values in this scene."""
        return [
            i
            for i in self._candidates(scene)
            if all(one.value(scene.with_letters(**{self.letter: i})) for one in self.conditions)
        ]

    def _candidates(self, scene: Scene) -> list[int]:
        if self.low is not None and self.high is not None:
            low = number(self.low.value(scene), "the lower bound")
            high = number(self.high.value(scene), "the upper bound")
            if high - low > _MOST:
                raise RefusedError(f"{self.letter} runs over more than {_MOST} numbers", self.at)
            return list(range(low, high + 1))
        if self.among is not None:
            return self.among.members(scene)
        ranges = [use.range_of(place, scene) for use, place in self.uses]
        return agreed(self.letter, ranges, self.at)


def agreed(letter: str, ranges: list[list[int]], at: int) -> list[int]:
    """The one range that all uses of an index give."""
    if not ranges:
        raise RefusedError(f"nothing says over what {letter} runs: write its bounds", at)
    first = ranges[0]
    for other in ranges[1:]:
        if other != first:
            message = f"{letter} runs over {len(first)} here and over {len(other)} there"
            raise RefusedError(message, at)
    return first


@dataclass
class Big(Meaning):
    r"""`\\sum`, `\\prod`, `\\max`, `\\min` over a range."""

    operation: str
    over: Range
    body: Meaning

    def _value(self, scene: Scene) -> Value:
        values = [
            self.body.value(scene.with_letters(**{self.over.letter: i}))
            for i in self.over.numbers(scene)
        ]
        match self.operation:
            case r"\sum":
                return reduce(shapes.add, values) if values else self._nothing(scene)
            case r"\prod":
                return reduce(shapes.multiply, values) if values else as_value(1.0)
        if not values:
            raise RefusedError("nothing to choose from: the range is empty")
        return max(values) if self.operation == r"\max" else min(values)

    def _nothing(self, scene: Scene) -> Value:
        """An empty sum: zero, in the shape of the term that would come first."""
        if self.over.low is None:
            return as_value(0.0)
        low = number(self.over.low.value(scene), "the lower bound")
        try:
            first = self.body.value(scene.with_letters(**{self.over.letter: low}))
        except (RefusedError, LookupError):
            return as_value(0.0)
        return 0.0 * first
