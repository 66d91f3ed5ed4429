"""The notes around a note: lists of links, and beside them arcs that the build draws.

What the note needs stands above it, what it leads to and what else links here below. Thin arcs say
which of the neighbours need each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ..graph import Graph
from ..note import Note
from .addresses import link, words
from .arcs import AMONG, BACKWARD, FORWARD, GAP, LINE, TITLE, arc, dot, drawing, here

LINES = 6
"""Lines of a group. Where there are more notes, those that most pages name are shown, and the last
line leads to the list of all."""

_HERE = "This note"
_ALL = {"Needs": "top", "Leads to": "leads-to", "Links here": "what-links-here"}


@dataclass(frozen=True)
class Group:
    """What some notes are to this one, those that are shown, and how many there are.

    `top` is where they begin, in pixels.
    """

    name: str
    shown: list[Note]
    count: int
    top: int

    @property
    def bottom(self) -> int:
        """Where the group ends."""
        return self.top + TITLE + LINE * min(self.count, LINES)

    def places(self) -> Iterator[tuple[Note, int]]:
        """The notes shown, each with the middle of its line."""
        for row, note in enumerate(self.shown):
            yield note, self.top + TITLE + LINE * row + LINE // 2


def neighbourhood(note: Note, graph: Graph) -> str:
    """Links to a note's neighbours with arcs, or nothing where there are none.

    Before them stands an empty drawing of the same height, which keeps their place in the margin.
    """
    groups = list(_groups(note, graph))
    if len(groups) == 1:
        return ""
    height = groups[-1].bottom
    lists = "".join(_links(note, group) for group in groups)
    return (
        f'<svg class="beside" width="1" height="{height}" aria-hidden="true"></svg>'
        '<nav class="around arcs" aria-label="Neighbouring notes">'
        f"{drawing(_shapes(note, groups, graph), height)}{lists}</nav>"
    )


def _groups(note: Note, graph: Graph) -> Iterator[Group]:
    """The note and its neighbours by what they are to it, each once, in reading order."""
    needs, leads_to = graph.targets(note, "needs"), graph.leads_to(note)
    others = [
        entry.source
        for entries in graph.backlinks(note).values()
        for entry in entries
        if entry.source not in (*needs, *leads_to)
    ]
    top = 0
    for name, notes in {
        "Needs": needs,
        _HERE: [note],
        "Leads to": leads_to,
        "Links here": others,
    }.items():
        if notes:
            group = Group(name, _shown(notes, graph), len(notes), top)
            yield group
            top = group.bottom + GAP


def _shown(notes: list[Note], graph: Graph) -> list[Note]:
    if len(notes) <= LINES:
        return notes
    known = sorted(notes, key=lambda one: (one.kind != "note", -graph.named_by(one)))
    return [one for one in notes if one in known[: LINES - 1]]


def _links(note: Note, group: Group) -> str:
    here = f"<b>{words(note.title)}</b>"
    lines = [here if one is note else link(note, one) for one in group.shown]
    if group.count > LINES:
        lines.append(f'<a href="#{_ALL[group.name]}">All {group.count}</a>')
    items = "".join(f"<li>{line}</li>" for line in lines)
    return f'<p>{group.name}</p><ul aria-label="{group.name}">{items}</ul>'


def _shapes(note: Note, groups: list[Group], graph: Graph) -> list[str]:
    """Arcs among neighbours lie lowest, then those to this note, then the dots at their ends."""
    rows = [(group.name, one, y) for group in groups for one, y in group.places()]
    [centre] = (y for name, _, y in rows if name == _HERE)
    others = [
        (BACKWARD if name == "Links here" else FORWARD, y) for name, _, y in rows if name != _HERE
    ]
    heights = {one: y for _, one, y in rows if one is not note}
    among = [
        arc(heights[needed], y, AMONG)
        for one, y in heights.items()
        for needed in graph.targets(one, "needs")
        if needed in heights
    ]
    arcs = [arc(centre, y, stroke) for stroke, y in others]
    dots = [dot(y, stroke) for stroke, y in others]
    return [*among, *arcs, *dots, here(centre)]
