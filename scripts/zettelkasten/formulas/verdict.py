"""Does a formula hold? One formula with the symbols of its note, and what came of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal

import numpy as np

from .claims import UPDATED, Claims
from .grammar import FormulaSyntaxError, parse
from .reading import Reader
from .relations import TIGHT, Count, FailureError, Status
from .scene import Draw, family, is_recorded
from .shapes import RefusedError

_BRACES = re.compile(r"(?<=[_^])\{(\\?[a-zA-Z]+|\d)\}|(?<=\\bar|\\dot|\\hat)\{(\\?[a-zA-Z]+)\}")


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


def judge(
    latex: str,
    draws: Sequence[Mapping[str, Any]],
    examples: int = 1,
    known: Mapping[str, Any] = MappingProxyType({}),
) -> Verdict:
    """Check one formula. The first `examples` draws are worked examples, the others random.

    A side that is a printed number must be right in one of the worked examples; all else must hold
    in every draw. What is only mentioned, without a relation, may be in `known` as well.
    """
    try:
        formula = parse(latex)
    except FormulaSyntaxError as error:
        return Verdict("mention", "refused", reason=str(error), at=error.offset)
    tables = [_named(table) for table in draws]
    claims_nothing = not any(statement.relations for statement in formula.statements)
    first = {**_named(known), **tables[0]} if claims_nothing else tables[0]
    count, readers = Count(), []
    try:
        for part in formula.rows or (formula,):
            readers.append(_reader(first))
            numbered = [Draw(i, table) for i, table in enumerate(tables)]
            claims = Claims(part, readers[-1], numbered, examples)
            with np.errstate(all="ignore"):  # what is not finite is refused
                claims.check(count)
        verdict = Verdict(count.status, "holds", count.comparisons, count.error)
    except RefusedError as error:
        verdict = Verdict(count.status, "refused", reason=str(error), at=max(error.at, 0))
    except (TypeError, ValueError, ArithmeticError, LookupError, np.linalg.LinAlgError) as error:
        what = f"the snippet cannot compute it: {type(error).__name__}: {error}"
        verdict = Verdict(count.status, "refused", reason=what)
    except FailureError as failure:
        verdict = Verdict(
            count.status, "fails", count.comparisons, reason=str(failure), at=failure.at
        )
    return replace(verdict, used=frozenset().union(*(reader.used for reader in readers)))


def _named(table: Mapping[str, Any]) -> dict[str, Any]:
    return {symbol_name(name): thing for name, thing in table.items()}


@lru_cache(maxsize=4096)
def symbol_name(typed: str) -> str:
    r"""A symbol's one name: `\bar{v}` and `\bar v`, `w^{\ast}` and `w^\ast` are the same."""
    return _BRACES.sub(lambda braces: f" {braces[2]}" if braces[2] else braces[1], typed)


def is_symbol(name: str) -> bool:
    """Whether a snippet gives a symbol under this name, and no new value or witness of a bound."""
    return not name.endswith(UPDATED) and name not in TIGHT


def _reader(table: Mapping[str, Any]) -> Reader:
    names = {name for name in table if is_symbol(name)}
    things = {name: _any_member(table[name]) for name in names}
    functions = {name for name, thing in things.items() if _is_function(thing)}
    families = {name for name in names if family(table[name]) is not None}
    matrices = {name for name, thing in things.items() if _is_matrix(thing)}
    return Reader(*map(frozenset, (names, functions, families, matrices)))


def _is_function(thing: object) -> bool:
    return callable(thing[0] if isinstance(thing, tuple) and thing else thing)


def _is_matrix(thing: object) -> bool:
    value = thing.value if is_recorded(thing) else thing
    return isinstance(value, np.ndarray) and value.ndim == 2 and value.shape[1] > 1


def _any_member(thing: object) -> object:
    members = family(thing)
    return _any_member(next(iter(members.values()))) if members else thing
