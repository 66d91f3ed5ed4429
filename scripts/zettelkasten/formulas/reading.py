"""From the tree to the meaning: what multiplies, what is applied, what an index is.

The tree cannot tell `f(x)` from `w (a + b)`; the note's symbols can. Every construct has one
method or one line in a table here, and its value in `meaning`.
"""

from collections.abc import Sequence
from functools import reduce

from . import ellipsis, meaning, shapes, tree
from . import reading_operators as operators
from .functions import FUNCTIONS
from .meaning import Meaning, Symbol
from .naming import (
    CONSTANTS,
    Namer,
    factors_of,
    is_round,
    is_slash,
    split_above,
    unscripted,
)
from .reading_derivatives import differential, inline_derivative, nabla
from .shapes import RefusedError

COMMANDS = {
    r"\sum": operators.big,
    r"\prod": operators.big,
    r"\max": operators.extreme,
    r"\min": operators.extreme,
    r"\arg": operators.argument,
    r"\lim": operators.limit,
    r"\nabla": nabla,
    r"\partial": inline_derivative,
}
AVERAGES = {operators.EXPECTATION, operators.VARIANCE}
FITTING = {"I": shapes.IDENTITY, r"\mathbf{1}": shapes.ONES}
OPERATIONS = {
    "·": shapes.multiply,
    "×": shapes.multiply,
    "⊙": shapes.hadamard,
}


class Reader(Namer):
    """Reads the expressions of one formula."""

    # Sums and terms

    def sum(self, node: tree.Sum) -> Meaning:
        """Terms with signs; a single positive term is itself; dots continue a pattern."""
        dots = [is_dots(term.factors) for _, term in node.terms]
        if any(dots):
            return self._continued_sum(node, dots.index(True))
        terms = tuple((sign, self.term(term.factors)) for sign, term in node.terms)
        if len(terms) == 1 and terms[0][0] == 1:
            return terms[0][1]
        return meaning.Sum(node.at, terms)

    def _continued_sum(self, node: tree.Sum, dots: int) -> Meaning:
        before = [self.term(term.factors) for _, term in node.terms[:dots]]
        after = [self.term(term.factors) for _, term in node.terms[dots + 1 :]]
        if not 1 <= len(before) <= 2 or len(after) != 1 or any(s < 0 for s, _ in node.terms):
            message = "dots in a sum stand between one or two terms and the last one"
            raise RefusedError(message, node.terms[dots][1].at)
        varied = ellipsis.vary(before[0], after[0], "dots", *before[1:])
        return ellipsis.Continued(node.at, shapes.add, varied)

    def _continued_product(self, factors: Sequence[tree.Node], dots: int) -> Meaning:
        """Dots continue the one or two factors before them up to the one behind."""
        before = self._row(factors[:dots])
        last, *behind = self._row(factors[dots + 1 :]) or [None]
        if not before or last is None:
            message = "dots in a product stand between its first factors and its last one"
            raise RefusedError(message, factors[dots].at)
        try:
            varied = ellipsis.vary(before[-2], last, "dots", before[-1])
            ahead = before[:-2]
        except (IndexError, RefusedError):
            varied = ellipsis.vary(before[-1], last, "dots")
            ahead = before[:-1]
        signs = {factor.text for factor in factors if isinstance(factor, tree.Infix)}
        if "⊙" in signs and (len(signs) > 1 or ahead or behind):
            raise RefusedError("dots continue ⊙ by itself, without other factors", factors[0].at)
        operation = shapes.hadamard if "⊙" in signs else shapes.multiply
        continued = ellipsis.Continued(factors[0].at, operation, varied)
        return self._product([*ahead, continued, *behind])

    def _product(self, row: list[Meaning]) -> Meaning:
        return reduce(lambda a, b: meaning.Binary(b.at, shapes.multiply, a, b), row)

    def _row(self, factors: Sequence[tree.Node]) -> list[Meaning]:
        row, position = [], 0
        while position < len(factors):
            if isinstance(factors[position], tree.Infix):
                position += 1
                continue
            operand, position = self._operand(factors, position)
            row.append(operand)
        return row

    def term(self, factors: Sequence[tree.Node]) -> Meaning:
        r"""Juxtaposition binds tighter than `\cdot`, `\times`, `\odot`; these go left to right."""
        for position, factor in enumerate(factors):
            if is_dots((factor,)):
                return self._continued_product(factors, position)
        left: Meaning | None = None
        operation = None
        row: list[Meaning] = []
        position = 0
        while position < len(factors):
            factor = factors[position]
            if isinstance(factor, tree.Infix) and factor.text != "/":
                left, operation = self._joined(left, operation, row, factor), factor
                row, position = [], position + 1
            else:
                if row and isinstance(factor, tree.Number):
                    self._refuse_digits(factors[position - 1], factor)
                operand, position = self._operand(factors, position)
                row.append(operand)
        return self._joined(left, operation, row, factors[-1])

    def _refuse_digits(self, before: tree.Node, number: tree.Node) -> None:
        """Two numbers in a row look like one."""
        if isinstance(before, tree.Number):
            raise RefusedError(r"two numbers side by side read as one: write \cdot", number.at)

    def _joined(
        self,
        left: Meaning | None,
        operation: tree.Infix | None,
        row: list[Meaning],
        where: tree.Node,
    ) -> Meaning:
        if not row:
            raise RefusedError("a factor is missing here", where.at)
        right = self._product(row)
        if left is None or operation is None:
            return right
        return meaning.Binary(operation.at, OPERATIONS[operation.text], left, right)

    def _operand(self, factors: Sequence[tree.Node], position: int) -> tuple[Meaning, int]:
        """One operand and the position behind it; `/` takes one on each side."""
        left, position = self.single(factors, position)
        while position < len(factors) and is_slash(factors[position]):
            slash = factors[position]
            if position + 1 == len(factors):
                raise RefusedError("nothing stands behind this /", slash.at)
            right, position = self.single(factors, position + 1)
            left = meaning.Binary(slash.at, shapes.divide, left, right)
        return left, position

    def single(self, factors: Sequence[tree.Node], position: int) -> tuple[Meaning, int]:
        """The operand that begins at a position, with what it acts on, and the position behind."""
        node = factors[position]
        base, scripts = unscripted(node)
        rest = factors[position + 1 :]
        if isinstance(base, tree.Command):
            return self._command(base, scripts, factors, position)
        if isinstance(base, tree.Fraction) and (found := differential(self, base, rest)):
            derivative, taken = found  # d/dx takes the rest of its term
            return self.scripts_on_value(derivative, scripts), position + 1 + taken
        if isinstance(base, tree.Name) and base.text == "d" and "d" not in self.names and rest:
            of, behind = self.single(rest, 0)
            return meaning.Differential(base.at, of), position + 1 + behind
        if isinstance(base, tree.Name):
            if self.is_function(base.text) and rest and is_round(rest[0]):
                return self._application(base, scripts, rest[0]), position + 2
            if base.text in AVERAGES and base.text not in self.names:
                return operators.average(self, base, factors, position)
            if operators.is_indicator(self, factors, position):
                return operators.indicator(self, base, factors, position)
            if base.text in FUNCTIONS and base.text not in self.names and rest:
                return self._known_function(base, scripts, factors, position)
        if rest and is_round(rest[0]) and (chain := self._composition(base)):
            return self._composed(chain, scripts, rest[0]), position + 2
        return self.scripted(base, scripts, node.at), position + 1

    def is_function(self, name: str) -> bool:
        """Whether a symbol of the note is a function."""
        return name in self.functions

    # Functions

    def _application(self, name: tree.Name, scripts: tree.Scripted, brackets: tree.Node) -> Meaning:
        """`f'(x)^2`: what stands above the brackets belongs to the value."""
        inner, outer = unscripted(brackets)
        operands = tuple(self.statement_value(part) for part in inner.items.parts)
        function = self.symbol(name, scripts)
        powers, _ = split_above(scripts)
        call = meaning.Call(name.at, function, operands, scripts.primes)
        return self.scripts_on_value(self.raised(call, powers, name.at), outer)

    def _composition(self, base: tree.Node) -> list[Symbol]:
        r"""The functions in `(f \circ g)`, the outermost first; none if it is anything else."""
        if not isinstance(base, tree.Brackets) or base.kind != "round":
            return []
        names, signs = factors_of(base.items)[::2], factors_of(base.items)[1::2]
        if not signs or any(getattr(sign, "text", "") != "∘" for sign in signs):
            return []
        return [self.symbol(*unscripted(name)) for name in names]

    def _composed(
        self, chain: list[Symbol], scripts: tree.Scripted, brackets: tree.Node
    ) -> Meaning:
        inner, outer = unscripted(brackets)
        operand = self.statement_value(inner.items.parts[0])
        call = meaning.Composed(chain[0].at, tuple(chain), operand, scripts.primes)
        return self.scripts_on_value(call, outer)

    def _known_function(
        self, base: tree.Node, scripts: tree.Scripted, factors: Sequence[tree.Node], position: int
    ) -> tuple[Meaning, int]:
        r"""`\sin v`, `\ln(x)`, `\tanh^2 z`: takes one factor."""
        if position + 1 == len(factors):
            raise RefusedError(f"{base.text} needs an argument", base.at)
        following = factors[position + 1]
        if is_round(following):
            inner, outer = unscripted(following)
            operand, after = self.statement_value(inner.items.parts[0]), outer
            behind = position + 2
        else:
            operand, behind = self.single(factors, position + 1)
            after = tree.Scripted(base.at, base)
        call = meaning.Call(base.at, FUNCTIONS[base.text], (operand,), scripts.primes)
        powers, _ = split_above(scripts)
        return self.scripts_on_value(self.raised(call, powers, base.at), after), behind

    # Commands

    def _command(
        self,
        base: tree.Command,
        scripts: tree.Scripted,
        factors: Sequence[tree.Node],
        position: int,
    ) -> tuple[Meaning, int]:
        if base.text in FUNCTIONS:
            return self._known_function(base, scripts, factors, position)
        if base.text in COMMANDS:
            return COMMANDS[base.text](self, base, scripts, factors, position)
        if base.text in CONSTANTS:
            return self.scripted(base, scripts, base.at), position + 1
        raise RefusedError(f"{base.text} is not evaluated here", base.at)

    # Symbols, scripts, brackets

    def scripted(self, base: tree.Node, scripts: tree.Scripted, at: int) -> Meaning:
        """A base with what stands below and above it."""
        known = CONSTANTS.keys() | FITTING.keys()
        if isinstance(base, tree.Name) and (base.text in self.names or base.text not in known):
            powers, _ = split_above(scripts)
            if self.is_index(base.text) and scripts.primes:
                raise RefusedError("an index has no primes", at)
            if self.is_index(base.text) and not scripts.below:
                return self.raised(self._letter(base), powers, at)
            symbol = self.symbol(base, scripts)
            named = meaning.Primed(at, symbol) if scripts.primes else symbol
            return self.raised(named, powers, at)
        if isinstance(base, tree.Brackets) and base.kind == "place":
            return operators.place(self, base, scripts)
        return self.scripts_on_value(self._atom(base), scripts)

    def _atom(self, node: tree.Node) -> Meaning:
        match node:
            case tree.Number():
                return meaning.Constant(node.at, float(node.text), node.text)
            case tree.Name() | tree.Command() if node.text in CONSTANTS:
                return meaning.Constant(node.at, CONSTANTS[node.text])
            case tree.Name() if node.text in FITTING:
                return meaning.Constant(node.at, FITTING[node.text])
            case tree.Factorial():
                return meaning.Unary(node.at, shapes.factorial_of, self.term([node.of]))
            case tree.Fraction(kind="binom"):
                over, under = map(self._only, (node.over, node.under))
                return meaning.Binary(node.at, shapes.binomial, over, under)
            case tree.Fraction():
                over, under = map(self._only, (node.over, node.under))
                return meaning.Binary(node.at, shapes.divide, over, under)
            case tree.Root():
                degree = self._only(node.degree) if node.degree else meaning.Constant(node.at, 2.0)
                inverse = meaning.Binary(
                    node.at, shapes.divide, meaning.Constant(node.at, 1.0), degree
                )
                return meaning.Binary(node.at, shapes.power, self._only(node.of), inverse)
            case tree.Brackets(kind="round", items=tree.Items(parts=parts)) if len(parts) > 1:
                entries = tuple((self.statement_value(part),) for part in parts)
                return meaning.Rows(node.at, entries)  # a point is a column
            case tree.Brackets(kind="round" | "group" | "square"):
                return self._only(node.items)
            case tree.Brackets(kind="absolute"):
                return meaning.Absolute(node.at, self._only(node.items))
            case tree.Brackets(kind="norm"):
                return meaning.Unary(node.at, shapes.two_norm, self._only(node.items))
            case tree.Matrix(kind="bmatrix"):
                return self._matrix(node)
            case tree.Matrix(kind="cases"):
                return operators.cases(self, node)
        raise RefusedError(f"this {type(node).__name__.lower()} is not evaluated here", node.at)

    def _matrix(self, node: tree.Matrix) -> Meaning:
        rows = tuple(
            tuple(None if _is_dots_cell(cell) else self.statement_value(cell) for cell in row)
            for row in node.rows
        )
        if any(cell is None for row in rows for cell in row):
            return ellipsis.corners(rows, node.at)
        return meaning.Rows(node.at, rows)

    def _only(self, items: tree.Items) -> Meaning:
        if len(items.parts) != 1:
            raise RefusedError("one expression is expected here", items.at)
        return self.statement_value(items.parts[0])

    def mention(self, side: tree.Sum) -> None:
        """Read an expression that claims nothing; dots alone stand for more of the same."""
        if not is_dots(side.terms[0][1].factors):
            self.sum(side)

    def statement_value(self, statement: tree.Statement) -> Meaning:
        """The value of a statement that is no claim."""
        if statement.relations:
            raise RefusedError("a relation is not expected here", statement.places[0])
        return self.sum(statement.sides[0])

    def scripts_on_value(self, value: Meaning, scripts: tree.Scripted) -> Meaning:
        """Scripts on something that is no symbol: only powers and the transpose."""
        if scripts.below:
            if isinstance(value, meaning.Unary) and value.operation is shapes.two_norm:
                return self._norm(value, scripts)
            raise RefusedError("only a symbol has indices", scripts.below[0].at)
        if scripts.primes:
            raise RefusedError("only a function has primes", scripts.at)
        powers, layer = split_above(scripts)
        if layer is not None:
            raise RefusedError("only a symbol has layers", scripts.at)
        return self.raised(value, powers, scripts.at)

    def _norm(self, value: meaning.Unary, scripts: tree.Scripted) -> Meaning:
        which = factors_of(scripts.below[0])
        name = which[0].text if len(which) == 1 and hasattr(which[0], "text") else ""
        if name not in shapes.NORMS:
            raise RefusedError("a norm is 1, 2, F or \\infty", scripts.below[0].at)
        powers, _ = split_above(scripts)
        norm = meaning.Unary(value.at, shapes.NORMS[name], value.operand)
        return self.raised(norm, powers, value.at)

    def raised(self, value: Meaning, powers: list[tree.Node], at: int) -> Meaning:
        """A value to the powers, transposed where one of them is ⊤."""
        for power in powers:
            sign = power.text if isinstance(power, tree.Command) else ""
            if sign == r"\top":
                value = meaning.Unary(power.at, shapes.transpose, value)
            elif sign == r"\ast" and isinstance(value, Symbol):
                continue  # a part of the symbol's name
            elif isinstance(power, tree.Sum) and _is_inverse_transpose(power):
                value = meaning.Unary(power.at, shapes.inverse_transpose, value)
            elif isinstance(power, tree.Sum):
                value = meaning.Binary(at, shapes.power, value, self.sum(power))
            else:
                value = meaning.Binary(at, shapes.power, value, self.term([power]))
        return value


def _is_inverse_transpose(power: tree.Sum) -> bool:
    r"""`A^{-\top}`."""
    ((sign, term), *more) = power.terms
    return sign < 0 and not more and getattr(term.factors[0], "text", "") == r"\top"


def is_dots(factors: Sequence[tree.Node]) -> bool:
    """Whether factors are dots and nothing else."""
    return (
        len(factors) == 1
        and isinstance(factors[0], tree.Command)
        and factors[0].text in ellipsis.DOTS
    )


def _is_dots_cell(cell: tree.Statement) -> bool:
    ((sign, term), *more) = cell.sides[0].terms
    return sign == 1 and not more and is_dots(term.factors)
