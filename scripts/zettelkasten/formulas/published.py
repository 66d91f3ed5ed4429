"""The formulas of a note, checked as published against the symbols of its snippet."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..fences import Include, includes
from ..markup import Fence, Formula, Token
from ..modules import Modules, Symbols
from ..note import Note
from ..problem import Problem
from .verdict import TIGHT, UPDATED, Verdict, judge

_SCHEMATIC = re.compile(r"\s*<!--\s*schematic:\s*(?P<reason>\S.*?)\s*-->", re.DOTALL)


@dataclass(frozen=True)
class Checked:
    """A formula with what came of it; `reason` says why a schematic one is not evaluated."""

    formula: Formula
    verdict: Verdict
    reason: str = ""


def draws_of(note: Note, modules: Modules) -> Symbols:
    """Symbols of the note's own module, or of the first one that it includes; else none at all."""
    included = [part.module for fence in note.markup.tokens for part in _parts(fence)]
    for name in (note.module, *included):
        if name in modules.names():
            return modules.symbols(name)
    return Symbols([{}])


def _parts(token: Token) -> list[Include]:
    try:
        return includes(token) if isinstance(token, Fence) else []
    except ValueError:  # reported with the fences
        return []


def checked_formulas(note: Note, modules: Modules) -> list[Checked]:
    """Every formula of a page with its verdict; none while its module gives no symbols."""
    symbols = draws_of(note, modules)
    judged: dict[str, Verdict] = {}  # the same few symbols are mentioned again and again
    found = []
    for token in note.markup.tokens if symbols.draws else ():
        if not isinstance(token, Formula):
            continue
        if schematic := _SCHEMATIC.match(note.markup.text, token.end):
            found.append(Checked(token, Verdict("schematic", "holds"), schematic["reason"]))
            continue
        if token.latex not in judged:
            judged[token.latex] = judge(token.latex, symbols.draws, symbols.examples)
        found.append(Checked(token, judged[token.latex]))
    return found


def formula_problems(note: Note, modules: Modules, checked: Iterable[Checked]) -> Iterator[Problem]:
    """Formulas that fail or are refused, and symbols that no formula uses."""
    used: set[str] = set()
    for one in checked:
        used |= one.verdict.used
        if one.verdict.verdict != "holds":
            yield note.problem(one.formula.latex_start + one.verdict.at, one.verdict.reason)
    if note.module not in modules.names():
        return
    symbols = modules.symbols(note.module)
    shown = f"snippets/{note.module}.py"
    if symbols.failure and not modules.run(note.module).failure:  # said once is enough
        yield Problem(shown, symbols.line, 1, symbols.failure)
    if not symbols.draws:
        if not symbols.failure and any(isinstance(t, Formula) for t in note.markup.tokens):
            message = "has no symbols(): write one that says what the note's formulas speak of"
            yield Problem(shown, 1, 1, message)
        return
    given = {name for name in symbols.draws[0] if name != TIGHT and not name.endswith(UPDATED)}
    if unused := sorted(given - used):
        names = ", ".join(unused)
        line = modules.line_of_symbols(note.module)
        yield Problem(shown, line, 1, f"symbols() gives {names}, which no formula of the note uses")
