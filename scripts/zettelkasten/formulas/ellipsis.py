r"""Dots: `x_0 + \cdots + x_{n-1}`, `J^{(L)} J^{(L-1)} \cdots J^{(1)}`, a matrix by its corners.

The pieces beside the dots must differ in one index. It is varied from the first to the last piece,
by the step between the first two where two are given, else by one towards the last.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import reduce
from typing import Any

import numpy as np

from .meaning import Letter, Meaning, Symbol
from .scene import Scene
from .shapes import RefusedError, Value, as_value, number

DOTS = {r"\cdots", r"\dots", r"\ldots", r"\vdots", r"\ddots"}


@dataclass
class Varied:
    """A piece in which one index runs: `template` with a letter in its place."""

    template: Meaning
    letter: str
    first: Meaning
    last: Meaning
    second: Meaning | None = None

    def scenes(self, scene: Scene) -> list[Scene]:
        """The scene for each value of the index, in order."""
        low, high = (number(end.value(scene), "an index") for end in (self.first, self.last))
        step = 1 if low <= high else -1
        if self.second is not None:
            step = number(self.second.value(scene), "an index") - low
        if step == 0 or (high - low) % step or (high - low) // step < 0:
            message = f"the dots do not lead from {low} to {high} by {step}"
            raise RefusedError(message, self.first.at)
        values = range(low, high + (1 if step > 0 else -1), step)
        return [scene.with_letters(**{self.letter: value}) for value in values]


def vary(first: Meaning, last: Meaning, letter: str, second: Meaning | None = None) -> Varied:
    """The common form of the pieces beside the dots."""
    ends: list[tuple[Meaning, Meaning]] = []
    template = _common(first, last, letter, ends)
    if not ends:
        raise RefusedError("the pieces beside these dots are the same", first.at)
    if any(not same(pair, ends[0]) for pair in ends):
        raise RefusedError("more than one index varies over these dots", first.at)
    middle = None
    if second is not None:
        steps: list[tuple[Meaning, Meaning]] = []
        _common(first, second, letter, steps)
        if len(steps) != len(ends):
            raise RefusedError("the second piece does not fit the first and last", second.at)
        middle = steps[0][1]
    return Varied(template, letter, *ends[0], middle)


def _common(a: Any, b: Any, letter: str, ends: list[tuple[Meaning, Meaning]]) -> Any:
    """The form of two expressions with a letter where an index or layer of a symbol differs."""
    if same(a, b):
        return a
    if isinstance(a, Symbol) and isinstance(b, Symbol) and a.name == b.name:
        if len(a.indices) == len(b.indices) and (a.layer is None) == (b.layer is None):
            one = [_index(i, j, letter, ends) for i, j in zip(a.indices, b.indices, strict=True)]
            layer = a.layer and b.layer and _index(a.layer, b.layer, letter, ends)
            return replace(a, indices=tuple(one), layer=layer)
    elif type(a) is type(b) and isinstance(a, Meaning):
        parts = {
            part.name: _common(getattr(a, part.name), getattr(b, part.name), letter, ends)
            for part in fields(a)
            if part.name != "at"
        }
        return replace(a, **parts)
    elif isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return tuple(_common(one, other, letter, ends) for one, other in zip(a, b, strict=True))
    at = a.at if isinstance(a, Meaning) else -1
    raise RefusedError("the pieces beside these dots differ in more than an index", at)


def _index(a: Meaning, b: Meaning, letter: str, ends: list[tuple[Meaning, Meaning]]) -> Meaning:
    if same(a, b):
        return a
    ends.append((a, b))
    return Letter(a.at, letter)


def same(a: object, b: object) -> bool:
    """Whether two expressions are the same but for their places."""
    if isinstance(a, Meaning):
        return type(a) is type(b) and all(
            same(getattr(a, part.name), getattr(b, part.name))
            for part in fields(a)
            if part.name != "at"
        )
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    return bool(a == b)


@dataclass
class Continued(Meaning):
    """A sum or a product with dots."""

    operation: Callable[[Value, Value], Value]
    varied: Varied

    def _value(self, scene: Scene) -> Value:
        varied = self.varied
        return reduce(self.operation, map(varied.template.value, varied.scenes(scene)))


@dataclass
class Corners(Meaning):
    """A column, row or matrix given by its corners and dots; other written cells must fit."""

    down: Varied | None
    across: Varied | None
    corner: Meaning
    written: tuple[tuple[int, int, Meaning], ...]
    """Cells with their row and column, negative where counted from the end."""

    def _value(self, scene: Scene) -> Value:
        rows = self.down.scenes(scene) if self.down else [scene]
        template = self.down.template if self.down else self.corner
        cells = []
        for row in rows:
            if not self.across:
                cells.append([template.value(row)])
                continue
            columns = self.across.scenes(row)
            both = self._both(template)
            cells.append([both.value(column) for column in columns])
        if any(cell.shape != () for row in cells for cell in row):
            raise RefusedError("a cell of a matrix must be a number")
        matrix = np.array(cells)
        for row, column, cell in self.written:
            if not np.isclose(cell.value(scene), matrix[row, column], rtol=1e-7, atol=1e-11):
                raise RefusedError("this cell does not continue the pattern", cell.at)
        return as_value(matrix)

    def _both(self, down: Meaning) -> Meaning:
        """The entry with both letters: what varies across, put into what varies down."""
        return _merge(down, self.across.template) if self.across else down


def _merge(a: Any, b: Any) -> Any:
    """Two forms of one entry, each with a letter of its own, as one form with both."""
    if same(a, b):
        return a
    if isinstance(a, Letter) and a.letter.startswith("row"):
        return a
    if isinstance(b, Letter) and b.letter.startswith("column"):
        return b
    if isinstance(a, Meaning) and type(a) is type(b):
        parts = {
            part.name: _merge(getattr(a, part.name), getattr(b, part.name))
            for part in fields(a)
            if part.name != "at"
        }
        return replace(a, **parts)
    if isinstance(a, tuple) and isinstance(b, tuple) and len(a) == len(b):
        return tuple(_merge(one, other) for one, other in zip(a, b, strict=True))
    raise RefusedError("the corners of this matrix do not fit together")


def corners(rows: tuple[tuple[Meaning | None, ...], ...], at: int) -> Corners:
    """A matrix with dots, by its corners; `None` stands for dots."""
    first, last = rows[0], rows[-1]
    ends = (first[0], first[-1], last[0])
    if any(end is None for end in ends) or first[0] is None:
        raise RefusedError("the corners of a matrix with dots must be written", at)
    down = vary(first[0], last[0], "row") if len(rows) > 1 and last[0] else None
    across = vary(first[0], first[-1], "column") if len(first) > 1 and first[-1] else None
    return Corners(at, down, across, first[0], tuple(_written(rows)))


def _written(rows: tuple[tuple[Meaning | None, ...], ...]) -> Iterator[tuple[int, int, Meaning]]:
    """Written cells; those behind dots are counted from the end."""
    dotted_rows = [place for place, row in enumerate(rows) if row[0] is None]
    dotted_columns = [place for place, cell in enumerate(rows[0]) if cell is None]
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if cell is not None:
                yield (
                    i - len(rows) if dotted_rows and i > dotted_rows[-1] else i,
                    j - len(row) if dotted_columns and j > dotted_columns[-1] else j,
                    cell,
                )
