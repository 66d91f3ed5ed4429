"""The works that a note relies on as a timeline: drawn, told to listeners, and as a table.

Rows are in order of year and not to scale. Each strand of the history has a lane and a shape of its
own, so that nothing hangs on colour. Words keep their size on every screen; the figure is made for
390 px, and scrolls where there is less room.
"""

import re
from collections.abc import Sequence
from html import escape
from itertools import pairwise

from ..bibliography import authors
from ..front_matter import STRANDS
from ..graph import Graph
from ..note import Note
from .addresses import between

GAP = 50
"""Years without an entry that are said."""
FILLED = "filled: worked back from the result"

_PLACE = re.compile(r'<div data-timeline="sources">')
_MARKS = {
    "calculus": '<circle r="5.5"',
    "control": '<path d="M-5-5H5V5H-5z"',
    "programs": '<path d="M0-7L7 0 0 7-7 0z"',
    "networks": '<path d="M0-7L7 5.5H-7z"',
}
_WIDTH, _YEAR, _LANE, _TEXT = 350, 46, 18, 118
"""Of the whole, and from the left to the first lane, from lane to lane, and to the words."""
_ROW, _LEGEND = 44, 22


def with_timeline(html: str, note: Note, graph: Graph) -> str:
    """Fill `<div data-timeline="sources"></div>` with the sources that say where they stand."""
    cited = graph.targets(note, "cites")
    found = [one for one in cited if one.front["timeline"] and one.front["year"]]
    found.sort(key=lambda one: one.front["year"])
    return _PLACE.sub(lambda place: place[0] + timeline(found, note), html) if found else html


def timeline(sources: Sequence[Note], note: Note) -> str:
    """A figure, and below it a table with links. `sources` are in order of year."""
    drawing, height = _drawing(sources)
    first, last = _year(sources[0]), _year(sources[-1])
    said = "; ".join(map(_said, sources))
    svg = (
        '<svg role="img" aria-labelledby="timeline-title timeline-desc" width="100%" '
        f'height="{height}" fill="currentColor" stroke-width="1.5" '
        f'style="display:block;min-width:{_WIDTH}px">'
        f'<title id="timeline-title">Timeline from {first} to {last}</title>'
        f'<desc id="timeline-desc">{said}.</desc>{drawing}</svg>'
    )
    rows = "".join(_cells(one, note) for one in sources)
    table = f"<table><thead><tr><th>Year</th><th>Who</th><th>What</th></tr></thead>{rows}</table>"
    return (
        '<div class="timeline" role="group" aria-label="Timeline" tabindex="0" '
        f'style="overflow:auto hidden;margin:1.4rem 0">{svg}</div><details>'
        f"<summary>The same as a table, with links</summary>{table}</details>"
    )


def _drawing(sources: Sequence[Note]) -> tuple[str, int]:
    """Legend, lanes, marks and words, and the height of it all."""
    lanes = [lane for lane in STRANDS if lane in map(_strand, sources)]
    parts = []
    for row, lane in enumerate(lanes):
        y = _LEGEND // 2 + row * _LEGEND
        parts.append(_mark(lane, lanes, y) + _words(STRANDS[lane], y + 5))
    y = _LEGEND // 2 + len(lanes) * _LEGEND
    parts += [_mark(lane, lanes, y, filled=True) for lane in lanes]
    parts.append(_words(FILLED, y + 5))
    places = _places(sources, y + _LEGEND + _ROW // 2)
    for lane in lanes:
        own = [at for at in zip(sources, places, strict=True) if _strand(at[0]) == lane]
        parts += [_line(*before, *after, _x(lane, lanes)) for before, after in pairwise(own)]
    for (before, one), y in zip(pairwise([sources[0], *sources]), places, strict=True):
        if (years := _year(one) - _year(before)) > GAP:
            parts.append(_words(f"{years} years", y - _ROW // 2 - 8))
        parts.append(_entry(one, y, lanes))
    return "".join(parts), places[-1] + _ROW // 2


def _places(sources: Sequence[Note], y: int) -> list[int]:
    """The height at which each row stands; a gap takes half a row."""
    places = [y]
    for before, one in pairwise(sources):
        y += _ROW + (_ROW // 2 if _year(one) - _year(before) > GAP else 0)
        places.append(y)
    return places


def _entry(one: Note, y: int, lanes: Sequence[str]) -> str:
    year = f'<text x="0" y="{y + 5}" style="{_font(600, 15)}">{_year(one)}</text>'
    mark = _mark(_strand(one), lanes, y, filled=one.front["timeline"]["back"])
    who = _words(_who(one), y - 4, weight=600, size=15)
    return year + mark + who + _words(_did(one), y + 13)


def _mark(lane: str, lanes: Sequence[str], y: int, filled: bool = False) -> str:
    fill = "var(--bwd)" if filled else "var(--bg)"
    stroke = "var(--bwd)" if filled else "currentColor"
    place = f'transform="translate({_x(lane, lanes)} {y})"'
    return f'{_MARKS[lane]} {place} fill="{fill}" stroke="{stroke}"/>'


def _line(before: Note, top: int, after: Note, bottom: int, x: int) -> str:
    """Part of a lane, broken where it spans more years than a gap."""
    broken = ' stroke-dasharray="2 5"' if _year(after) - _year(before) > GAP else ""
    return f'<path d="M{x} {top}V{bottom}" stroke="var(--edge)"{broken}/>'


def _words(text: str, y: int, weight: int = 400, size: int = 14) -> str:
    return f'<text x="{_TEXT}" y="{y}" style="{_font(weight, size)}">{_html(text)}</text>'


def _font(weight: int, size: int) -> str:
    """As large as `size` pixels, and smaller on a narrow screen, down to 12."""
    return f"font:{weight} clamp(12px,3.2vw,{size}px) var(--sans)"


def _x(lane: str, lanes: Sequence[str]) -> int:
    return _YEAR + _LANE * lanes.index(lane)


def _said(one: Note) -> str:
    back = ", worked back from the result" if one.front["timeline"]["back"] else ""
    return f"{_year(one)}, {STRANDS[_strand(one)]}, {_html(_who(one))}: {_html(_did(one))}{back}"


def _cells(one: Note, note: Note) -> str:
    back = ", backwards" if one.front["timeline"]["back"] else ""
    link = f'<a href="{between(note, one.url)}">{_html(_who(one))}</a>'
    what = f"{_html(_did(one))} ({STRANDS[_strand(one)]}{back})"
    return f"<tr><td>{_year(one)}</td><td>{link}</td><td>{what}</td></tr>"


def _who(one: Note) -> str:
    return ", ".join(author.family for author in authors(one))


def _did(one: Note) -> str:
    return one.front["timeline"]["did"]


def _strand(one: Note) -> str:
    return one.front["timeline"]["strand"]


def _year(one: Note) -> int:
    return one.front["year"]


def _html(text: str) -> str:
    return escape(text, quote=False).replace("'", "’")
