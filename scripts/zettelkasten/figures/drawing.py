"""The drawing of a computational graph: nodes, edges of two lanes, and every number in its place.

A chain carries its values on its edges and ends in a circle. Elsewhere a value may go several ways,
so it stands above its node. What is drawn has one colour for each direction, and never only that:
values are bold, above and solid; adjoints have a bar, stand below, and their lanes are dashed.
"""

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from .edges import (
    RADIUS,
    ROOM,
    TALL,
    Edge,
    Pill,
    Rect,
    Spot,
    edges_between,
    lanes,
    outline,
    pills_on,
    shown,
    slope_of,
)
from .layout import Place, is_chain, places
from .letters import SMALL, Words, letter, number, plain, rounded, sign, term, text
from .nodes import Node, users

TEXT, FIGURE, FRAME = 600, 760, 940
"""Widths of drawings in pixels: that of the text, of most figures, and of text with margin."""
BOX = 66
"""Of a box in a chain."""
ROWS, SIDE = (128, 148, 168), 62
"""From row to row, the first that has room; and from the middle of an outer node to the edge."""
LINE = 17
"""From line to line."""
SEED = "seed, start here"

Label = tuple[str, Rect]
"""An SVG text and the room that it takes."""
Tried = tuple[list[Label], list[Edge], list[Pill], list[Spot]]
"""Labels, edges, pills and nodes of a drawing."""


def width(graph: Sequence[Node]) -> int:
    """Of the drawing."""
    if is_chain(graph):
        return FIGURE if len(graph) < 5 else FRAME
    columns = _columns(graph)
    return TEXT if columns < 4 else FIGURE if columns < 6 else FRAME


def is_wide(graph: Sequence[Node]) -> bool:
    """Whether it needs more room than the column of text."""
    return width(graph) > TEXT


def figure(graph: Sequence[Node]) -> str:
    """The drawing as an SVG, and what it says to those who do not see it."""
    across, height, parts = drawing(graph)
    title = f"Computational graph of {said(graph[-1].letter)}"
    words = "; ".join(map(_described, graph))
    return (
        f'<svg role="img" text-anchor="middle" width="{across}" viewBox="0 0 {across} {height:g}">'
        f"<title>{title}</title><desc>{words}.</desc>{''.join(parts)}</svg>"
    )


def _described(node: Node) -> str:
    """A node with all its numbers."""
    slopes = "".join(f", slope {number(d)} by {said(v)}" for v, d in node.slopes.items())
    how = f" by {escape(node.operation)}" if node.operation else ""
    value, adjoint = number(node.value), number(node.adjoint)
    return f"{said(node.letter)} = {value}{how}{slopes}, adjoint {adjoint}"


def said(latex: str) -> str:
    """A name as plain words."""
    return latex.replace("{", "").replace("}", "").replace("\\", "")


def drawing(graph: Sequence[Node]) -> tuple[int, float, list[str]]:
    """Width, height, and the parts of the drawing."""
    tries = [_tried(graph, row, brought) for row in ROWS for brought in (True, False)]
    labels, edges, pills, spots = min(tries, key=lambda tried: sum(pill.harm for pill in tried[2]))
    taken = [*map(outline, spots), *(rect for _, rect in labels)]
    top = min(rect.y - rect.height / 2 for rect in taken)
    bottom = max(rect.y + rect.height / 2 for rect in taken)
    parts = [
        f'<g transform="translate(0 {2 - top:g})">',
        *(lane for edge in edges for lane in lanes(edge)),
        *(part for pill in pills for part in shown(pill)),
        *map(_shape, spots),
        *(part for part, _ in labels),
        "</g>",
    ]
    return width(graph), bottom - top + 4, parts


def _tried(graph: Sequence[Node], row: float, with_brought: bool) -> Tried:
    """The drawing with this height of a row."""
    across = width(graph)
    spots = _in_line(graph, across) if is_chain(graph) else _in_columns(graph, across, row)
    labels, edges = _labels(graph, spots), edges_between(graph, spots)
    taken = [*map(outline, spots), *(rect for _, rect in labels)]
    return labels, edges, pills_on(edges, taken, with_brought), spots


# Where nodes stand


def _in_line(graph: Sequence[Node], across: float) -> list[Spot]:
    """A chain: a circle, boxes, and a circle for the result, which is also that of a box."""
    size = max(BOX, *map(_size, graph))
    sizes = [2 * RADIUS, *[size] * (len(graph) - 1), 2 * RADIUS]
    gap = (across - 4 - sum(sizes)) / len(graph)
    left, spots = 2.0, []
    for node, size in zip([*graph, graph[-1]], sizes, strict=True):
        spots.append(Spot(node, left + size / 2, 0, size, len(spots) in {0, len(graph)}))
        left += size + gap
    return spots


def _in_columns(graph: Sequence[Node], across: float, row: float) -> list[Spot]:
    """Columns, as far apart as the words on and beside the edges between them need."""
    found = places(graph)
    gaps = [_gap(graph, found, column) for column in range(_columns(graph) - 1)]
    more = (across - 2 * SIDE - sum(gaps)) / len(gaps)
    left = [SIDE + sum(gaps[:column]) + column * more for column in range(len(gaps) + 1)]
    return [
        Spot(node, left[place.column], place.row * row, _size(node), not node.operation)
        for node in graph
        for place in [found[node.letter]]
    ]


def _gap(graph: Sequence[Node], found: Mapping[str, Place], column: int) -> float:
    """What the edges from a column to the next need, from middle to middle."""
    need = 0.0
    for user in graph:
        for node in graph:
            ends = found[node.letter], found[user.letter]
            if node.letter in user.slopes and [end.column for end in ends] == [column, column + 1]:
                beside = [_size(one) + 30 for one in (node, user)]
                if ends[0].row != ends[1].row:  # then labels are in the way
                    beside = [_broadest(graph, one) + 2 * ROOM for one in (node, user)]
                need = max(need, sum(beside) / 2 + slope_of(user.slopes[node.letter]).width + 16)
    return need


def _broadest(graph: Sequence[Node], node: Node) -> float:
    """The width of what stands above and below a node."""
    lines = [_value(node), *_adjoint(node, users(graph, node))]
    return max(line.width for line in lines)


def _columns(graph: Sequence[Node]) -> int:
    return 1 + max(place.column for place in places(graph).values())


def _size(node: Node) -> float:
    return max(TALL, _operation(node).width + 22) if node.operation else 2 * RADIUS


def _operation(node: Node) -> Words:
    """A sign as in formulas, or a word."""
    return sign(node.operation) if len(node.operation) == 1 else plain(node.operation)


def _shape(spot: Spot) -> str:
    """A circle with its letter, or a box with its operation."""
    paint = 'fill="var(--bg)" stroke="var(--ink)" stroke-width="1.3"'
    x, y = rounded(spot.x), rounded(spot.y)
    if spot.is_end:
        inside = text(spot.x, spot.y + 5, letter(spot.node.letter), "ink")
        return f'<circle cx="{x}" cy="{y}" r="{RADIUS}" {paint}/>{inside}'
    place = f'x="{rounded(spot.x - spot.size / 2)}" y="{rounded(spot.y - TALL / 2)}"'
    size = f'width="{rounded(spot.size)}" height="{TALL}" rx="8"'
    inside = text(spot.x, spot.y + 5, _operation(spot.node), "ink")
    return f"<rect {place} {size} {paint}/>{inside}"


# Values and adjoints


def _labels(graph: Sequence[Node], spots: Sequence[Spot]) -> list[Label]:
    """The value and the adjoint of each node, and the room that they take."""
    found = []
    for place, node in enumerate(graph):
        spot = spots[place]
        x, above, below = spot.x, spot.y - TALL / 2 - 10, spot.y + TALL / 2 + 21
        if is_chain(graph):
            after = spots[place + 1]
            x = (spot.x + spot.size / 2 + after.x - after.size / 2) / 2
            above, below = -20, 34
        value, *adjoint = _value(node), *_adjoint(node, users(graph, node))
        found.append(_label(x, above, value, "fwd", place + 1))
        for line, words in enumerate(adjoint):
            colour = "mute" if words.said == SEED else "bwd"
            found.append(_label(x, below + line * LINE, words, colour, 2 * len(graph) - place))
    return found


def _value(node: Node) -> Words:
    return letter(node.letter) + plain(f" = {number(node.value)}")


def _adjoint(node: Node, users: Sequence[Node]) -> Iterator[Words]:
    """An adjoint, and where it comes from if that is more than one place, or none."""
    yield letter(node.letter, bar=True) + plain(f" = {number(node.adjoint)}")
    if not users:
        yield plain(SEED, SMALL)
    if len(users) > 1:
        brought = (user.adjoint * user.slopes[node.letter] for user in users)
        yield plain(f"= {' + '.join(map(term, brought))}", SMALL)


def _label(x: float, y: float, words: Words, colour: str, step: int) -> Label:
    bold = ' font-weight="600"' if colour == "fwd" else ""
    part = text(x, y, words, colour, f'{bold} data-step="{step}"')
    return part, Rect(x, y - 5, words.width, 20)
