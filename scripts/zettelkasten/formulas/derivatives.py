"""Derivatives by intervention: nudge one quantity, replay what follows, see what moved."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import numpy as np

from . import shapes
from .meaning import Meaning, Symbol, call
from .scene import Scene, family, is_recorded, slope
from .shapes import RefusedError, Value, as_value, number


@dataclass
class Repeated(Meaning):
    r"""`\\frac{d^k f}{dx^k}`: a derivative whose order is an expression."""

    of: Meaning
    by: Symbol
    order: Meaning

    def _value(self, scene: Scene) -> Value:
        nested = self.of
        for _ in range(number(self.order.value(scene), "the order of a derivative")):
            nested = Derivative(self.at, nested, self.by)
        return nested.value(replace(scene, takes_bare_functions=True))


@dataclass
class Derivative(Meaning):
    """How an expression moves when a symbol is nudged and all that follows is replayed."""

    of: Meaning
    by: Symbol

    def _value(self, scene: Scene) -> Value:
        thing, rest = self.by.resolve(scene)
        if isinstance(self.of, Symbol):
            step, left = self.of.resolve(scene)
            if isinstance(step, tuple):
                return self._local(step, left, thing, rest, scene)
            if is_recorded(step) and not is_recorded(thing):
                raise RefusedError(
                    f"{self.by.name} is not recorded, so {self.of.name} cannot follow it",
                    self.by.at,
                )
        if not is_recorded(thing) and (self.by.layer is not None or family(thing) is not None):
            raise RefusedError(
                f"{self.by.name} is not recorded, so it cannot be nudged", self.by.at
            )
        raw = scene.raw(thing) if is_recorded(thing) else np.asarray(thing, dtype=float)
        if rest:
            self.by.entry(as_value(raw), rest, scene)
            place = tuple(number(i.value(scene), "an index") for i in rest)
            return self._moved(thing, raw, _position(raw, place), scene)
        slopes = [self._moved(thing, raw, place, scene) for place in np.ndindex(raw.shape)]
        shape = as_value(raw).shape
        if shape == ():
            return slopes[0]
        if slopes[0].shape == ():
            return np.array(slopes).reshape(shape)
        if shape[1] == 1 and all(slope.shape[1] == 1 for slope in slopes):
            return np.hstack(slopes)
        raise RefusedError("only numbers and columns have a derivative by a column or matrix here")

    def _moved(
        self,
        thing: Any,
        raw: np.ndarray,
        place: tuple[int, ...],
        scene: Scene,
    ) -> Value:
        bare = replace(scene, takes_bare_functions=True)

        def moved(entry: complex) -> Value:
            nudged = np.array(raw, dtype=complex if isinstance(entry, complex) else float)
            nudged[place] = entry
            if is_recorded(thing):
                return self.of.value(bare.changed(thing, nudged))
            return self.of.value(bare.with_name(self.by.name, nudged))

        return slope(moved, float(raw[place]), orders(self.of))

    def _local(
        self,
        step: tuple[Callable[..., Any], list[Any]],
        left: tuple[Meaning, ...],
        thing: Any,
        rest: tuple[Meaning, ...],
        scene: Scene,
    ) -> Value:
        """Local partial of one recorded step, given as its function and its operands."""
        function, operands = step
        values = [float(scene.raw(operand)) for operand in operands]
        if left or rest:
            raise RefusedError("a step and its operands are numbers here")

        def along(place: int) -> Value:
            def moved(entry: complex) -> Value:
                return call(
                    function, [as_value(v) for v in (*values[:place], entry, *values[place + 1 :])]
                )

            return slope(moved, values[place])

        places = [place for place, operand in enumerate(operands) if operand is thing]
        return reduce(shapes.add, map(along, places), as_value(0.0))


def orders(side: object) -> int:
    """How many derivatives stand inside each other: noise grows with every one."""
    if isinstance(side, Meaning):
        own = isinstance(side, Derivative) + getattr(side, "primes", 0)
        own += side.order if isinstance(side, Gradient) else 2 * isinstance(side, Repeated)
        return own + max(map(orders, vars(side).values()), default=0)
    return max(map(orders, side), default=0) if isinstance(side, tuple | list) else 0


def _position(raw: np.ndarray, place: tuple[int, ...]) -> tuple[int, ...]:
    """Where an entry stands in an array of its own shape, flat or column."""
    return place if raw.ndim == len(place) else (*place, 0)


@dataclass
class Gradient(Meaning):
    r"""`\\nabla f(x)`: slopes of a function along its argument, in its shape; order 2: Hessian."""

    function: Symbol
    operand: Meaning
    order: int = 1

    def _value(self, scene: Scene) -> Value:
        thing, rest = self.function.resolve(scene)
        point = self.operand.value(scene)

        def function(x: Value) -> Value:
            return self.function.entry(call(thing, [x]), rest, scene)

        if self.order == 1:
            return _gradient(function, point)
        if self.order > 2 or (point.shape and point.shape[1] != 1):
            raise RefusedError(r"\nabla^2 is the Hessian of a function of a number or a column")
        columns = [
            slope(lambda move, unit=unit: _gradient(function, point + move * unit), 0.0, 1)
            for unit in _units(point)
        ]
        return np.hstack(columns) if point.shape else columns[0]


def _units(point: Value) -> list[Value]:
    """Arrays in the shape of a point that are 1 at one entry."""
    return list(np.eye(point.size).reshape(point.size, *point.shape))


def _gradient(function: Callable[..., Any], point: Value) -> Value:
    slopes = np.empty(point.shape)
    for place, unit in zip(np.ndindex(point.shape), _units(point), strict=True):

        def moved(entry: complex, unit: Value = unit, at: float = float(point[place])) -> Value:
            return call(function, [point + (entry - at) * unit])

        slopes[place] = slope(moved, float(point[place]))
    return slopes
