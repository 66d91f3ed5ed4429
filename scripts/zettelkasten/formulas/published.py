"""The formulas of a note, checked as published against the symbols of its snippet."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..fences import is_session, modules_of
from ..markup import Fence, Formula
from ..modules import Modules, Symbols
from ..note import Note
from ..pictures import PLACE
from ..problem import Problem
from .verdict import Verdict, is_symbol, judge, symbol_name

NOTATION = "notation_glossary"
"""The module of the notation page: its symbols are known on every page."""

_SCHEMATIC = re.compile(r"(?<=\$)\s*<!--\s*schematic:\s*(?P<reason>\S.*?)\s*-->", re.DOTALL)


@dataclass(frozen=True)
class Checked:
    """A formula with what came of it; `reason` says why a schematic one is not evaluated."""

    formula: Formula
    verdict: Verdict
    reason: str = ""


def draws_of(note: Note, modules: Modules) -> Symbols:
    """Symbols of the note's own module, of the first one that it uses, or of the notation."""
    name = module_behind(note, modules)
    return modules.symbols(name) if name else Symbols([{}])


def module_behind(note: Note, modules: Modules) -> str | None:
    """The module whose symbols a page speaks of, if there is any; a lab, of its first need's."""
    fences = [token for token in note.markup.tokens if isinstance(token, Fence)]
    used = [name for fence in fences if not is_session(fence) for name in modules_of(fence)]
    used += [place["module"] for place in PLACE.finditer(note.markup.text)]
    if note.kind == "lab":  # it speaks of what it says that it needs
        used = [slug.replace("-", "_") for slug in note.front["needs"]]
    return next((n for n in (note.module, *used, NOTATION) if n in modules.names()), None)


class Judge:
    """Judges formulas; the same formula in pages that share a module is judged once."""

    def __init__(self, modules: Modules) -> None:
        self._modules = modules
        self._verdicts: dict[tuple[str | None, str], Verdict] = {}

    def checked(self, note: Note) -> list[Checked]:
        """Every formula of a page with its verdict; none while its module gives no symbols."""
        formulas = [token for token in note.markup.tokens if isinstance(token, Formula)]
        if not formulas:
            return []
        module = module_behind(note, self._modules)
        symbols = self._modules.symbols(module) if module else Symbols([{}])
        if not symbols.draws:
            return []
        reasons = {mark.start(): mark["reason"] for mark in _SCHEMATIC.finditer(note.markup.text)}
        return [
            Checked(formula, Verdict("schematic", "holds"), reasons[formula.end])
            if formula.end in reasons
            else Checked(formula, self._verdict(formula.latex, module, symbols))
            for formula in formulas
        ]

    def _verdict(self, latex: str, module: str | None, symbols: Symbols) -> Verdict:
        if (module, latex) not in self._verdicts:
            known = self._known()
            self._verdicts[module, latex] = judge(latex, symbols.draws, symbols.examples, known)
        return self._verdicts[module, latex]

    def _known(self) -> Mapping[str, Any]:
        """Symbols that a page may mention, though its own module does not give them."""
        if NOTATION not in self._modules.names():
            return {}
        draws = self._modules.symbols(NOTATION).draws
        return draws[0] if draws else {}


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
    given = {symbol_name(name) for name in symbols.draws[0] if is_symbol(name)}
    if unused := sorted(given - used):
        names = ", ".join(unused)
        line = modules.line_of_symbols(note.module)
        yield Problem(shown, line, 1, f"symbols() gives {names}, which no formula of the note uses")
