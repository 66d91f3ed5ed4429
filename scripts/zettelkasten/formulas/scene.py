"""Where a formula is evaluated: one draw of the note's symbols, with what was put in their place.

The symbols come from the snippet's own run. Quantities that it computed are recorded, so a
derivative is found by putting another value in the place of one and replaying what follows; no
backward code takes part.
"""

import inspect
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from .shapes import Value, as_value

OFFSETS = (-2.0, -1.0, 1.0, 2.0)
TINY = 1e-30
STEPS = (1e-3, 2e-3, 1e-2)
"""Steps of a derivative, of one around it, and further out, where the noise has grown."""
WEIGHTS = (1 / 12, -8 / 12, 8 / 12, -1 / 12)
"""Five-point central difference: exact for polynomials of degree four."""


def is_recorded(thing: object) -> bool:
    """Whether a thing is a quantity on a Wengert list: it has a value, a number and a list."""
    return hasattr(thing, "list") and hasattr(thing, "number") and hasattr(thing, "value")


@dataclass(frozen=True)
class Draw:
    """The note's symbols with the values of one run of its snippet; number 0 is the example."""

    number: int
    table: Mapping[str, Any]
    replays: dict[Any, Any] = field(default_factory=dict)
    """Replayed lists by what was changed, so that each change is replayed once."""


@dataclass(frozen=True)
class Scene:
    """A draw, the values of index letters, and what was put in the place of recorded quantities."""

    draw: Draw
    letters: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, Any] = field(default_factory=dict)
    """Symbols defined by the formula itself, or given another value for a derivative."""
    changes: tuple[tuple[Any, bytes, str], ...] = ()
    values: Mapping[Any, Value] = field(default_factory=dict)
    """Values after the changes, for every quantity on the changed list."""
    takes_bare_functions: bool = False
    """Whether a function may stand without its argument: under a derivative, or at a place."""

    def knows(self, name: str) -> bool:
        """Whether a symbol has a meaning here."""
        return name in self.names or name in self.draw.table

    def thing(self, name: str) -> Any:
        """What a symbol stands for: a value, a recorded quantity, a function, or a family."""
        return self.names[name] if name in self.names else self.draw.table[name]

    def read(self, thing: object) -> Value:
        """The value of a number, an array, or a recorded quantity after the changes."""
        if is_recorded(thing):
            return as_value(self.raw(thing))
        return as_value(thing)

    def raw(self, recorded: Any) -> np.ndarray:
        """A recorded quantity's array in its own shape, after the changes."""
        if recorded.list in self.values:
            return np.asarray(self.values[recorded.list][recorded.number])
        return np.asarray(recorded.value)

    def with_letters(self, **letters: int) -> "Scene":
        """The same with more index letters given."""
        return replace(self, letters={**self.letters, **letters})

    def with_name(self, name: str, value: object) -> "Scene":
        """The same with another meaning for one symbol."""
        return self.with_names({name: value})

    def with_names(self, names: Mapping[str, Any]) -> "Scene":
        """The same with other meanings for some symbols."""
        return replace(self, names={**self.names, **names})

    def changed(self, recorded: Any, value: np.ndarray) -> "Scene":
        """The same after another value was put in the place of a recorded quantity."""
        changes = (*self.changes, (recorded, value.tobytes(), value.dtype.str))
        replays = self.draw.replays
        if changes not in replays:
            arrays = {
                one: np.frombuffer(data, dtype=kind).reshape(np.shape(one.value))
                for one, data, kind in changes
                if one.list is recorded.list
            }
            replays[changes] = recorded.list.replay(arrays)
        values = {**self.values, recorded.list: replays[changes]}
        return replace(self, changes=changes, values=values)


def slope(f: Callable[[complex], Value], at: float, inside: int = 0) -> Value:
    """Derivative of a function of one number, in which `inside` derivatives stand already.

    By the complex step, good to the last digit, where a central difference agrees with it. Else,
    and around another derivative, by a five-point difference, good to about ten digits.
    """
    h = STEPS[min(inside, 2)] * max(1.0, abs(at))
    if inside:
        return _difference(f, at, h)
    try:
        finer = np.imag(f(at + 1j * TINY)) / TINY
    except (TypeError, ValueError):  # a function that takes no complex numbers
        return _difference(f, at, h)
    for smaller in (h, h / 10, h / 100):  # a function may bend within a step
        rough = (f(at + smaller) - f(at - smaller)) / (2 * smaller)
        if np.allclose(finer, rough, rtol=1e-4, atol=1e-8):
            return finer
    return _difference(f, at, h)


def _difference(f: Callable[[complex], Value], at: float, h: float) -> Value:
    return sum(w * f(at + o * h) for o, w in zip(OFFSETS, WEIGHTS, strict=True)) / h


def arguments(function: Callable[..., Any]) -> list[str]:
    """The symbols that a function takes: the names of its parameters without a default."""
    parameters = inspect.signature(function).parameters.values()
    return [one.name for one in parameters if one.default is one.empty]


def family(thing: object) -> Mapping[int, Any] | None:
    """A family of things by number (layers, samples, steps), if a thing is one."""
    if isinstance(thing, Mapping):
        return thing
    if isinstance(thing, Sequence) and not isinstance(thing, str | tuple):
        return dict(enumerate(thing))
    return None
