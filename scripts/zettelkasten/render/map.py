"""The map: all notes by subject, with arcs from each note to those that need it.

Subjects and the order in them are those of a hub. Above stand the subjects, with arcs that say
which rests on which.
"""

import re

from ..graph import Graph
from ..note import Note
from .addresses import link, words
from .arcs import FORWARD, LINE, arc, dot, drawing

_PLACE = re.compile(r'<div data-map="(?P<hub>[^"]+)"[^>]*>')


def with_map(html: str, page: Note, graph: Graph) -> str:
    """Fill in `<div data-map="notes/index"></div>` with the notes that the hub lists."""
    return _PLACE.sub(lambda place: place[0] + _map(place["hub"], page, graph), html)


def _map(hub: str, page: Note, graph: Graph) -> str:
    subjects = graph.subjects(hub)
    overview = [
        f'<a href="#{heading.anchor}">{words(heading.title)}</a> '
        f'<span class="count">{len(notes)}</span>'
        for heading, notes in subjects
    ]
    rests_on = [
        (above, below)
        for below, (_, users) in enumerate(subjects)
        for above, (_, notes) in enumerate(subjects[:below])
        if any(note in graph.targets(user, "needs") for user in users for note in notes)
    ]
    parts = [f"<section><h2>Subjects</h2>{_list('Subjects', overview, rests_on)}</section>"]
    for heading, notes in subjects:
        needs = [
            (notes.index(needed), below)
            for below, note in enumerate(notes)
            for needed in graph.targets(note, "needs")
            if needed in notes
        ]
        links = _list(heading.title, [link(page, note) for note in notes], needs)
        title = f'<h2 id="{heading.anchor}">{words(heading.title)}</h2>'
        parts.append(f"<section>{title}{links}</section>")
    return "".join(parts)


def _list(name: str, lines: list[str], pairs: list[tuple[int, int]]) -> str:
    """Lines with an arc for each pair of them."""
    middles = [LINE * row + LINE // 2 for row in range(len(lines))]
    shapes = [arc(middles[one], middles[other], FORWARD) for one, other in pairs]
    shapes += [dot(middle, FORWARD) for middle in middles]
    items = "".join(f"<li>{line}</li>" for line in lines)
    return (
        f'<nav class="arcs" aria-label="{words(name)}">'
        f"{drawing(shapes, LINE * len(lines))}<ul>{items}</ul></nav>"
    )
