"""LaTeX to a tree. Only what the house notation allows is read; all else is refused with its place.

The grammar knows brackets, scripts, fractions, signs and relations. It does not know what a symbol
means, so a term is a flat row of factors; `reading` decides what multiplies and what is applied.
"""

import re
import sys
from functools import cache, lru_cache
from pathlib import Path

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedCharacters, UnexpectedToken, VisitError
from lark.tree import Meta

from . import tree
from .vocabulary import FUNCTIONS, GREEK, INFIXES, RELATIONS, SIGNS, WORDS, alternatives

_GRAMMAR = rf"""
start: (aligned | items) clause*
aligned: "\\begin{{aligned}}" row (_NEWLINE row)* _NEWLINE? "\\end{{aligned}}"
row: line clause* ","?
line: _AND* sum _AND* (RELATION _AND* sum _AND*)*
    | _AND* (RELATION _AND* sum _AND*)+

clause: _QUAD? TEXT _QUAD? items -> text_clause
      | _QUAD items -> more
statement: sum (RELATION sum)*
items: statement ("," statement)*
sum: SIGN? term (SIGN term)*
term: (factor | INFIX)+

?factor: base | scripted
scripted: base script+
?base: NUMBER -> number
     | LETTER -> name
     | GREEK -> name
     | FONT -> name
     | ACCENT accented -> accent
     | FUNCTION -> command
     | COMMAND -> command
     | "{{" items "}}" -> group
     | FRACTION argument argument -> fraction
     | SHORT_FRACTION -> short_fraction
     | "\\sqrt" ["[" items "]"] argument -> root
     | "(" items ")" -> round
     | "[" items "]" -> square
     | "\\{{" items "\\}}" -> curly
     | "\\lvert" items "\\rvert" -> absolute
     | "\\lVert" items "\\rVert" -> norm
     | "\\left." items "\\right|" -> place
     | "\\begin{{bmatrix}}" cells (_NEWLINE cells)* _NEWLINE? "\\end{{bmatrix}}" -> bmatrix
     | "\\begin{{cases}}" case (_NEWLINE case)* _NEWLINE? "\\end{{cases}}" -> cases
cells: statement (_AND statement)*
case: statement ","? _AND TEXT? statement
    | statement ","? _AND TEXT
?accented: LETTER | GREEK | FONT | "{{" accented "}}"
script: "_" argument -> below
      | "^" argument -> above
      | PRIMES -> primes
      | "!" -> factorial
?argument: NUMBER_DIGIT -> number
         | LETTER -> name
         | GREEK -> name
         | FONT -> name
         | COMMAND -> command
         | "{{" items "}}" -> group

NUMBER: /\d{{1,3}}(\{{,\}}\d{{3}})+|\d+(\.\d+)?/
NUMBER_DIGIT: /\d/
LETTER: /[a-zA-Z]/
GREEK: {alternatives(GREEK)}
FUNCTION: {alternatives(FUNCTIONS)}
COMMAND: {alternatives(SIGNS)}
FONT: /\\(mathbf|mathbb|mathrm|mathcal)\{{\s*[A-Za-z0-9]\s*\}}|\\operatorname\{{\s*[A-Za-z]+\s*\}}/
ACCENT: /\\(bar|dot|hat|tilde)(?![a-zA-Z])/
SHORT_FRACTION.2: /\\[td]?frac\s*\d\s*\d/
FRACTION: /\\(frac|tfrac|dfrac|binom)(?![a-zA-Z])/
RELATION: {alternatives(RELATIONS)}
INFIX: {alternatives(INFIXES)}
SIGN: "+" | "-"
PRIMES: /'+/
TEXT: /\\text\s*\{{[\s~]*({"|".join(WORDS)})[\s~]*\}}/
_QUAD.2: /,?(\s*\\q?quad(?![a-zA-Z]))+|,(?=[\s~]*\\text)/
_NEWLINE: /\\\\/
_AND: "&"
%ignore /(\s|~|\\[,;:!> ])+/
%ignore /\\(displaystyle|left(?![a-zA-Z.])|right(?![a-zA-Z|])|[bB]igg?[lr]?)(?![a-zA-Z])/
"""


_FULL_STOP = re.compile(r"(?<!\\)[.,;]\s*$")


class FormulaSyntaxError(ValueError):
    """LaTeX outside the house notation. `offset` counts characters from the start."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


@lru_cache(maxsize=4096)
def parse(latex: str) -> tree.Formula:
    """The tree of a formula. Raises `FormulaSyntaxError` for what the notation does not allow."""
    try:
        # A formula may end its sentence.
        return _Trees().transform(_parser().parse(_FULL_STOP.sub("", latex)))
    except UnexpectedCharacters as error:
        rest = latex[error.pos_in_stream :]
        raise FormulaSyntaxError(_unknown(rest), error.pos_in_stream) from None
    except UnexpectedToken as error:
        if error.token.type == "$END":
            raise FormulaSyntaxError("the formula ends too early", len(latex)) from None
        offset = error.token.start_pos or 0
        raise FormulaSyntaxError(f"{error.token} is not expected here", offset) from None
    except VisitError as error:
        raise error.orig_exc from None


def _unknown(rest: str) -> str:
    """What to say of the first characters that no rule of the notation reads."""
    if rest.startswith("\\"):
        name = "\\" + "".join(_letters(rest[1:])) if rest[1:2].isalpha() else rest[:2]
        return f"{name} is not in the house notation here"
    if rest.startswith("|"):
        return r"a bare bar has no direction: write \lvert … \rvert"
    return f"{rest[:1]!r} is not in the house notation here"


def _letters(text: str) -> list[str]:
    letters = []
    for character in text:
        if not character.isalpha():
            break
        letters.append(character)
    return letters


@cache
def _parser() -> Lark:
    # To make the tables takes longer than to check a note: they are kept in the environment.
    kept = Path(sys.prefix, "adjoint-grammar") if sys.prefix != sys.base_prefix else None
    return Lark(
        _GRAMMAR,
        parser="lalr",
        propagate_positions=True,
        maybe_placeholders=False,
        cache=str(kept) if kept else False,
    )


@v_args(meta=True)
class _Trees(Transformer):
    """Turns matches of the grammar into the tree: one method a rule, in the grammar's order."""

    def start(self, meta: Meta, parts: list) -> tree.Formula:
        first, *clauses = parts
        if not isinstance(first, tree.Items):
            return _aligned(meta.start_pos, first, tuple(clauses))
        return _formula(meta.start_pos, first.parts, tuple(clauses))

    def aligned(self, _: Meta, parts: list) -> list[tuple]:
        return parts

    def row(self, _: Meta, parts: list) -> tuple[tree.Statement, tuple[tree.Clause, ...]]:
        return parts[0], tuple(parts[1:])

    def text_clause(self, meta: Meta, parts: list) -> tree.Clause:
        return tree.Clause(meta.start_pos, _word(parts[0]), parts[1])

    def more(self, meta: Meta, parts: list) -> tree.Clause:
        r"""After `\quad` without a word: a limit in brackets, or a further statement."""
        inside = _in_brackets(parts[0])
        if inside is not None and inside.parts[0].relations[:1] == ("→",):
            return tree.Clause(meta.start_pos, "limit", inside)
        return tree.Clause(meta.start_pos, "and", parts[0])

    def statement(self, meta: Meta, parts: list) -> tree.Statement:
        signs = [part for part in parts if isinstance(part, Token)]
        sides = tuple(part for part in parts if isinstance(part, tree.Sum))
        relations = tuple(RELATIONS[str(sign)] for sign in signs)
        places = tuple(sign.start_pos or 0 for sign in signs)
        return tree.Statement(meta.start_pos, sides, relations, places)

    line = statement

    def items(self, meta: Meta, parts: list) -> tree.Items:
        return tree.Items(meta.start_pos, tuple(parts))

    def sum(self, meta: Meta, parts: list) -> tree.Sum:
        terms, sign = [], 1
        for part in parts:
            if isinstance(part, Token):
                sign = -1 if part == "-" else 1
            else:
                terms.append((sign, part))
        return tree.Sum(meta.start_pos, tuple(terms))

    def term(self, meta: Meta, parts: list) -> tree.Term:
        factors = (
            tree.Infix(part.start_pos or 0, INFIXES[str(part)]) if isinstance(part, Token) else part
            for part in parts
        )
        return tree.Term(meta.start_pos, tuple(factors))

    def scripted(self, meta: Meta, parts: list) -> tree.Node:
        base, *scripts = parts
        if scripts[-1][0] == "factorial":
            inner = self.scripted(meta, [base, *scripts[:-1]]) if scripts[:-1] else base
            return tree.Factorial(meta.start_pos, inner)
        below = tuple(items for where, items in scripts if where == "below")
        above = tuple(items for where, items in scripts if where == "above")
        primes = sum(count for where, count in scripts if where == "primes")
        return tree.Scripted(meta.start_pos, base, below, above, primes)

    def below(self, _: Meta, parts: list) -> tuple[str, tree.Items]:
        return "below", _items(parts[0])

    def above(self, _: Meta, parts: list) -> tuple[str, tree.Items]:
        return "above", _items(parts[0])

    def primes(self, _: Meta, parts: list) -> tuple[str, int]:
        return "primes", len(parts[0])

    def factorial(self, _: Meta, __: list) -> tuple[str, int]:
        return "factorial", 1

    def number(self, meta: Meta, parts: list) -> tree.Number:
        return tree.Number(meta.start_pos, str(parts[0]).replace("{,}", ""))

    def name(self, meta: Meta, parts: list) -> tree.Name:
        return tree.Name(meta.start_pos, "".join(str(parts[0]).split()))

    def accent(self, meta: Meta, parts: list) -> tree.Name:
        accent, letter = parts
        return tree.Name(meta.start_pos, f"{accent} {letter}")

    def command(self, meta: Meta, parts: list) -> tree.Command:
        return tree.Command(meta.start_pos, str(parts[0]))

    def fraction(self, meta: Meta, parts: list) -> tree.Fraction:
        kind = "binom" if parts[0] == r"\binom" else "frac"
        return tree.Fraction(meta.start_pos, kind, _items(parts[1]), _items(parts[2]))

    def short_fraction(self, meta: Meta, parts: list) -> tree.Fraction:
        over, under = (digit for digit in str(parts[0]) if digit.isdigit())
        halves = (_items(tree.Number(meta.start_pos, digit)) for digit in (over, under))
        return tree.Fraction(meta.start_pos, "frac", *halves)

    def root(self, meta: Meta, parts: list) -> tree.Root:
        *degree, of = parts
        return tree.Root(meta.start_pos, _items(of), degree[0] if degree else None)

    def group(self, meta: Meta, parts: list) -> tree.Brackets:
        return tree.Brackets(meta.start_pos, "group", parts[0])

    def round(self, meta: Meta, parts: list) -> tree.Brackets:
        return tree.Brackets(meta.start_pos, "round", parts[0])

    def square(self, meta: Meta, parts: list) -> tree.Brackets:
        return tree.Brackets(meta.start_pos, "square", parts[0])

    def curly(self, meta: Meta, parts: list) -> tree.Brackets:
        return tree.Brackets(meta.start_pos, "curly", parts[0])

    def absolute(self, meta: Meta, parts: list) -> tree.Brackets:
        return tree.Brackets(meta.start_pos, "absolute", parts[0])

    def norm(self, meta: Meta, parts: list) -> tree.Brackets:
        return tree.Brackets(meta.start_pos, "norm", parts[0])

    def place(self, meta: Meta, parts: list) -> tree.Brackets:
        return tree.Brackets(meta.start_pos, "place", parts[0])

    def bmatrix(self, meta: Meta, parts: list) -> tree.Matrix:
        return tree.Matrix(meta.start_pos, "bmatrix", tuple(parts))

    def cases(self, meta: Meta, parts: list) -> tree.Matrix:
        return tree.Matrix(meta.start_pos, "cases", tuple(parts))

    def cells(self, _: Meta, parts: list) -> tuple[tree.Statement, ...]:
        return tuple(parts)

    def case(self, _: Meta, parts: list) -> tuple[tree.Statement, ...]:
        return tuple(part for part in parts if isinstance(part, tree.Statement))


def _aligned(at: int, rows: list, clauses: tuple[tree.Clause, ...]) -> tree.Formula:
    """A statement in each row; a row that begins with a relation goes on with the one above."""
    found: list[tree.Formula] = []
    for line, own in rows:
        if len(line.sides) > len(line.relations):
            found.append(tree.Formula(line.at, (line,), own))
        elif found:
            above = found.pop()
            whole = _joined(above.statements[0], line)
            found.append(tree.Formula(above.at, (whole,), above.clauses + own))
        else:
            raise FormulaSyntaxError("the first row has nothing before its relation", line.at)
    statements = tuple(row.statements[0] for row in found)
    if not any(row.clauses for row in found):
        return _formula(at, statements, clauses)
    rows = tuple(_formula(row.at, row.statements, row.clauses + clauses) for row in found)
    return tree.Formula(at, statements, rows=rows)


def _formula(
    at: int, statements: tuple[tree.Statement, ...], clauses: tuple[tree.Clause, ...]
) -> tree.Formula:
    """Statements with those that follow behind `and`, and the conditions on all of them."""
    more = [clause.items.parts for clause in clauses if clause.word == "and"]
    conditions = tuple(clause for clause in clauses if clause.word != "and")
    return tree.Formula(at, sum(more, statements), conditions)


def _in_brackets(items: tree.Items) -> tree.Items | None:
    """What stands in round brackets that are all there is."""
    first = items.parts[0]
    ((sign, term), *more) = first.sides[0].terms
    whole = len(items.parts) == len(first.sides) == len(term.factors) == sign == 1 and not more
    if whole and isinstance(term.factors[0], tree.Brackets) and term.factors[0].kind == "round":
        return term.factors[0].items
    return None


def _items(argument: tree.Node) -> tree.Items:
    """An argument as items: what stands in its braces, or the single sign itself."""
    if isinstance(argument, tree.Items):
        return argument
    if isinstance(argument, tree.Brackets) and argument.kind == "group":
        return argument.items
    term = tree.Term(argument.at, (argument,))
    statement = tree.Statement(argument.at, (tree.Sum(argument.at, ((1, term),)),))
    return tree.Items(argument.at, (statement,))


def _joined(first: tree.Statement, more: tree.Statement) -> tree.Statement:
    return tree.Statement(
        first.at,
        first.sides + more.sides,
        first.relations + more.relations,
        first.places + more.places,
    )


def _word(text: Token) -> str:
    return str(text).partition("{")[2].strip(" ~}")
