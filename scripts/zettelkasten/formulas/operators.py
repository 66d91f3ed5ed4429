"""What runs over more than an index: cases, limits, optima, expectations, a value put in place."""

from dataclasses import dataclass, field, replace

import numpy as np

from . import shapes
from .conditions import Condition
from .extrapolation import limit
from .meaning import Meaning, Symbol
from .optimum import minimum
from .ranges import Range
from .scene import Scene, family, is_recorded
from .shapes import RefusedError, Value, as_value


@dataclass
class Cases(Meaning):
    """The value in the row whose condition holds; a row without one is for all the rest."""

    rows: tuple[tuple[Meaning, Condition | None], ...]
    reached: set[int] = field(default_factory=set)
    """Rows that some draw came to. The others would be claims about nothing."""

    def _value(self, scene: Scene) -> Value:
        found: list[Value] = []
        for place, (value, condition) in enumerate(self.rows):
            if condition.holds(scene) if condition is not None else not found:
                self.reached.add(place)
                found.append(value.value(scene))
        if any(not np.allclose(other, found[0]) for other in found[1:]):
            raise RefusedError("two of these cases hold at once and differ")
        if found:
            return found[0]
        raise RefusedError("none of these cases holds in one of the draws")


def put(scene: Scene, symbol: Symbol, value: Value) -> Scene:
    """The scene with another value for a symbol; what was recorded after it follows."""
    if not scene.knows(symbol.name):
        return scene.with_name(symbol.name, value)
    thing, rest = symbol.resolve(scene)
    if not is_recorded(thing):
        if symbol.layer is not None or rest:
            raise RefusedError(f"{symbol.name} is not recorded, so it takes no value", symbol.at)
        return scene.with_name(symbol.name, value)
    raw = np.array(scene.raw(thing), dtype=np.result_type(value, float))
    if rest:
        raise RefusedError("only a whole symbol takes another value here", symbol.at)
    return scene.changed(thing, np.broadcast_to(value, raw.shape).copy())


@dataclass
class Place(Meaning):
    r"""`\\left. … \\right|_{x=1}`: the value at a place."""

    of: Meaning
    places: tuple[tuple[Symbol, Meaning], ...]

    def _value(self, scene: Scene) -> Value:
        there = replace(scene, takes_bare_functions=True)
        for symbol, value in self.places:
            there = put(there, symbol, value.value(scene))
        return self.of.value(there)


@dataclass
class Limit(Meaning):
    r"""`\\lim_{h \\to 0}`, by extrapolation; `to` is nothing for infinity."""

    of: Meaning
    symbol: Symbol
    to: Meaning | None

    def _value(self, scene: Scene) -> Value:
        def at(value: float) -> Value:
            return self.of.value(put(scene, self.symbol, as_value(value)))

        return limit(at, None if self.to is None else float(self.to.value(scene)))


@dataclass
class Optimum(Meaning):
    r"""`\\min`, `\\max`, `\\arg\\min` or `\\arg\\max` over a real symbol, from where it stands."""

    of: Meaning
    symbol: Symbol
    sign: int
    """1 for a minimum, -1 for a maximum."""
    wants_place: bool
    condition: Condition | None = None

    def _value(self, scene: Scene) -> Value:
        start = self.symbol.value(scene) if scene.knows(self.symbol.name) else as_value(1.0)
        # What must be positive is sought by its logarithm: no step leaves the domain or its scale.
        to, back = (np.log, np.exp) if self._is_positive(scene) else (np.positive, np.positive)

        def height(flat: Value) -> float:
            there = put(scene, self.symbol, back(flat).reshape(start.shape))
            if self.condition is not None and not self.condition.holds(there):
                return np.inf
            value = self.of.value(there)
            if value.shape != ():
                raise RefusedError(f"{shapes.describe(value)} has no smallest value")
            return self.sign * float(np.real(value))

        found = minimum(height, to(np.ravel(np.real(start))))
        if self.wants_place:
            return back(found).reshape(start.shape)
        return as_value(self.sign * height(found))

    def _is_positive(self, scene: Scene) -> bool:
        if self.condition is None or self.condition.relations != (">",):
            return False
        return bool(np.all(self.condition.sides[1].value(scene) == 0))


@dataclass
class Best(Meaning):
    r"""`\\arg\\max_i`: the index at which the value is largest or smallest."""

    over: Range
    body: Meaning
    sign: int

    def _value(self, scene: Scene) -> Value:
        numbers = self.over.numbers(scene)
        if not numbers:
            raise RefusedError("nothing to choose from: the range is empty")
        heights = [
            float(self.body.value(scene.with_letters(**{self.over.letter: i}))) for i in numbers
        ]
        return as_value(float(numbers[int(np.argmin(self.sign * np.array(heights)))]))


@dataclass
class Expectation(Meaning):
    """Mean, or variance, over equally likely values: of an index, or of a family's members."""

    of: Meaning
    name: str
    over: Range | None
    is_variance: bool

    def _value(self, scene: Scene) -> Value:
        values = [self.of.value(outcome) for outcome in self._scenes(scene)]
        if not values:
            raise RefusedError("there are no outcomes to average over")
        mean = np.mean(values, axis=0)
        if not self.is_variance:
            return as_value(mean)
        if mean.shape != ():
            raise RefusedError("the variance here is that of a number")
        return as_value(np.mean((np.array(values) - mean) ** 2))

    def _scenes(self, scene: Scene) -> list[Scene]:
        if self.over is not None:
            letter = self.over.letter
            return [scene.with_letters(**{letter: i}) for i in self.over.numbers(scene)]
        members = family(scene.thing(self.name)) or {}
        return [scene.with_names({self.name: member}) for member in members.values()]
