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

if TYPE_CHECKING:
    from .reading import Reader


def nabla(
    reader: Reader,
    base: tree.Command,
    scripts: tree.Scripted,
    rest: Sequence[tree.Node],
    position: int,
) -> tuple[Meaning, int]:
    r"""`\nabla f(x)`, `\nabla C`, `\nabla_W C`; a power of the brackets goes outside."""
    if not rest:
        raise RefusedError(r"\nabla of what?", base.at)
    inner, own = unscripted(rest[0])
    if not isinstance(inner, tree.Name):
        raise RefusedError(r"\nabla stands before a function or a quantity", base.at)
    if scripts.below:
        by = reader.statement_value(scripts.below[0].parts[0])
        if not isinstance(by, Symbol):
            raise RefusedError(r"\nabla is taken by a symbol", base.at)
        of, behind = reader.single(rest, 0)
        return derivatives.Derivative(base.at, of, by), position + 1 + behind
    if scripts.above:
        raise RefusedError(r"write the entries of a Hessian: \frac{\partial^2 f}{…}", base.at)
    function = reader.symbol(inner, own)
    if reader.is_function(inner.text) and len(rest) > 1 and is_round(rest[1]):
        brackets, outer = unscripted(rest[1])
        operand = reader.statement_value(brackets.items.parts[0])
        gradient: Meaning = derivatives.Gradient(base.at, function, operand)
        return reader.scripts_on_value(gradient, outer), position + 3
    by = _parameter(reader, base)
    powers, _ = split_above(own)
    derivative = derivatives.Derivative(base.at, function, by)
    return reader.raised(derivative, powers, base.at), position + 2


def _parameter(reader: Reader, base: tree.Command) -> Symbol:
    r"""What a bare `\nabla` is taken by: the symbol that the note gives under `\nabla`."""
    if r"\nabla" not in reader.names:
        raise RefusedError(r"say by what: \nabla_w, or give the symbol \nabla", base.at)
    reader.used.add(r"\nabla")
    return Symbol(base.at, r"\nabla")


def differential(
    reader: Reader, fraction: tree.Fraction
) -> tuple[Meaning | None, list[Symbol]] | None:
    """Numerator and variables of a fraction that is a derivative; else nothing."""
    above, below = factors_of(fraction.over), factors_of(fraction.under)
    if fraction.kind != "frac" or not above or not below:
        return None
    first, scripts = unscripted(above[0])
    if not is_differential(first) or not is_differential(unscripted(below[0])[0]):
        return None
    if isinstance(first, tree.Name) and first.text in reader.names:
        return None
    order = _order(scripts)
    variables = list(_variables(reader, below))
    if len(variables) != order:
        message = f"order {order} above and {len(variables)} below do not agree"
        raise RefusedError(message, fraction.at)
    of = reader.term(above[1:]) if len(above) > 1 else None
    return of, variables


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
        if not is_differential(unscripted(below[position])[0]) or position + 1 == len(below):
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
    reader: Reader, factors: Sequence[tree.Node], position: int
) -> tuple[Meaning, int]:
    r"""`\partial C / \partial z` in running text is the fraction."""
    parts = factors[position : position + 5]
    if len(parts) < 5 or not is_slash(parts[2]) or not is_differential(parts[3]):
        raise RefusedError(r"\partial stands in a fraction", factors[position].at)
    of = reader.scripted(*unscripted(parts[1]), parts[1].at)
    by = reader.scripted(*unscripted(parts[4]), parts[4].at)
    if not isinstance(by, Symbol):
        raise RefusedError("a derivative is by a symbol", parts[4].at)
    return derivatives.Derivative(factors[position].at, of, by), position + 5
