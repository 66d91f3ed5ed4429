"""Relations that claim nothing: conditions of a case, a sum or a clause, true or false."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from .meaning import Meaning, Symbol
from .scene import Scene
from .shapes import RefusedError, Value, as_value

_RELATIONS: dict[str, Callable[[Value, Value], Any]] = {
    "<": np.less,
    ">": np.greater,
    "≤": np.less_equal,
    "≥": np.greater_equal,
    "=": np.isclose,
    "≠": lambda a, b: ~np.isclose(a, b),
}


@dataclass
class Condition(Meaning):
    """A chain of relations, such as `0 < i ≠ j`; as a value, 1 where it holds and else 0."""

    sides: tuple[Meaning, ...]
    relations: tuple[str, ...]

    def holds(self, scene: Scene) -> bool:
        """Whether all of it is true."""
        steps = zip(pairwise(self.sides), self.relations, strict=True)
        return all(self._holds(a, relation, b, scene) for (a, b), relation in steps)

    def _holds(self, left: Meaning, relation: str, right: Meaning, scene: Scene) -> bool:
        if relation == "∈":
            if not isinstance(right, Symbol):
                raise RefusedError("only a set of the note has members", right.at)
            return float(left.value(scene)) in right.members(scene)
        if relation not in _RELATIONS:
            raise RefusedError(f"{relation} is no condition", left.at)
        return bool(np.all(_RELATIONS[relation](left.value(scene), right.value(scene))))

    def _value(self, scene: Scene) -> Value:
        return as_value(float(self.holds(scene)))
