"""What a formula means: each construct with its value in a scene.

`reading` builds these from the tree, once; they are evaluated for every draw and every index.
"""

from collections.abc import Callable, Collection, Mapping, Set
from dataclasses import dataclass
from functools import reduce
from typing import Any

import numpy as np

from . import shapes
from .scene import Scene, arguments, family, slope
from .shapes import RefusedError, Value, as_value, number


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
    """A number as printed, Euler's number, π, the imaginary unit, or what fits in size."""

    number: complex | shapes.Fitting
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
    is_drawn: bool = False
    """Whether it stands for one member of its family, as inside an expectation."""

    def _value(self, scene: Scene) -> Value:
        thing, rest = self.resolve(scene)
        if isinstance(thing, Meaning):
            return self.entry(thing.value(scene), rest, scene)
        if callable(thing):
            if not rest and not scene.takes_bare_functions:
                raise RefusedError(f"{self.name} is a function: write its argument")
            return self.entry(call(thing, own_arguments(thing, scene)), rest, scene)
        return self.entry(scene.read(thing), rest, scene, axes(thing))

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

    def layers_of(self, scene: Scene) -> list[int]:
        """The layers that the symbol's family has."""
        return sorted(family(scene.thing(self.name)) or ())

    def is_member(self, position: int, scene: Scene) -> bool:
        """Whether the index at a position chooses a member of a family, such as a step."""
        return self.layer is None and position == 0 and family(scene.thing(self.name)) is not None

    def members(self, scene: Scene) -> list[int]:
        """The members of the set, or of the family of sets, that the symbol stands for."""
        thing, rest = scene.thing(self.name), self.indices
        if rest and (sets := family(thing)) is not None:
            thing, rest = self._member(sets, rest[0], scene, "member"), rest[1:]
        if rest or not isinstance(thing, Collection) or isinstance(thing, str | Mapping):
            raise RefusedError(f"{self.name} is no set of numbers", self.at)
        return sorted(thing)

    def _member(self, members: Any, which: Meaning, scene: Scene, word: str) -> Any:
        key = number(which.value(scene), f"the {word} of {self.name}")
        if key not in members:
            raise RefusedError(
                f"{self.name} has no {word} {key}: restrict the claim, as in "
                r"\quad \text{for} l < L",
                self.at,
            )
        return members[key]

    def entry(
        self, value: Value, indices: tuple[Meaning, ...], scene: Scene, axes: int = 0
    ) -> Value:
        """An entry of this symbol's value, or all of it when no index is given.

        `axes` is how many the array had before a single entry became a number.
        """
        if not indices:
            return value
        places = tuple(number(i.value(scene), f"an index of {self.name}") for i in indices)
        if value.shape == () and len(places) <= axes and not any(places):
            return value
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
        if self.is_drawn and members is not None:
            thing, members = next(iter(members.values())), None
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
        if value.shape == () and position < axes(thing):
            return [0]
        if value.shape == () or position > 1:
            raise RefusedError(f"{self.name} is {shapes.describe(value)}: it has no index", self.at)
        return list(range(value.shape[position]))


def axes(thing: object) -> int:
    """Axes of an array or of a recorded quantity, before a single entry becomes a number."""
    return np.ndim(getattr(thing, "value", thing)) if not callable(thing) else 0


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
        signed = [shapes.multiply(as_value(sign), term.value(scene)) for sign, term in self.terms]
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
        for operand, value in zip(self.operands, values, strict=True):
            is_turned = isinstance(operand, Unary) and operand.operation is shapes.transpose
            if is_turned and value.shape[0] == 1:  # many a program would take a row for a column
                raise RefusedError("a function takes a column, not a row", operand.at)
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
    return slope(lambda move: _derived(function, order - 1, [value + move]), 0.0, order - 1)


@dataclass
class Composed(Meaning):
    r"""`(f \\circ g)(x)`, or its derivative, for functions of one variable or of columns."""

    functions: tuple[Symbol, ...]
    operand: Meaning
    primes: int = 0

    def _value(self, scene: Scene) -> Value:
        steps = [one.resolve(scene)[0] for one in reversed(self.functions)]

        def chain(x: Value) -> Value:
            return reduce(lambda value, step: call(step, [value]), steps, x)

        return _derived(chain, self.primes, [self.operand.value(scene)])


@dataclass
class Absolute(Meaning):
    """Absolute value of a number, or the size of a set."""

    operand: Meaning

    def _value(self, scene: Scene) -> Value:
        if isinstance(self.operand, Symbol):
            thing, rest = self.operand.resolve(scene)
            if isinstance(thing, Set) and not rest:
                return as_value(len(thing))
        return np.abs(self.operand.value(scene))


@dataclass
class Primed(Meaning):
    """`f'` by itself: it can be mentioned, and has a value only at an argument."""

    of: Symbol

    def _value(self, _: Scene) -> Value:
        raise RefusedError(f"write the argument of {self.of.name}'")


@dataclass
class Differential(Meaning):
    """`du` by itself: it can be mentioned, and has a value only in a derivative."""

    of: Meaning

    def _value(self, _: Scene) -> Value:
        raise RefusedError("a differential has a value only in a derivative")


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
