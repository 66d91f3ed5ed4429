"""The edges of a computational graph: two lanes each, and a pill with the slope where it fits.

Values go along the upper lane, solid, with a filled tip; adjoints come back along the lower one,
dashed, with an open tip.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, cos, degrees, hypot, sin, sqrt, tan
from operator import itemgetter

from .layout import is_chain
from .letters import Words, number, plain, rounded, term, text
from .nodes import Node, users

TALL, RADIUS = 44, 22
"""Of all boxes, and of a circle."""
LANE, GAP = 5, 2
"""From the middle of an edge to its lanes, and from the tips of lanes to nodes."""
PORT = 15
"""Between the places at which edges meet a side of a box."""
ROOM = 4
"""Between a pill and what is near it."""
SPOTS = (0.5, 0.56, 0.44, 0.62, 0.38, 0.68, 0.32, 0.74, 0.26)
"""Where on its edge a pill may stand; the first that touches nothing is taken."""


@dataclass(frozen=True)
class Rect:
    """What takes room: its middle and its size."""

    x: float
    y: float
    width: float
    height: float

    def touches(self, other: "Rect", room: float = ROOM) -> bool:
        """Whether they overlap, or nearly."""
        return (
            abs(self.x - other.x) * 2 < self.width + other.width + 2 * room
            and abs(self.y - other.y) * 2 < self.height + other.height + 2 * room
        )


@dataclass(frozen=True)
class Spot:
    """Where a node stands; those with nothing inside but their letter are circles."""

    node: Node
    x: float
    y: float
    size: float
    is_end: bool


@dataclass(frozen=True)
class Edge:
    """From the outline of one node to that of another, and the steps at which it is seen.

    `slope` is what multiplies on the way back; where several edges come back, `brings` is what
    this one does.
    """

    x: float
    y: float
    length: float
    angle: float
    is_round: bool
    forward: int
    back: int
    slope: float | None = None
    known: int = 0
    brings: float | None = None

    def at(self, part: float) -> tuple[float, float]:
        """The point at a part of its length."""
        along = part * self.length
        return self.x + along * cos(self.angle), self.y + along * sin(self.angle)


def outline(spot: Spot) -> Rect:
    """The room that a node takes."""
    return Rect(spot.x, spot.y, spot.size, TALL)


def edges_between(graph: Sequence[Node], spots: Sequence[Spot]) -> list[Edge]:
    """All edges, in the order of the trace; a chain ends in one more."""
    last = 2 * len(graph)
    if is_chain(graph):
        lines = [_line(one, other, 0, 0) for one, other in pairwise(spots)]
        slopes = [*(next(iter(node.slopes.values())) for node in graph[1:]), None]
        return [
            Edge(*line, place + 1, last - place, slope, place + 2)
            for place, (line, slope) in enumerate(zip(lines, slopes, strict=True))
        ]
    order = {node.letter: place for place, node in enumerate(graph)}
    pairs = [(order[v], place) for place, node in enumerate(graph) for v in node.slopes]
    ports = _ports(pairs, spots)
    found = []
    for one, other in sorted(pairs):
        slope = graph[other].slopes[graph[one].letter]
        brings = graph[other].adjoint * slope if len(users(graph, graph[one])) > 1 else None
        line = _line(spots[one], spots[other], *ports[one, other])
        found.append(Edge(*line, other + 1, last - one, slope, other + 1, brings))
    return found


def _ports(
    pairs: Sequence[tuple[int, int]], spots: Sequence[Spot]
) -> dict[tuple[int, int], tuple[float, float]]:
    """How far from the middles of the two sides each edge leaves and arrives, so that none meet."""
    ports = {}
    for one, other in pairs:
        out = sorted((to for start, to in pairs if start == one), key=lambda to: spots[to].y)
        to = sorted((start for start, end in pairs if end == other), key=lambda v: spots[v].y)
        leave = PORT * (out.index(other) - (len(out) - 1) / 2)
        arrive = PORT * (to.index(one) - (len(to) - 1) / 2)
        if spots[one].y == spots[other].y:  # then it is level
            leave = arrive = leave if len(out) > len(to) else arrive
        elif spots[one].is_end:
            leave = 0
        ports[one, other] = leave, arrive
    return ports


def _line(
    one: Spot, other: Spot, leave: float, arrive: float
) -> tuple[float, float, float, float, bool]:
    """From outline to outline: start, length, angle, and whether it starts at a circle."""
    left, top = one.x, one.y + leave
    right, bottom = other.x - other.size / 2, other.y + arrive
    if other.is_end:
        right = other.x - RADIUS
    if not one.is_end:
        left += one.size / 2
    angle = atan2(bottom - top, right - left)
    out = sqrt(RADIUS**2 - leave**2) if one.is_end else 0
    length = hypot(bottom - top, right - left) - out
    return left + out * cos(angle), top + out * sin(angle), length, angle, one.is_end


def lanes(edge: Edge) -> Iterator[str]:
    """The way there, above, and the way back, below, in a frame that lies along the edge."""
    place = f"translate({rounded(edge.x)} {rounded(edge.y)})"
    place += f"rotate({rounded(degrees(edge.angle))})" if edge.angle else ""
    for y in (-LANE, LANE):
        slant = y * tan(edge.angle)  # where a lane meets an upright side
        start, end = (0 if edge.is_round else slant) + GAP, edge.length + slant - GAP
        if y < 0:
            way = f"M{rounded(start - GAP)} {y}H{rounded(end - 8)}v-3.2l8 3.2-8 3.2v-3.2"
            paint = 'stroke="var(--fwd)" fill="var(--fwd)" stroke-width="1.8"'
            yield f'<path transform="{place}" d="{way}" {paint} data-step="{edge.forward}"/>'
            continue
        paint = 'fill="none" stroke="var(--bwd)" stroke-width="1.8"'
        line = (
            f'<path d="M{rounded(end + GAP)} {y}H{rounded(start + 2)}" stroke-dasharray="5 3.5"/>'
        )
        tip = f'<path d="M{rounded(start + 8)} {y - 4}l-7 4 7 4"/>'
        yield f'<g transform="{place}" {paint} data-step="{edge.back}">{line}{tip}</g>'


@dataclass(frozen=True)
class Pill:
    """What stands on an edge: its slope, and below that what it brings."""

    edge: Edge
    slope: Words
    brings: Words | None
    rect: Rect
    harm: int


def shown(pill: Pill) -> Iterator[str]:
    """A pill as SVG."""
    rect, step = pill.rect, f' data-step="{pill.edge.known}"'
    place = f'x="{rounded(rect.x - rect.width / 2)}" y="{rounded(rect.y - rect.height / 2)}"'
    size = f'width="{rounded(rect.width)}" height="{rect.height:g}" rx="11"'
    paint = 'fill="var(--surf)" stroke="var(--rule)"'
    middle = rect.y + (5 if not pill.brings else -4)
    inside = text(rect.x, middle, pill.slope, "ink")
    yield f"<g{step}><rect {place} {size} {paint}/>{inside}</g>"
    if pill.brings:
        step = f' data-step="{pill.edge.back}"'
        yield text(rect.x, rect.y + 14, pill.brings, "bwd", step)


def pills_on(edges: Sequence[Edge], taken: Sequence[Rect], with_brought: bool) -> list[Pill]:
    """Pills, each where on its edge it does the least harm."""
    found: list[Pill] = []
    for edge in edges:
        if edge.slope is None:
            continue
        slope, brings = slope_of(edge.slope), None
        size = slope.width + 16, 22
        if with_brought and edge.brings is not None:
            brings = plain(f"= {number(edge.brings)}")
            size = max(slope.width, brings.width) + 16, 40
        others = [other for other in edges if other is not edge]
        full = [*taken, *(pill.rect for pill in found)]
        rects = [Rect(*edge.at(part), *size) for part in SPOTS]
        harm, rect = min(((_harm(one, full, others), one) for one in rects), key=itemgetter(0))
        found.append(Pill(edge, slope, brings, rect, harm))
    return found


def slope_of(slope: float) -> Words:
    """What multiplies on the way back."""
    return plain(f"× {term(slope)}")


def _harm(rect: Rect, taken: Sequence[Rect], edges: Sequence[Edge]) -> int:
    """How much a pill would hide: things that have a place, and other edges."""
    points = (Rect(*edge.at(k / 20), 2 * LANE, 2 * LANE) for edge in edges for k in range(21))
    return 20 * sum(map(rect.touches, taken)) + sum(rect.touches(point, 0) for point in points)
