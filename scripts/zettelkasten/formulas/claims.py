"""The statements of a formula with the conditions on them, checked in every draw at every index."""

from collections.abc import Iterator
from dataclasses import replace

from . import relations, tree
from .conditions import Condition
from .derivatives import Gradient
from .meaning import Call, Constant, Meaning, Sum, Symbol
from .naming import factors_of, single_name, split_above, unscripted
from .ranges import agreed
from .reading import Reader
from .reading_operators import approach, condition, spelled_range
from .relations import STATUS, Approach, Count, FailureError, Pair
from .scene import Draw, Scene
from .shapes import RefusedError, number
from .sides import is_bare_sign, mentioned, mentioned_letters, printed
from .tree import same_tree

UPDATED = r" \leftarrow"
"""Ends the name under which a snippet gives the new value of an updated symbol."""
REALS = r"\mathbb{R}"


class Claims:
    """What a formula claims. Raises `RefusedError` for what has no meaning."""

    def __init__(
        self, formula: tree.Formula, reader: Reader, draws: list[Draw], examples: int
    ) -> None:
        self._reader, self._draws, self._examples = reader, draws, examples
        self._definitions: dict[str, Meaning] = {}
        self._defined: dict[str, tree.Sum] = {}
        self._updated: list[str] = []
        self._conditions: list[Condition] = []
        self._among: dict[str, Symbol] = {}
        self._spelled: dict[str, tuple[Meaning, Meaning]] = {}
        self._restricted: set[str] = set()
        self._approach: Approach | None = None
        whole = len(formula.statements) == 1 and not formula.clauses
        self._statements = [one for one in formula.statements if not (whole and is_bare_sign(one))]
        for clause in formula.clauses:
            self._read_clause(clause)
        if spelled := spelled_range(tree.Items(formula.at, formula.statements)):
            self._add_range(*spelled)  # `l = 1, \dots, L` by itself names a range
            self._statements = []
        claims = any(statement.relations for statement in self._statements)
        for statement in self._statements:
            if not statement.relations:
                reader.mention(statement.sides[0])
                if claims:
                    raise RefusedError("this part claims nothing", statement.at)

    # Reading

    def _read_clause(self, clause: tree.Clause) -> None:
        if clause.word == "limit":
            self._approach = Approach(*approach(self._reader, clause.items.parts[0]))
        elif clause.word in {"where", "with"}:
            for statement in clause.items.parts:
                self._define(statement)
        elif spelled := spelled_range(clause.items):
            self._add_range(*spelled)
        else:
            for statement in clause.items.parts:
                self._restrict(statement)

    def _define(self, statement: tree.Statement) -> None:
        name = single_name(statement.sides[0])
        if statement.relations not in {("=",), (":=",)} or not name or name in self._reader.names:
            self._statements.append(statement)
            return
        self._definitions[name] = self._reader.sum(statement.sides[1])
        self._defined[name] = statement.sides[1]
        self._reader.names |= {name}

    def _add_range(self, letter: str, low: tree.Sum, high: tree.Sum) -> None:
        self._spelled[letter] = self._reader.sum(low), self._reader.sum(high)

    def _restrict(self, statement: tree.Statement) -> None:
        if statement.relations == ("∈",):
            letter, among = single_name(statement.sides[0]), self._reader.sum(statement.sides[1])
            is_index = letter is not None and self._reader.is_index(letter)
            if not is_index or not isinstance(among, Symbol):
                raise RefusedError("an index is in a set of the note", statement.at)
            self._among[letter] = among
        elif statement.relations:
            self._conditions.append(condition(self._reader, statement))
            self._restricted |= {name for side in statement.sides if (name := single_name(side))}
        elif not self._reader.is_index(single_name(statement.sides[0]) or ""):
            # `for all j` adds nothing, and anything else is no condition.
            raise RefusedError("a condition needs a relation", statement.at)

    # Checking

    def check(self, count: Count) -> None:
        """Compare all sides. Raises `RefusedError` or `FailureError`."""
        for statement in self._statements:
            if statement.relations:
                before = count.comparisons
                self._check(statement, count)
                if count.comparisons == before:
                    raise RefusedError("there was nothing to compare", statement.places[0])
        idle = (self._spelled.keys() | self._among.keys()) - self._reader.free.keys()
        if idle and self._statements:
            raise RefusedError(f"nothing in this formula has the index {min(idle)}")
        unreached = [case for case in self._reader.cases if len(case.reached) < len(case.rows)]
        if unreached and count.comparisons:
            raise RefusedError("one of these cases is reached in no draw", unreached[0].at)

    def _check(self, statement: tree.Statement, count: Count) -> None:
        if statement.relations in {("∈",), (":", "→")}:
            self._check_shape(statement, count)
            return
        if any(_order(side) for side in statement.sides):
            self._check_order(statement, count)
            return
        sides = [self._side(statement, place) for place in range(len(statement.sides))]
        for place, relation in enumerate(statement.relations):
            at = statement.places[place]
            if STATUS.get(relation, "shape") == "shape":
                raise RefusedError(f"{relation} claims nothing here", at)
            if relation == "←" and (place or len(sides) > 2):
                raise RefusedError("an update is a statement of its own", at)
            if relation == ":=" and not _is_definable(sides[place]):
                raise RefusedError("only a symbol is defined", at)
            if self._are_same(statement.sides[place], statement.sides[place + 1]):
                raise RefusedError("both sides are the same", at)
            before = count.comparisons
            self._compare(Pair(sides[place], relation, sides[place + 1], at), count)
            if count.comparisons == before:
                raise RefusedError("there was nothing to compare", at)
            if self._approach and STATUS[relation] != "approximation" and len(sides) == 2:
                raise RefusedError(r"a limit belongs to \approx or to O(…)", at)
            if relation == "←":
                self._updated.append(single_name(statement.sides[0]) or "")

    def _are_same(self, left: tree.Sum, right: tree.Sum) -> bool:
        """Whether two sides are one expression, or a symbol and its own definition."""
        pairs = ((left, right), (right, left))
        given = (same_tree(self._defined.get(single_name(a) or ""), b) for a, b in pairs)
        return same_tree(left, right) or any(given)

    def _side(self, statement: tree.Statement, place: int) -> Meaning:
        read = self._reader.sum(statement.sides[place])
        if place == 0 and statement.relations[:1] == ("←",):
            if not isinstance(read, Symbol):
                raise RefusedError("only a symbol is updated", statement.at)
            return replace(read, name=read.name + UPDATED)
        return read

    def _compare(self, pair: Pair, count: Count) -> None:
        status = STATUS[pair.relation]
        if status in {"identity", "approximation"} and self._is_value(pair):
            status = "value"
        count.statuses += (status,)
        if status == "value":
            self._compare_value(pair, count)
            return
        for scene in self._scenes():
            if status == "approximation":
                pair.vanishes(scene, self._approach, count)
            elif status == "bound":
                pair.bounded(scene, count)
            else:
                pair.equal(scene, count)
        if status == "bound":
            pair.reached(list(self._scenes()), self._steps())

    def _steps(self) -> set[str]:
        """Free letters that count layers or steps, and do not enter an array."""
        members = {
            letter
            for letter, uses in self._reader.free.items()
            if uses
            and all(place == 0 and symbol.name in self._reader.families for symbol, place in uses)
        }
        return members | (self._reader.layers & self._reader.free.keys())

    def _is_value(self, pair: Pair) -> bool:
        """Whether a side is a printed number that is right at a point, and not everywhere."""
        places = printed(pair.left) if printed(pair.left) is not None else printed(pair.right)
        if places is None:
            return False
        return places > 0 or not (self._reader.free or self._is_everywhere(pair))

    def _is_everywhere(self, pair: Pair) -> bool:
        try:
            for scene in self._scenes():
                pair.equal(scene, Count())
        except (FailureError, RefusedError):
            return False
        return True

    def _compare_value(self, pair: Pair, count: Count) -> None:
        """A printed number must be right in one of the worked examples, whichever it is."""
        failures = []
        for draw in self._draws[: self._examples]:
            try:
                for scene in self._instances(draw):
                    pair.equal(scene, count)
            except FailureError as failure:
                failures.append(failure)
            else:
                return
        raise failures[0]

    def _check_order(self, statement: tree.Statement, count: Count) -> None:
        r"""`f(x) = … + O(h^2)`: what is between the sides, against what stands in the brackets."""
        if statement.relations != ("=",):
            raise RefusedError(r"O(…) stands in an equation of two sides", statement.at)
        terms: list[tuple[int, Meaning]] = []
        order = None
        for sign, side in zip((1, -1), statement.sides, strict=True):
            for own, term in side.terms:
                if inside := _inside_order(term):
                    if order is not None:
                        raise RefusedError("O(…) stands once in an equation", term.at)
                    order = self._reader.statement_value(inside.parts[0])
                else:
                    terms.append((sign * own, self._reader.term(term.factors)))
        if order is None or not terms:
            raise RefusedError(r"O(…) is a term of one side", statement.at)
        count.statuses += ("asymptotic",)
        gap = Sum(statement.at, tuple(terms))
        way = self._approach or self._implied(order, statement.places[0])
        for scene in self._scenes():
            relations.asymptotic(gap, order, way, scene, statement.places[0], count)

    def _implied(self, order: Meaning, at: int) -> Approach:
        """Where no limit is written: a small number goes to zero, a whole one to infinity."""
        names = sorted(mentioned(order))
        if len(names) != 1:
            raise RefusedError(r"say in which limit, as in \quad (h \to 0)", at)
        thing = self._draws[0].table[names[0]]
        is_whole = isinstance(thing, int)
        return Approach(names[0], None if is_whole else Constant(at, 0.0, "0"))

    def _check_shape(self, statement: tree.Statement, count: Count) -> None:
        r"""`x \in \mathbb{R}^n` and `f: \mathbb{R}^n \to \mathbb{R}^m`."""
        symbol = self._reader.sum(statement.sides[0])
        at = statement.places[0]
        if not isinstance(symbol, Symbol):
            raise RefusedError("only a symbol is in a space", statement.at)
        spaces = [self._sizes(side, at) for side in statement.sides[1:]]
        count.statuses += ("shape",)
        for scene in self._scenes():
            if len(spaces) == 2:
                relations.maps(symbol, *spaces, scene, at)
            else:
                relations.has_shape(symbol, spaces[0], scene, at)
            count.comparisons += 1

    def _sizes(self, space: tree.Sum, at: int) -> tuple[Meaning, ...]:
        ((sign, term), *more) = space.terms
        base, scripts = unscripted(term.factors[0])
        alone = sign == len(term.factors) == 1 and not more and not scripts.below
        if getattr(base, "text", "") != REALS or not alone:
            raise RefusedError(r"a space is written \mathbb{R}^n or \mathbb{R}^{m \times n}", at)
        if not scripts.above:
            return (Constant(at, 1.0, "1"),)
        row: list[tree.Node] = []
        sizes = []
        powers, layer = split_above(scripts)
        factors = factors_of(scripts.above[0]) or tuple(powers)
        if layer is not None:
            raise RefusedError("the size of a space is a product of numbers", at)
        for factor in (*factors, tree.Infix(at, "×")):
            if isinstance(factor, tree.Infix) and factor.text == "×":
                sizes.append(self._reader.term(row))
                row = []
            else:
                row.append(factor)
        return tuple(sizes)

    # Scenes

    def _scenes(self) -> Iterator[Scene]:
        for draw in self._draws:
            yield from self._instances(draw)

    def _instances(self, draw: Draw) -> Iterator[Scene]:
        """The scene for every value of the free index letters that the conditions allow."""
        new = {name: draw.table[name + UPDATED] for name in self._updated if name}
        letters = sorted(self._reader.free, key=lambda letter: letter not in self._reader.layers)
        yield from self._assign(letters, Scene(draw, names={**self._definitions, **new}))

    def _assign(self, letters: list[str], scene: Scene) -> Iterator[Scene]:
        known = [one for one in self._conditions if not mentioned_letters(one) & {*letters}]
        if not all(condition.holds(scene) for condition in known):
            return
        if not letters:
            yield scene
            return
        for i in self._range(letters[0], scene):
            yield from self._assign(letters[1:], scene.with_letters(**{letters[0]: i}))

    def _range(self, letter: str, scene: Scene) -> list[int]:
        if letter in self._spelled:
            ends = (number(end.value(scene), "the end of a range") for end in self._spelled[letter])
            low, high = sorted(ends)
            return list(range(low, high + 1))
        if letter in self._among:
            return self._among[letter].members(scene)
        if letter in self._reader.layers:
            return self._layers(letter, scene)
        uses = self._reader.free[letter]
        if not uses:
            raise RefusedError(f"{letter} is no symbol of this note, and indexes nothing here", 0)
        ranges = [symbol.range_of(place, scene) for symbol, place in uses]
        if all(symbol.is_member(place, scene) for symbol, place in uses):
            return sorted(set.intersection(*map(set, ranges)))  # the steps that all of them have
        if letter in self._restricted:  # what is left of the longest must fit them all
            return sorted(set().union(*ranges))
        return agreed(letter, ranges, uses[0][0].at)

    def _layers(self, letter: str, scene: Scene) -> list[int]:
        """Layers 1 to L, or where there is no L, those that all families of the formula have."""
        if scene.knows("L"):
            self._reader.used.add("L")
            return list(range(1, number(scene.read(scene.thing("L")), "L") + 1))
        families = [set(symbol.layers_of(scene)) for symbol in self._reader.layered[letter]]
        if not families:
            raise RefusedError("the number of layers L is no symbol of this note", 0)
        return sorted(set.intersection(*families))


def _is_definable(side: Meaning) -> bool:
    r"""A symbol, one of its functions' values, or `\nabla` of it."""
    if isinstance(side, Call):
        return isinstance(side.function, Symbol)
    return isinstance(side, Symbol | Gradient)


def _order(side: tree.Sum) -> bool:
    return any(_inside_order(term) for _, term in side.terms)


def _inside_order(term: tree.Term) -> tree.Items | None:
    r"""What stands in `O(…)`."""
    if len(term.factors) == 2 and getattr(term.factors[0], "text", "") == "O":
        brackets = term.factors[1]
        if isinstance(brackets, tree.Brackets) and brackets.kind == "round":
            return brackets.items
    return None
