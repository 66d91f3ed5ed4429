"""What was checked, in total: formulas by status, and the mutants of formulas that survive."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby
from typing import Any, get_args

from ..formulas.relations import Status
from ..library import UNCLAIMED, Library
from ..mathml import FormulaError, mathml
from ..note import Note
from .addresses import between
from .page import STATUS
from .symbols import in_words

TRUE = "true:"
"""Begins the reason of a mutant that survives because it states something true."""

_KIND = re.compile(rf"^(?:{TRUE}|gap:)\s*")
_PLACE = re.compile(r'<div data-totals="(?P<what>\w+)">')
_CLAIMS_NOTHING = {
    "mention": "a mention: its symbols are known, and nothing is claimed",
    "schematic": "schematic: not evaluated, for the reason that stands below it",
}


def with_totals(html: str, library: Library, note: Note) -> str:
    """Fill `<div data-totals="…"></div>` with `statuses`, or with survivors: `true` or `gaps`."""

    def filled(place: re.Match[str]) -> str:
        if place["what"] == "statuses":
            return place[0] + _statuses(library)
        rows = library.mutants["survivors"]
        wanted = place["what"] == "true"
        return place[0] + _survivors(
            [row for row in rows if row["reason"].startswith(TRUE) == wanted], library, note
        )

    return _PLACE.sub(filled, html)


def _statuses(library: Library) -> str:
    """A table of all formulas by what they claim; those of no status are left out."""
    words = {**STATUS, **_CLAIMS_NOTHING}
    rows = []
    for status in sorted(get_args(Status), key=lambda status: status in UNCLAIMED):
        if number := library.count(f"{status} formulas"):
            rows.append(f"<tr><td>{words.get(status, status)}</td>{_cell('td', number)}</tr>")
    head = f"<tr><th>What a formula claims</th>{_cell('th', 'Count')}</tr>"
    return f"<table><thead>{head}</thead><tbody>{''.join(rows)}</tbody></table>"


def _cell(tag: str, content: object) -> str:
    return f'<{tag} style="text-align: right;">{content}</{tag}>'


def _survivors(rows: Iterable[Mapping[str, Any]], library: Library, note: Note) -> str:
    """Each formula, linked to its note, with its mutants and the reason why each survives."""
    notes = {other.slug: other for other in library.notes}
    entries = []
    for (slug, latex), mutants in groupby(rows, key=lambda row: (row["note"], row["formula"])):
        other = notes[slug]
        link = f'<a href="{between(note, other.url)}">{escape(other.title, quote=False)}</a>'
        entries.append(f"<dt>{link}{_formula(latex)}</dt>")
        for row in mutants:
            reason = in_words(f"{row['kind']}: {_KIND.sub('', row['reason'])}")
            entries.append(f"<dd>{_formula(row['mutant'])}{reason}</dd>")
    if not entries:
        return "<p>None.</p>"
    return f'<section class="leads-to"><dl>{"".join(entries)}</dl></section>'


def _formula(latex: str) -> str:
    try:
        return mathml(latex, display=True)
    except FormulaError:  # what a slip makes need not be LaTeX that can be shown
        return f"<p><code>{escape(latex, quote=False)}</code></p>"
