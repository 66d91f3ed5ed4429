r"""Reading derivatives: fractions of differentials, `\nabla`, and `\partial C / \partial z`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from . import derivatives, tree
from .meaning import Meaning, Symbol
from .naming import (
    factors_of,
    is_differential,
    is_round,
    is_slash,
    split_above,
    unscripted,
)
from .shapes import RefusedError
from .tree import same_tree

if TYPE_CHECKING:
    from .reading import Reader


def nabla(
    reader: Reader,
    base: tree.Command,
    scripts: tree.Scripted,
    factors: Sequence[tree.Node],
    position: int,
) -> tuple[Meaning, int]:
    r"""`\nabla f(x)`, `\nabla C`, `\nabla_W C`, `\nabla^2 f(x)`; a power goes outside."""
    rest = factors[position + 1 :]
    if not rest:
        raise RefusedError(r"\nabla of what?", base.at)
    inner, own = unscripted(rest[0])
    order = _order(scripts)
    if scripts.below:
        by = reader.statement_value(scripts.below[0].parts[0])
        if not isinstance(by, Symbol):
            raise RefusedError(r"\nabla is taken by a symbol", base.at)
        of, behind = reader.single(rest, 0)
        return _repeated(base, of, by, order), position + 1 + behind
    if not isinstance(inner, tree.Name):
        raise RefusedError(r"\nabla stands before a function or a quantity", base.at)
    function = reader.symbol(inner, own)
    if reader.is_function(inner.text) and len(rest) > 1 and is_round(rest[1]):
        if own.primes or split_above(own)[0]:
            raise RefusedError(r"put brackets around what \nabla is taken of", inner.at)
        brackets, outer = unscripted(rest[1])
        operand = reader.statement_value(brackets.items.parts[0])
        gradient: Meaning = derivatives.Gradient(base.at, function, operand, order)
        return reader.scripts_on_value(gradient, outer), position + 3
    by = _parameter(reader, base)
    powers, _ = split_above(own)
    return reader.raised(_repeated(base, function, by, order), powers, base.at), position + 2


def _repeated(base: tree.Node, of: Meaning, by: Symbol, order: int) -> Meaning:
    """The derivative by a symbol, once, or twice for the Hessian."""
    if order > 2:
        raise RefusedError(r"\nabla has no power but \nabla^2, the Hessian", base.at)
    for _ in range(order):
        of = derivatives.Derivative(base.at, of, by)
    return of


def _parameter(reader: Reader, base: tree.Command) -> Symbol:
    r"""What a bare `\nabla` is taken by: the symbol that the note gives under `\nabla`."""
    if r"\nabla" not in reader.names:
        raise RefusedError(r"say by what: \nabla_w, or give the symbol \nabla", base.at)
    reader.used.add(r"\nabla")
    return Symbol(base.at, r"\nabla")


def differential(
    reader: Reader, fraction: tree.Fraction, rest: Sequence[tree.Node]
) -> tuple[Meaning, int] | None:
    """A fraction that is a derivative, and how many of the following factors it takes.

    Nothing for any other fraction.
    """
    above, below = factors_of(fraction.over), factors_of(fraction.under)
    if fraction.kind != "frac" or not above or not below or any(map(is_slash, above)):
        return None
    first, scripts = unscripted(above[0])
    if not is_differential(first) or not is_differential(unscripted(below[0])[0]):
        return None
    if isinstance(first, tree.Name) and first.text in reader.names:
        return None
    if scripts.below or scripts.primes:
        raise RefusedError("the sign of a derivative has no index", above[0].at)
    operand, taken = (above[1:], 0) if len(above) > 1 else (rest, len(rest))
    if not operand:
        raise RefusedError("nothing stands behind this derivative", fraction.at)
    if order := _spelled_order(reader, scripts):
        variable, by = _powered(reader, below)
        if not same_tree(by, scripts.above[0]):
            raise RefusedError("the orders above and below do not agree", fraction.at)
        of = reader.term(operand)
        return derivatives.Repeated(fraction.at, of, variable, order), taken
    variables = list(_variables(reader, below))
    if len(variables) != _order(scripts):
        message = f"order {_order(scripts)} above and {len(variables)} below do not agree"
        raise RefusedError(message, fraction.at)
    of = reader.term(operand)
    for variable in reversed(variables):
        of = derivatives.Derivative(fraction.at, of, variable)
    return of, taken


def _spelled_order(reader: Reader, scripts: tree.Scripted) -> Meaning | None:
    """The order of a derivative where it is an expression and no number."""
    if not scripts.above or isinstance((factors_of(scripts.above[0]) or [None])[0], tree.Number):
        return None
    return reader.statement_value(scripts.above[0].parts[0])


def _powered(reader: Reader, below: Sequence[tree.Node]) -> tuple[Symbol, tree.Items]:
    r"""The `x` and the `k` of `dx^k`."""
    base, scripts = unscripted(below[-1])
    if len(below) != 2 or not isinstance(base, tree.Name) or len(scripts.above) != 1:
        raise RefusedError("a derivative of this order is by one symbol, as in dx^k", below[0].at)
    plain = tree.Scripted(scripts.at, base, scripts.below)
    return reader.symbol(base, plain), scripts.above[0]


def _order(scripts: tree.Scripted) -> int:
    if not scripts.above:
        return 1
    power = factors_of(scripts.above[0])
    if len(power) != 1 or not isinstance(power[0], tree.Number):
        raise RefusedError("the order of a derivative is a number", scripts.at)
    return int(power[0].text)


def _variables(reader: Reader, below: Sequence[tree.Node]) -> Iterator[Symbol]:
    r"""`\partial x_i \partial x_j` or `dx^2`: each variable as often as it is meant."""
    position = 0
    while position < len(below):
        if not is_differential(below[position]) or position + 1 == len(below):
            raise RefusedError("a derivative is by ∂ or d and a symbol", below[position].at)
        node = below[position + 1]
        base, scripts = unscripted(node)
        powers, _ = split_above(scripts)
        repeat = 1
        if len(powers) == 1 and isinstance(powers[0], tree.Number):
            repeat = int(powers[0].text)
        elif powers:
            raise RefusedError("a derivative is by a symbol", node.at)
        if not isinstance(base, tree.Name):
            raise RefusedError("a derivative is by a symbol", node.at)
        yield from [reader.symbol(base, scripts)] * repeat
        position += 2


def inline_derivative(
    reader: Reader,
    base: tree.Command,
    _: tree.Scripted,
    factors: Sequence[tree.Node],
    position: int,
) -> tuple[Meaning, int]:
    r"""`\partial C / \partial z` in running text is the fraction."""
    parts = factors[position : position + 5]
    if len(parts) < 5 or not is_slash(parts[2]) or not is_differential(parts[3]):
        raise RefusedError(r"\partial stands in a fraction", base.at)
    of = reader.scripted(*unscripted(parts[1]), parts[1].at)
    by = reader.scripted(*unscripted(parts[4]), parts[4].at)
    if not isinstance(by, Symbol):
        raise RefusedError("a derivative is by a symbol", parts[4].at)
    return derivatives.Derivative(base.at, of, by), position + 5
