r"""Reading what runs over an index or a symbol: `\sum`, `\max`, `\arg\min`, `\lim`, `\mathbb{E}`.

Also conditions, and what depends on them: cases, indicators, a place.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, nullcontext
from itertools import pairwise
from typing import TYPE_CHECKING

from . import meaning, operators, tree
from .conditions import Condition
from .meaning import Meaning, Symbol
from .naming import factors_of, is_round, letter_alone, single_name, unscripted
from .ranges import Big, Range
from .shapes import RefusedError

if TYPE_CHECKING:
    from .reading import Reader

EXPECTATION, VARIANCE, INDICATOR = r"\mathbb{E}", r"\operatorname{Var}", r"\mathbb{1}"
SIGNS = {r"\min": 1, r"\max": -1}
Read = tuple[Meaning, int]
"""What was read, and the position behind it."""


def condition(reader: Reader, statement: tree.Statement) -> Condition:
    """A statement that restricts and claims nothing."""
    if not statement.relations:
        raise RefusedError("a condition needs a relation", statement.at)
    for (left, right), at in zip(pairwise(statement.sides), statement.places, strict=True):
        if tree.same_tree(left, right):
            raise RefusedError("both sides are the same", at)
    sides = tuple(reader.sum(side) for side in statement.sides)
    return Condition(statement.at, sides, statement.relations)


def big(
    reader: Reader,
    base: tree.Command,
    scripts: tree.Scripted,
    factors: Sequence[tree.Node],
    position: int,
) -> Read:
    r"""`\sum` and `\prod` take the rest of their term."""
    rest = factors[position + 1 :]
    if not scripts.below:
        raise RefusedError(f"say over what {base.text} runs", base.at)
    if not rest:
        raise RefusedError(f"{base.text} has nothing to run over", base.at)
    return _over(reader, base, _ranges(reader, scripts, base), rest), len(factors)


def _over(
    reader: Reader, base: tree.Command, ranges: list[Range], rest: Sequence[tree.Node]
) -> Meaning:
    if not ranges:
        return reader.term(rest)
    with reader.binding(ranges[0]):
        body = _over(reader, base, ranges[1:], rest)
    return Big(base.at, base.text, ranges[0], body)


def extreme(
    reader: Reader,
    base: tree.Command,
    scripts: tree.Scripted,
    factors: Sequence[tree.Node],
    position: int,
) -> Read:
    r"""`\max(a, b)` of arguments; `\max_i`, `\min_{\eta > 0}` over an index or a real symbol."""
    rest = factors[position + 1 :]
    if scripts.below:
        return _optimum(reader, base, scripts, rest, wants_place=False), len(factors)
    if not rest or not is_round(rest[0]):
        raise RefusedError(f"{base.text} needs arguments in brackets", base.at)
    inner, outer = unscripted(rest[0])
    operands = tuple(reader.statement_value(part) for part in inner.items.parts)
    call = meaning.Call(base.at, max if base.text == r"\max" else min, operands)
    return reader.scripts_on_value(call, outer), position + 2


def argument(
    reader: Reader,
    base: tree.Command,
    _: tree.Scripted,
    factors: Sequence[tree.Node],
    position: int,
) -> Read:
    r"""`\arg\min_w`: where the value is smallest."""
    which, scripts = unscripted(factors[position + 1]) if factors[position + 1 :] else (base, None)
    if not isinstance(which, tree.Command) or which.text not in SIGNS or not scripts.below:
        raise RefusedError(r"write \arg\min_x or \arg\max_x", base.at)
    rest = factors[position + 2 :]
    return _optimum(reader, which, scripts, rest, wants_place=True), len(factors)


def _optimum(
    reader: Reader,
    base: tree.Command,
    scripts: tree.Scripted,
    rest: Sequence[tree.Node],
    *,
    wants_place: bool,
) -> Meaning:
    if not rest:
        raise RefusedError(f"{base.text} of what?", base.at)
    statement = scripts.below[0].parts[0]
    name = single_name(statement.sides[0])
    sign = SIGNS[base.text]
    if name is None:
        raise RefusedError(f"{base.text} is over an index or a symbol", statement.at)
    if reader.is_index(name):
        over, *others = _ranges(reader, scripts, base)
        if not wants_place:
            return _over(reader, base, [over, *others], rest)
        if others:
            raise RefusedError("the place of an optimum is one index", statement.at)
        with reader.binding(over):
            return operators.Best(base.at, over, reader.term(rest), sign)
    with reader.naming(name):
        symbol = reader.sum(statement.sides[0])
        restriction = condition(reader, statement) if statement.relations else None
        if reader.in_optimum:  # it would be searched anew at every step of the search
            raise RefusedError("an optimum inside another is not evaluated", base.at)
        reader.in_optimum = True
        body = reader.term(rest)
        reader.in_optimum = False
    if not isinstance(symbol, Symbol):
        raise RefusedError(f"{base.text} is over a symbol", statement.at)
    return operators.Optimum(base.at, body, symbol, sign, wants_place, restriction)


def limit(
    reader: Reader,
    base: tree.Command,
    scripts: tree.Scripted,
    factors: Sequence[tree.Node],
    position: int,
) -> Read:
    r"""`\lim_{h \to 0}` takes the rest of its term."""
    rest = factors[position + 1 :]
    if not scripts.below or not rest:
        raise RefusedError(r"write \lim_{h \to 0} and what it is taken of", base.at)
    name, to = approach(reader, scripts.below[0].parts[0])
    with reader.naming(name):
        symbol = Symbol(base.at, name)
        return operators.Limit(base.at, reader.term(rest), symbol, to), len(factors)


def approach(reader: Reader, statement: tree.Statement) -> tuple[str, Meaning | None]:
    r"""`h \to 0`: the symbol, and where it goes; nothing for infinity."""
    name = single_name(statement.sides[0])
    if statement.relations != ("→",) or name is None:
        raise RefusedError(r"a limit is written h \to 0", statement.at)
    target = statement.sides[1]
    factors = target.terms[0][1].factors
    if len(factors) == 1 and getattr(factors[0], "text", "") == r"\infty":
        return name, None
    return name, reader.sum(target)


def average(reader: Reader, base: tree.Name, factors: Sequence[tree.Node], position: int) -> Read:
    r"""`\mathbb{E}_B[…]` and `\operatorname{Var}[…]`, over an index, or the values that `B` has.

    Without a subscript it is over the one symbol in the brackets that is a family without index.
    """
    _, scripts = unscripted(factors[position])
    rest = factors[position + 1 :]
    if not rest or not isinstance(unscripted(rest[0])[0], tree.Brackets):
        raise RefusedError(f"{base.text} stands before brackets", base.at)
    inner, outer = unscripted(rest[0])
    name = single_name(scripts.below[0].parts[0].sides[0]) if scripts.below else None
    over = Range(base.at, name) if name and reader.is_index(name) else None
    reader.drawn |= {name} if name and over is None else set()
    with reader.binding(over) if over else nullcontext():
        of = reader.statement_value(inner.items.parts[0])
    reader.drawn -= {name}
    random = {name} if name else _families_without_index(of) & reader.families
    if over is None and (len(random) != 1 or not random <= reader.families):
        raise RefusedError("give one symbol the list of values to average over", base.at)
    reader.used |= random & reader.families
    found = operators.Expectation(base.at, of, min(random), over, base.text == VARIANCE)
    return reader.scripts_on_value(found, outer), position + 2


def _families_without_index(part: object) -> set[str]:
    if isinstance(part, Symbol) and not part.indices and part.layer is None:
        return {part.name}
    if isinstance(part, Meaning):
        return set().union(*map(_families_without_index, vars(part).values()))
    return set().union(*map(_families_without_index, part)) if isinstance(part, tuple) else set()


def indicator(reader: Reader, base: tree.Name, factors: Sequence[tree.Node], position: int) -> Read:
    r"""`\mathbb{1}[i = j]` is 1 where the condition holds, else 0."""
    brackets, outer = unscripted(factors[position + 1])
    found = condition(reader, brackets.items.parts[0])
    return reader.scripts_on_value(found, outer), position + 2


def is_indicator(reader: Reader, factors: Sequence[tree.Node], position: int) -> bool:
    """Whether a name with brackets behind it is an indicator."""
    if letter_alone(factors[position]) != INDICATOR or INDICATOR in reader.names:
        return False
    following = unscripted(factors[position + 1])[0] if factors[position + 1 :] else None
    return isinstance(following, tree.Brackets) and following.kind == "square"


def cases(reader: Reader, node: tree.Matrix) -> Meaning:
    """Rows of a value and its condition."""
    rows = tuple(
        (reader.statement_value(value), condition(reader, *when) if when else None)
        for value, *when in node.rows
    )
    if any(when is None for _, when in rows[:-1]):
        raise RefusedError("only the last case may do without a condition", node.at)
    found = operators.Cases(node.at, rows)
    reader.cases.append(found)
    return found


def place(reader: Reader, node: tree.Brackets, scripts: tree.Scripted) -> Meaning:
    r"""`\left. … \right|_{x=1}`."""
    if not scripts.below:
        raise RefusedError(r"say at which place: \right|_{x=1}", node.at)
    return _at(reader, node, list(scripts.below[0].parts), [])


def _at(
    reader: Reader,
    node: tree.Brackets,
    statements: list[tree.Statement],
    places: list[tuple[Symbol, Meaning]],
) -> Meaning:
    if not statements:
        of = reader.statement_value(node.items.parts[0])
        return operators.Place(node.at, of, tuple(places))
    first, *rest = statements
    name = single_name(first.sides[0])
    value = reader.sum(first.sides[-1])
    with reader.naming(name):
        symbol = reader.sum(first.sides[0])
        if first.relations != ("=",) or not isinstance(symbol, Symbol):
            raise RefusedError(r"a place is written \right|_{x=1}", first.at)
        return _at(reader, node, rest, [*places, (symbol, value)])


# Ranges


def _ranges(reader: Reader, scripts: tree.Scripted, base: tree.Command) -> list[Range]:
    r"""`i=0` with a bound above, `i \in S`, letters alone, or `i < j`; commas add to them."""
    first, *more = scripts.below[0].parts
    over = _range(reader, first, scripts, base)
    conditions = [part for part in more if part.relations]
    if first.relations and over.low is over.among is None:
        conditions.insert(0, first)
    ranges = [over, *(_range(reader, p, scripts, base) for p in more if not p.relations)]
    with ExitStack() as bound:
        for one in ranges:
            bound.enter_context(reader.binding(one))
        ranges[-1].conditions = [condition(reader, part) for part in conditions]
    return ranges


def _range(
    reader: Reader, statement: tree.Statement, scripts: tree.Scripted, base: tree.Command
) -> Range:
    letter = single_name(statement.sides[0])
    if letter is None:
        raise RefusedError("an index must be a single letter", statement.at)
    if reader.is_bound(letter) or letter in reader.free or letter in reader.names:
        raise RefusedError(f"{letter} has a meaning already: take another letter", statement.at)
    if statement.relations == ("=",) and scripts.above:
        low = reader.sum(statement.sides[1])
        high = reader.statement_value(scripts.above[0].parts[0])
        return Range(statement.at, letter, low, high)
    if statement.relations == ("∈",):
        among = reader.sum(statement.sides[1])
        if not isinstance(among, Symbol):
            raise RefusedError("a range must be a set of the note", statement.at)
        return Range(statement.at, letter, among=among)
    if scripts.above or statement.relations[:1] == ("=",):
        raise RefusedError(f"{base.text} needs both bounds, a set, or a letter", statement.at)
    return Range(statement.at, letter)


def spelled_range(items: tree.Items) -> tuple[str, tree.Sum, tree.Sum] | None:
    r"""Letter and ends of `l = 1, \dots, L` or `l = L-1, \dots, 1`; else nothing."""
    parts = items.parts
    if len(parts) < 3 or parts[0].relations != ("=",):
        return None
    dots = factors_of(tree.Items(parts[-2].at, (parts[-2],)))
    if len(dots) != 1 or getattr(dots[0], "text", "") not in {r"\dots", r"\ldots", r"\cdots"}:
        return None
    letter = single_name(parts[0].sides[0])
    return (letter, parts[0].sides[1], parts[-1].sides[0]) if letter else None
