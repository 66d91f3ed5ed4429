"""From the tree to the meaning: what multiplies, what is applied, what an index is.

The tree cannot tell `f(x)` from `w (a + b)`; the note's symbols can. Every construct has one
method or one line in a table here, and its value in `meaning`.
"""

from collections.abc import Callable, Sequence
from functools import reduce

import numpy as np

from . import derivatives, ellipsis, meaning, shapes, tree
from .meaning import Meaning, Range, Symbol
from .naming import (
    CONSTANTS,
    Namer,
    factors_of,
    is_round,
    is_slash,
    single_name,
    split_above,
    unscripted,
)
from .reading_derivatives import differential, inline_derivative, nabla
from .shapes import RefusedError

FUNCTIONS: dict[str, Callable[..., object]] = {
    r"\sin": np.sin,
    r"\cos": np.cos,
    r"\tan": np.tan,
    r"\tanh": np.tanh,
    r"\exp": np.exp,
    r"\ln": np.log,
    r"\operatorname{Im}": np.imag,
    r"\operatorname{Re}": np.real,
}
BIG = {r"\sum", r"\prod", r"\max", r"\min"}
OPERATIONS = {"·": shapes.multiply, "×": shapes.multiply, "⊙": shapes.hadamard}


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
        before = self._row(factors[:dots])
        after = self._row(factors[dots + 1 :])
        if not 1 <= len(before) <= 2 or len(after) != 1:
            message = "dots in a product stand between one or two factors and the last one"
            raise RefusedError(message, factors[dots].at)
        varied = ellipsis.vary(before[0], after[0], "dots", *before[1:])
        return ellipsis.Continued(factors[0].at, shapes.multiply, varied)

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
                operand, position = self._operand(factors, position)
                row.append(operand)
        return self._joined(left, operation, row, factors[-1])

    def _joined(
        self,
        left: Meaning | None,
        operation: tree.Infix | None,
        row: list[Meaning],
        where: tree.Node,
    ) -> Meaning:
        if not row:
            raise RefusedError("a factor is missing here", where.at)
        right = reduce(lambda a, b: meaning.Binary(b.at, shapes.multiply, a, b), row)
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
        if isinstance(base, tree.Fraction) and (operator := differential(self, base)):
            of, variables = operator
            if of is None and not rest:
                raise RefusedError("nothing stands behind this derivative", node.at)
            inner = self.term(rest) if of is None else of  # d/dx takes the rest of its term
            for variable in reversed(variables):
                inner = derivatives.Derivative(node.at, inner, variable)
            behind = len(factors) if of is None else position + 1
            return self.scripts_on_value(inner, scripts), behind
        if isinstance(base, tree.Name) and base.text == "d" and "d" not in self.names and rest:
            of, behind = self.single(rest, 0)
            return meaning.Differential(base.at, of), position + 1 + behind
        if isinstance(base, tree.Name):
            if self.is_function(base.text) and rest and is_round(rest[0]):
                return self._application(base, scripts, rest[0]), position + 2
            if base.text in FUNCTIONS and rest:
                return self._known_function(base, scripts, factors, position)
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
        call = meaning.Call(base.at, FUNCTIONS[base.text], (operand,))
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
        rest = factors[position + 1 :]
        if base.text in FUNCTIONS:
            return self._known_function(base, scripts, factors, position)
        if base.text in BIG and scripts.below:
            return self._big(base, scripts, rest), len(factors)
        if base.text in {r"\max", r"\min"} and rest and is_round(rest[0]):
            inner, _ = unscripted(rest[0])
            operands = [self.statement_value(part) for part in inner.items.parts]
            choose = max if base.text == r"\max" else min
            return meaning.Call(base.at, choose, tuple(operands)), position + 2
        if base.text == r"\nabla":
            return nabla(self, base, scripts, rest, position)
        if base.text == r"\partial":
            return inline_derivative(self, factors, position)
        if base.text in CONSTANTS:
            return self.scripted(base, scripts, base.at), position + 1
        raise RefusedError(f"{base.text} is not evaluated here", base.at)

    def _big(
        self, base: tree.Command, scripts: tree.Scripted, rest: Sequence[tree.Node]
    ) -> Meaning:
        if not rest:
            raise RefusedError(f"{base.text} has nothing to run over", base.at)
        over = self._range(scripts, base)
        with self._binding(over):
            body = self.term(rest)
        return meaning.Big(base.at, base.text, over, body)

    def _range(self, scripts: tree.Scripted, base: tree.Command) -> Range:
        r"""`i=0` with a bound above, `i \in S`, or a letter alone."""
        (statement,) = scripts.below[0].parts
        letter = single_name(statement.sides[0])
        if letter is None:
            raise RefusedError("an index must be a single letter", statement.at)
        if self._is_bound(letter) or letter in self.free:
            raise RefusedError(f"{letter} has a meaning already: take another letter", statement.at)
        if statement.relations == ("=",) and scripts.above:
            low = self.sum(statement.sides[1])
            high = self.statement_value(scripts.above[0].parts[0])
            return Range(statement.at, letter, low, high)
        if statement.relations == ("∈",):
            among = self.sum(statement.sides[1])
            if not isinstance(among, Symbol):
                raise RefusedError("a range must be a set of the note", statement.at)
            return Range(statement.at, letter, among=among)
        if statement.relations or scripts.above:
            raise RefusedError(f"{base.text} needs both bounds, a set, or a letter", statement.at)
        return Range(statement.at, letter)

    # Symbols, scripts, brackets

    def scripted(self, base: tree.Node, scripts: tree.Scripted, at: int) -> Meaning:
        """A base with what stands below and above it."""
        if isinstance(base, tree.Name) and (base.text in self.names or base.text not in CONSTANTS):
            powers, _ = split_above(scripts)
            if self._is_index(base.text) and not scripts.below:
                return self.raised(self._letter(base), powers, at)
            return self.raised(self.symbol(base, scripts), powers, at)
        return self.scripts_on_value(self._atom(base), scripts)

    def _atom(self, node: tree.Node) -> Meaning:
        match node:
            case tree.Number():
                return meaning.Constant(node.at, float(node.text), node.text)
            case tree.Name() | tree.Command() if node.text in CONSTANTS:
                return meaning.Constant(node.at, CONSTANTS[node.text])
            case tree.Fraction(kind="binom"):
                over, under = map(self._only, (node.over, node.under))
                return meaning.Binary(node.at, meaning.binomial, over, under)
            case tree.Fraction():
                over, under = map(self._only, (node.over, node.under))
                return meaning.Binary(node.at, shapes.divide, over, under)
            case tree.Root(degree=None):
                half = meaning.Constant(node.at, 0.5)
                return meaning.Binary(node.at, shapes.power, self._only(node.of), half)
            case tree.Brackets(kind="round", items=tree.Items(parts=parts)) if len(parts) > 1:
                entries = tuple((self.statement_value(part),) for part in parts)
                return meaning.Rows(node.at, entries)  # a point is a column
            case tree.Brackets(kind="round" | "group" | "square"):
                return self._only(node.items)
            case tree.Brackets(kind="absolute"):
                return meaning.Unary(node.at, np.abs, self._only(node.items))
            case tree.Brackets(kind="norm"):
                return meaning.Unary(node.at, meaning.two_norm, self._only(node.items))
            case tree.Matrix(kind="bmatrix"):
                return self._matrix(node)
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

    def statement_value(self, statement: tree.Statement) -> Meaning:
        """The value of a statement that is no claim."""
        if statement.relations:
            raise RefusedError("a relation is not expected here", statement.places[0])
        return self.sum(statement.sides[0])

    def scripts_on_value(self, value: Meaning, scripts: tree.Scripted) -> Meaning:
        """Scripts on something that is no symbol: only powers and the transpose."""
        if scripts.below:
            if isinstance(value, meaning.Unary) and value.operation is meaning.two_norm:
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
        norms = {"2": lambda a: np.linalg.norm(a, 2), "F": lambda a: np.linalg.norm(a)}
        if name not in norms:
            raise RefusedError("a norm is 2 or F", scripts.below[0].at)
        powers, _ = split_above(scripts)
        return self.raised(meaning.Unary(value.at, norms[name], value.operand), powers, value.at)

    def raised(self, value: Meaning, powers: list[tree.Node], at: int) -> Meaning:
        """A value to the powers, transposed where one of them is ⊤."""
        for power in powers:
            if isinstance(power, tree.Command) and power.text == r"\top":
                value = meaning.Unary(power.at, shapes.transpose, value)
            elif isinstance(power, tree.Sum):
                value = meaning.Binary(at, shapes.power, value, self.sum(power))
            else:
                value = meaning.Binary(at, shapes.power, value, self.term([power]))
        return value


def is_dots(factors: Sequence[tree.Node]) -> bool:
    """Whether factors are dots and nothing else."""
    return (
        len(factors) == 1
        and isinstance(factors[0], tree.Command)
        and factors[0].text in ellipsis.DOTS
    )


def _is_dots_cell(cell: tree.Statement) -> bool:
    terms = cell.sides[0].terms
    return len(terms) == 1 and is_dots(terms[0][1].factors)
