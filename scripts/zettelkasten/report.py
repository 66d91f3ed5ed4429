"""What was checked, for other programs: every formula, number and fence with what came of it."""

from collections.abc import Collection, Iterator
from typing import Any

from .fences import includes, is_cell, is_session, judged, shows_output
from .formulas.mutate import mutants
from .formulas.published import draws_of
from .formulas.verdict import judge
from .library import Library
from .markup import Fence
from .note import Note
from .numbers import COUNTED, claims


def report(library: Library, notes: Collection[Note]) -> dict[str, Any]:
    """Formulas, numbers, fences, and the mutants of the formulas, as plain data."""
    return {
        "formulas": [row for note in notes for row in _formulas(library, note)],
        "numbers": [
            row for note in notes if note.kind in COUNTED for row in _numbers(library, note)
        ],
        "fences": [row for note in notes for row in _fences(library, note)],
        "mutants": mutation(library, notes),
    }


def mutation(library: Library, notes: Collection[Note]) -> dict[str, Any]:
    """Every mutant of every formula that makes a claim: how many there are and what kills them."""
    result: dict[str, Any] = {
        "generated": 0,
        "killed by value": 0,
        "killed by refusal": 0,
        "survivors": [],
    }
    for note in notes:
        symbols = draws_of(note, library.modules)
        for one in library.checked(note):
            if one.verdict.verdict != "holds" or one.verdict.status in {"mention", "schematic"}:
                continue
            for mutant in mutants(one.formula.latex):
                verdict = judge(mutant.latex, symbols.draws, symbols.examples)
                result["generated"] += 1
                match verdict.verdict:
                    case "fails":
                        result["killed by value"] += 1
                    case "refused":
                        result["killed by refusal"] += 1
                    case "holds":
                        row = {"note": note.slug, "kind": mutant.kind, "mutant": mutant.latex}
                        formula = " ".join(one.formula.latex.split())
                        result["survivors"].append(row | {"formula": formula})
    return result


def _formulas(library: Library, note: Note) -> Iterator[dict[str, Any]]:
    for one in library.checked(note):
        verdict = one.verdict
        yield {
            "file": note.shown,
            "line": note.place(one.formula.start)[0],
            "latex": one.formula.latex,
            "kind": "display" if one.formula.display else "inline",
            "status": verdict.status,
            "verdict": "schematic" if verdict.status == "schematic" else verdict.verdict,
            "comparisons": verdict.comparisons,
            "error": verdict.error,
            "reason": one.reason or verdict.reason,
        }


def _numbers(library: Library, note: Note) -> Iterator[dict[str, Any]]:
    for printed, candidate in claims(note, library.modules):
        yield {
            "file": note.shown,
            "line": note.place(printed.offset)[0],
            "text": printed.text,
            "value": printed.value,
            "verdict": "holds" if candidate else "fails",
            "claimed by": candidate.name if candidate else None,
        }


def _fences(library: Library, note: Note) -> Iterator[dict[str, Any]]:
    for token in note.markup.tokens:
        if isinstance(token, Fence):
            try:
                parts = [f"snippets/{part.module}.py:{part.section}" for part in includes(token)]
            except ValueError:
                parts = []
            yield {
                "file": note.shown,
                "line": note.place(token.start)[0],
                "kind": _kind(token),
                "includes": parts,
                "output": shows_output(token),
                "verdict": judged(token, library.modules)[0],
            }


def _kind(fence: Fence) -> str:
    return "session" if is_session(fence) else "cell" if is_cell(fence) else "include"
