"""What a formula means: each construct with its value in a scene.

`reading` builds these from the tree, once; they are evaluated for every draw and every index.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import reduce
from math import comb
from typing import Any

import numpy as np

from . import shapes
from .scene import Scene, arguments, family, number, slope
from .shapes import RefusedError, Value, as_value


@dataclass
class Meaning:
    """An expression; `at` is the offset of its first character."""

    at: int

    def value(self, scene: Scene) -> Value:
        """Its value. Raises `RefusedError` with the place."""
        try:
            return self._value(scene)
        except RefusedError as refusal:
            if refusal.at < 0:
                raise RefusedError(str(refusal), self.at) from None
            raise

    def _value(self, scene: Scene) -> Value:
        raise NotImplementedError


@dataclass
class Constant(Meaning):
    """A number as printed, Euler's number, π, or the imaginary unit."""

    number: complex
    text: str = ""

    def _value(self, _: Scene) -> Value:
        return as_value(self.number)


@dataclass
class Letter(Meaning):
    """An index letter."""

    letter: str

    def _value(self, scene: Scene) -> Value:
        return as_value(scene.letters[self.letter])


@dataclass
class Symbol(Meaning):
    """A symbol of the note with its layer and indices: `w_{jk}^{(l)}`."""

    name: str
    layer: Meaning | None = None
    indices: tuple[Meaning, ...] = ()

    def _value(self, scene: Scene) -> Value:
        thing, rest = self.resolve(scene)
        if isinstance(thing, Meaning):
            return self.entry(thing.value(scene), rest, scene)
        if callable(thing):
            if not rest and not scene.depth:
                raise RefusedError(f"{self.name} is a function: write its argument")
            return self.entry(call(thing, own_arguments(thing, scene)), rest, scene)
        return self.entry(scene.read(thing), rest, scene)

    def resolve(self, scene: Scene) -> tuple[Any, tuple[Meaning, ...]]:
        """What the symbol stands for, its member of a family chosen, and the indices left over."""
        thing, rest = scene.thing(self.name), self.indices
        members = family(thing)
        if self.layer is not None:
            if members is None:
                raise RefusedError(f"{self.name} has no layers", self.at)
            thing = self._member(members, self.layer, scene, "layer")
            members = family(thing)
        if members is not None:
            if not rest:
                raise RefusedError(f"{self.name} is a family: say which one", self.at)
            thing, rest = self._member(members, rest[0], scene, "member"), rest[1:]
        return thing, rest

    def _member(self, members: Any, which: Meaning, scene: Scene, word: str) -> Any:
        key = number(which.value(scene), f"the {word} of {self.name}")
        if key not in members:
            raise RefusedError(
                f"{self.name} has no {word} {key}: restrict the claim, as in "
                r"\quad \text{for} l < L",
                self.at,
            )
        return members[key]

    def entry(self, value: Value, indices: tuple[Meaning, ...], scene: Scene) -> Value:
        """An entry of this symbol's value, or all of it when no index is given."""
        if not indices:
            return value
        places = tuple(number(i.value(scene), f"an index of {self.name}") for i in indices)
        if value.shape == () or len(places) != (1 if value.shape[1] == 1 else 2):
            given = f"{len(places)} ind{'ex' if len(places) == 1 else 'ices'}"
            raise RefusedError(
                f"{self.name} is {shapes.describe(value)}, which {given} cannot enter"
            )
        for place, size in zip(places, value.shape, strict=False):
            if not 0 <= place < size:
                raise RefusedError(
                    f"{self.name} is {shapes.describe(value)}: it has no entry {place}"
                )
        return as_value(value[places] if len(places) == 2 else value[places[0], 0])

    def range_of(self, position: int, scene: Scene) -> list[int]:
        """The numbers over which the index at a position runs, in this scene."""
        thing = scene.thing(self.name)
        members = family(thing)
        if self.layer is not None and members is not None:
            thing = self._member(members, self.layer, scene, "layer")
            members = family(thing)
        if members is not None:
            if position == 0:
                return sorted(members)
            thing, position = next(iter(members.values())), position - 1
        if isinstance(thing, Meaning):
            value = thing.value(scene)
        elif callable(thing):
            value = call(thing, own_arguments(thing, scene))
        else:
            value = scene.read(thing)
        if value.shape == () or position > 1:
            raise RefusedError(f"{self.name} is {shapes.describe(value)}: it has no index", self.at)
        return list(range(value.shape[position]))


def call(function: Callable[..., Any], values: list[Value]) -> Value:
    """What a function of the note gives, as a number, column or matrix."""
    return as_value(function(*values))


def own_arguments(function: Callable[..., Any], scene: Scene) -> list[Value]:
    """Values of the symbols that a function's parameters name, where it stands without brackets."""
    names = arguments(function)
    missing = [name for name in names if not scene.knows(name)]
    if missing:
        raise RefusedError(
            f"write the argument of this function: {', '.join(missing)} is no symbol"
        )
    return [scene.read(scene.thing(name)) for name in names]


@dataclass
class Sum(Meaning):
    """Terms with their signs."""

    terms: tuple[tuple[int, Meaning], ...]

    def _value(self, scene: Scene) -> Value:
        signed = [as_value(sign * term.value(scene)) for sign, term in self.terms]
        return reduce(shapes.add, signed)


@dataclass
class Binary(Meaning):
    """Two operands and the operation of `shapes` between them."""

    operation: Callable[[Value, Value], Value]
    left: Meaning
    right: Meaning

    def _value(self, scene: Scene) -> Value:
        return self.operation(self.left.value(scene), self.right.value(scene))


@dataclass
class Unary(Meaning):
    """An operation on one operand: transpose, inverse, square root, a norm."""

    operation: Callable[[Value], Value]
    operand: Meaning

    def _value(self, scene: Scene) -> Value:
        return as_value(self.operation(self.operand.value(scene)))


@dataclass
class Call(Meaning):
    """A function of the note, or a known one, at its arguments; `primes` differentiates it."""

    function: Symbol | Callable[..., Any]
    operands: tuple[Meaning, ...]
    primes: int = 0

    def _value(self, scene: Scene) -> Value:
        values = [operand.value(scene) for operand in self.operands]
        if isinstance(self.function, Symbol):
            function, rest = self.function.resolve(scene)
            if isinstance(function, tuple):  # a recorded step: its function, and its operands
                function = function[0]
            value = _derived(function, self.primes, values)
            return self.function.entry(value, rest, scene)
        return _derived(self.function, self.primes, values)


def _derived(function: Callable[..., Any], order: int, values: list[Value]) -> Value:
    """A function, or its derivative entry by entry."""
    if order == 0:
        return call(function, values)
    if len(values) != 1:
        raise RefusedError("a prime belongs to a function of one variable")
    (value,) = values
    return slope(
        lambda move: _derived(function, order - 1, [value + move]),
        0.0,
        1e-3 if order == 1 else 1e-2,
        exact=order == 1,
    )


@dataclass
class Differential(Meaning):
    """`du` by itself: it can be mentioned, and has a value only in a derivative."""

    of: Meaning

    def _value(self, _: Scene) -> Value:
        raise RefusedError("a differential has a value only in a derivative")


@dataclass
class Range(Meaning):
    """Values of a bound index: from bounds, a set, or the axes that it indexes."""

    letter: str
    low: Meaning | None = None
    high: Meaning | None = None
    among: Symbol | None = None
    uses: list[tuple[Symbol, int]] = field(default_factory=list)

    def numbers(self, scene: Scene) -> list[int]:
        """The values in this scene."""
        if self.low is not None and self.high is not None:
            low = number(self.low.value(scene), "the lower bound")
            return list(range(low, number(self.high.value(scene), "the upper bound") + 1))
        if self.among is not None:
            members, rest = self.among.resolve(scene)
            if rest:
                members = family(members)[number(rest[0].value(scene), "the index of the set")]
            return sorted(members)
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
                return reduce(shapes.add, values) if values else as_value(0.0)
            case r"\prod":
                return reduce(shapes.multiply, values) if values else as_value(1.0)
        if not values:
            raise RefusedError("nothing to choose from: the range is empty")
        return max(values) if self.operation == r"\max" else min(values)


@dataclass
class Rows(Meaning):
    """A matrix of numbers, cell by cell."""

    rows: tuple[tuple[Meaning, ...], ...]

    def _value(self, scene: Scene) -> Value:
        cells = [[cell.value(scene) for cell in row] for row in self.rows]
        if any(cell.shape != () for row in cells for cell in row):
            raise RefusedError("a cell of a matrix must be a number")
        if len({len(row) for row in cells}) != 1:
            raise RefusedError("the rows of this matrix differ in length")
        return as_value(np.array(cells))


def binomial(n: Value, k: Value) -> Value:
    """The number of ways to choose k of n, for whole numbers."""
    return as_value(comb(number(n, "n"), number(k, "k")))


def two_norm(x: Value) -> Value:
    """Length of a column; smooth, so that it can be differentiated."""
    if x.shape != () and x.shape[1] != 1:
        raise RefusedError(r"say which norm of a matrix: \rVert_2 or \rVert_F")
    return np.sqrt(np.sum(x * x))
