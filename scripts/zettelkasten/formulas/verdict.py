"""Does a formula hold? Its relations, evaluated for every draw and every index."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Literal

import numpy as np

from . import tree
from .grammar import FormulaSyntaxError, parse
from .meaning import Meaning, Symbol, agreed
from .naming import single_name
from .reading import Reader
from .scene import Draw, Scene, family, is_recorded, slope
from .shapes import RefusedError, Value, describe
from .sides import differ, is_bare_sign, is_zero, mentions, orders, printed, same_tree, show

Status = Literal[
    "identity", "definition", "value", "update", "approximation", "bound", "mention", "schematic"
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
}
RELATIVE = 1e-7
"""Largest relative difference of two sides that are equal."""
UPDATED = r" \leftarrow"
"""Ends the name under which a snippet gives the new value of an updated symbol."""
DUAL = r"\varepsilon"
"""The dual unit, where a snippet gives it the value `DUAL_UNIT`: sides agree up to its square."""
DUAL_UNIT = "dual unit"
TIGHT = r"\le"
"""The name under which it gives the symbols at which a bound is reached."""


@dataclass(frozen=True)
class Verdict:
    """What came of checking one formula."""

    status: Status
    verdict: Literal["holds", "fails", "refused"]
    comparisons: int = 0
    error: float = 0.0
    """Largest difference seen between sides that hold, relative to their size where above 1."""
    reason: str = ""
    at: int = 0
    used: frozenset[str] = frozenset()


class _FailureError(Exception):
    """Two sides that differ, with what they are and where."""

    def __init__(self, message: str, at: int) -> None:
        super().__init__(message)
        self.at = at


@dataclass
class _Count:
    comparisons: int = 0
    error: float = 0.0
    statuses: tuple[Status, ...] = ()


def judge(latex: str, draws: Sequence[Mapping[str, Any]], examples: int = 1) -> Verdict:
    """Check one formula. The first `examples` draws are worked examples, the others random.

    A side that is a printed number must be right in one of the worked examples; all else must hold
    in every draw.
    """
    count = _Count()
    reader = _reader(draws[0])
    verdict = _judge(latex, draws, examples, reader, count)
    return replace(verdict, used=frozenset(reader.used))


def _judge(
    latex: str, draws: Sequence[Mapping[str, Any]], examples: int, reader: Reader, count: _Count
) -> Verdict:
    try:
        formula = parse(latex)
        numbered = [Draw(i, table) for i, table in enumerate(draws)]
        claims = _Claims(formula, reader, numbered, examples)
        with np.errstate(all="ignore"):  # what is not finite is refused below
            claims.check(count)
    except FormulaSyntaxError as error:
        return Verdict(_status(count), "refused", reason=str(error), at=error.offset)
    except RefusedError as error:
        status = _status(count)
        return Verdict(status, "refused", reason=str(error), at=max(error.at, 0))
    except (TypeError, ValueError, ArithmeticError, LookupError) as error:
        what = f"{type(error).__name__}: {error}"
        return Verdict(_status(count), "refused", reason=f"the snippet cannot compute it: {what}")
    except _FailureError as failure:
        status = _status(count)
        return Verdict(status, "fails", count.comparisons, reason=str(failure), at=failure.at)
    return Verdict(_status(count), "holds", count.comparisons, count.error)


def _status(count: _Count) -> Status:
    return count.statuses[-1] if count.statuses else "mention"


def _reader(table: Mapping[str, Any]) -> Reader:
    names = {name for name in table if not name.endswith(UPDATED) and name != TIGHT}
    functions = {name for name in names if _is_function(_any_member(table[name]))}
    families = {name for name in names if family(table[name]) is not None}
    matrices = {name for name in names if _is_matrix(_any_member(table[name]))}
    return Reader(*map(frozenset, (names, functions, families, matrices)))


def _is_function(thing: object) -> bool:
    return callable(thing[0] if isinstance(thing, tuple) and thing else thing)


def _is_matrix(thing: object) -> bool:
    value = thing.value if is_recorded(thing) else thing
    return isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[1] > 1


def _any_member(thing: object) -> object:
    members = family(thing)
    return _any_member(next(iter(members.values()))) if members else thing


class _Claims:
    """The statements of a formula, read, with the conditions on them."""

    def __init__(
        self, formula: tree.Formula, reader: Reader, draws: list[Draw], examples: int
    ) -> None:
        self._reader, self._draws, self._examples = reader, draws, examples
        self._definitions: dict[str, Meaning] = {}
        self._conditions: list[tuple[Meaning, str, Meaning]] = []
        self._among: dict[str, Symbol] = {}
        self._limit: str | None = None
        claims = list(formula.statements)
        for clause in formula.clauses:
            for statement in clause.items.parts:
                if clause.word == "limit":
                    self._limit = _limit(statement)
                elif clause.word != "where":
                    self._add_condition(statement)
                elif (name := single_name(statement.sides[0])) and name not in reader.names:
                    self._definitions[name] = reader.sum(statement.sides[1])
                    reader.names |= {name}
                else:
                    claims.append(statement)
        self._statements = [
            (statement, [self._side(statement, i) for i in range(len(statement.sides))])
            for statement in claims
            if not is_bare_sign(statement)
        ]

    def _side(self, statement: tree.Statement, place: int) -> Meaning:
        if place == 0 and statement.relations[:1] == ("←",):
            read = self._reader.sum(statement.sides[0])
            if not isinstance(read, Symbol):
                raise RefusedError("only a symbol is updated", statement.at)
            return replace(read, name=read.name + UPDATED)
        return self._reader.sum(statement.sides[place])

    def _add_condition(self, statement: tree.Statement) -> None:
        if statement.relations == ("∈",):
            letter, among = single_name(statement.sides[0]), self._reader.sum(statement.sides[1])
            if letter is None or not isinstance(among, Symbol):
                raise RefusedError("an index is in a set of the note", statement.at)
            self._among[letter] = among
            return
        sides = [self._reader.sum(side) for side in statement.sides]
        for (left, right), relation in zip(pairwise(sides), statement.relations, strict=True):
            self._conditions.append((left, relation, right))

    # Checking

    def check(self, count: _Count) -> None:
        """Compare all sides. Raises `RefusedError` or `_FailureError`."""
        for statement, sides in self._statements:
            for place, relation in enumerate(statement.relations):
                status = STATUS.get(relation)
                if status is None:
                    raise RefusedError(f"{relation} claims nothing here", statement.places[place])
                left, right = sides[place], sides[place + 1]
                if same_tree(statement.sides[place], statement.sides[place + 1]):
                    raise RefusedError("both sides are the same", statement.places[place])
                if status in {"identity", "approximation"} and self._is_value(left, right):
                    status = "value"
                count.statuses += (status,)
                before = count.comparisons
                self._compare(left, relation, right, status, statement.places[place], count)
                if count.comparisons == before:
                    raise RefusedError("there was nothing to compare", statement.places[place])

    def _is_value(self, left: Meaning, right: Meaning) -> bool:
        """Whether a side is a printed number that is right at a point, and not everywhere."""
        places = printed(left) if printed(left) is not None else printed(right)
        if places is None:
            return False
        return places > 0 or not self._is_everywhere(left, right)

    def _is_everywhere(self, left: Meaning, right: Meaning) -> bool:
        try:
            for draw in self._draws:
                for instance in self._instances(Scene(draw, names=self._definitions)):
                    self._compare_once(left, "=", right, "identity", 0, instance, _Count())
        except (_FailureError, RefusedError):
            return False
        return True

    def _compare(
        self,
        left: Meaning,
        relation: str,
        right: Meaning,
        status: Status,
        at: int,
        count: _Count,
    ) -> None:
        if status == "value":
            self._compare_values(left, relation, right, at, count)
            return
        for draw in self._draws:
            for instance in self._instances(Scene(draw, names=self._definitions)):
                self._compare_once(left, relation, right, status, at, instance, count)
        if status == "bound":
            self._reached(left, right, at)

    def _compare_values(
        self, left: Meaning, relation: str, right: Meaning, at: int, count: _Count
    ) -> None:
        """A printed number must be right in one of the worked examples, whichever it is."""
        failures = []
        for draw in self._draws[: self._examples]:
            try:
                for instance in self._instances(Scene(draw, names=self._definitions)):
                    self._compare_once(left, relation, right, "value", at, instance, count)
            except _FailureError as failure:
                failures.append(failure)
            else:
                return
        raise failures[0]

    def _compare_once(
        self,
        left: Meaning,
        relation: str,
        right: Meaning,
        status: Status,
        at: int,
        scene: Scene,
        count: _Count,
    ) -> None:
        dual = mentions(left, DUAL) or mentions(right, DUAL)
        a, b = _value(left, scene, dual=dual), _value(right, scene, dual=dual)
        if status == "approximation":
            count.comparisons += 1
            self._vanishes(left, right, scene, at)
            return
        if a.shape != b.shape and not is_zero(left) and not is_zero(right):
            raise RefusedError(f"{describe(a)} on the left, {describe(b)} on the right", at)
        count.comparisons += max(a.size, b.size)
        if status == "bound":
            slack = RELATIVE * (1 + abs(a) + abs(b))
            low, high = (a, b) if relation in {"≤", "<"} else (b, a)
            if not np.all(low <= high + slack):
                raise _FailureError(differ(a, relation, b, scene), at)
            return
        if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
            raise RefusedError("a side is not finite", at)
        tolerance = printed(left) if printed(left) is not None else printed(right)
        error = float(np.max(np.abs(a - b)))
        scale = float(max(np.max(np.abs(a)), np.max(np.abs(b)), 1e-12))
        noise = 1e-7 if orders(left) > 1 or orders(right) > 1 else 1e-11
        if error > (tolerance if tolerance else max(RELATIVE * scale, noise)):
            raise _FailureError(differ(a, relation, b, scene), at)
        count.error = max(count.error, error / max(scale, 1.0))

    def _instances(self, scene: Scene) -> Iterator[Scene]:
        """The scene for every value of the free index letters that the conditions allow."""
        letters = sorted(self._reader.free, key=lambda letter: letter not in self._reader.layers)
        yield from self._assign(letters, scene)

    def _assign(self, letters: list[str], scene: Scene) -> Iterator[Scene]:
        if not letters:
            if all(_holds(a, relation, b, scene) for a, relation, b in self._conditions):
                yield scene
            return
        for i in self._range(letters[0], scene):
            yield from self._assign(letters[1:], scene.with_letters(**{letters[0]: i}))

    def _range(self, letter: str, scene: Scene) -> list[int]:
        if letter in self._reader.layers:
            if not scene.knows("L"):
                raise RefusedError("the number of layers L is no symbol of this note", 0)
            self._reader.used.add("L")
            return list(range(1, int(scene.thing("L")) + 1))
        if letter in self._among:
            members, _ = self._among[letter].resolve(scene)
            return sorted(members)
        uses = self._reader.free[letter]
        if not uses:
            raise RefusedError(f"{letter} is no symbol of this note, and indexes nothing here", 0)
        ranges = [symbol.range_of(place, scene) for symbol, place in uses]
        return agreed(letter, ranges, uses[0][0].at)

    # Approximations and bounds

    def _vanishes(self, left: Meaning, right: Meaning, scene: Scene, at: int) -> None:
        """The difference must vanish with the limit, faster than what both sides keep of it."""
        name = self._limit
        if name is None or not scene.knows(name):
            raise RefusedError(r"say in which limit, as in \quad (h \to 0)", at)
        start = float(scene.read(scene.thing(name)))
        steps = [start / 2**i for i in range(4)]
        gaps = [
            float(
                np.max(
                    np.abs(
                        left.value(scene.with_name(name, h)) - right.value(scene.with_name(name, h))
                    )
                )
            )
            for h in steps
        ]
        order = 1 if mentions(left, name) and mentions(right, name) else 0
        shrinks = [
            later <= earlier * 0.75 / 2**order or later < 1e-9 for earlier, later in pairwise(gaps)
        ]
        if not all(shrinks):
            raise _FailureError(
                f"the difference is {gaps[0]:.4g} at {name} = {steps[0]:.4g} and "
                f"{gaps[-1]:.4g} at {steps[-1]:.4g}: it does not vanish as it should",
                at,
            )

    def _reached(self, left: Meaning, right: Meaning, at: int) -> None:
        """A bound must be reached where the snippet says so."""
        for draw in self._draws:
            if TIGHT not in draw.table:
                raise RefusedError(f"give under {TIGHT} the symbols at which it is reached", at)
            for scene in self._instances(Scene(draw, names=self._definitions)):
                tight = replace(scene, names={**scene.names, **draw.table[TIGHT]})
                a, b = left.value(tight), right.value(tight)
                if float(np.max(np.abs(a - b))) > 1e-5 * float(np.max(np.abs(b))):
                    raise _FailureError(f"not reached: {show(a)} against {show(b)}", at)


def _value(side: Meaning, scene: Scene, *, dual: bool) -> Value:
    """A side's value; where the dual unit stands, its real part and its coefficient of the unit."""
    unit = scene.draw.table.get(DUAL)
    if not dual or not isinstance(unit, str) or unit != DUAL_UNIT:
        return side.value(scene)

    def at(unit: complex) -> Value:
        return side.value(scene.with_name(DUAL, np.asarray(unit)))

    return np.vstack([at(0.0), slope(at, 0.0, scene.step)])


def _limit(statement: tree.Statement) -> str | None:
    """The symbol that goes to zero."""
    name = single_name(statement.sides[0])
    if statement.relations != ("→",) or not _is_zero_tree(statement.sides[1]):
        raise RefusedError(r"a limit is at zero here, as in \quad (h \to 0)", statement.at)
    return name


def _is_zero_tree(side: tree.Sum) -> bool:
    factors = side.terms[0][1].factors
    return len(factors) == 1 and isinstance(factors[0], tree.Number) and factors[0].text == "0"


def _holds(left: Meaning, relation: str, right: Meaning, scene: Scene) -> bool:
    a, b = left.value(scene), right.value(scene)
    relations: dict[str, Callable[[Value, Value], Any]] = {
        "<": np.less,
        ">": np.greater,
        "≤": np.less_equal,
        "≥": np.greater_equal,
        "=": np.isclose,
        "≠": lambda a, b: ~np.isclose(a, b),
    }
    if relation not in relations:
        raise RefusedError(f"{relation} is no condition", left.at)
    return bool(np.all(relations[relation](a, b)))
