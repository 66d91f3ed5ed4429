"""Figures of the labs, as SVG that says in words what it shows.

    plot([Curve("both sides", h, error)], x="step", y="error", log="xy", title=…, text=…)
    tiles([image, …], ["a seven", …], title=…, text=…)

Colours are the site's, with others to fall back on, so one SVG serves light and dark pages, and
notebooks too. Text stays text. Nothing depends on the machine or the day.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape
from math import ceil, floor, inf, isfinite, log10
from typing import Literal

import numpy as np

Style = Literal["forward", "backward", "plain", "dotted", "ground"]
STYLES: tuple[Style, ...] = ("forward", "backward", "plain", "dotted")

WIDTH, HEIGHT = 480, 316
LEFT, TOP, RIGHT, BOTTOM = 54, 46, 112, 56
"""Room beside the axes: for numbers, title, names of curves, and numbers again."""
LONGEST = 52
"""Characters of a title that fit on a narrow screen."""
LEVELS = 16
"""Shades of a tile."""

_LOOKS = """
figure:has(>.plot){width:auto;margin:1.4rem 0 .4rem;text-align:start}
.plot{display:block;width:100%;max-width:600px;height:auto}
.plot text{font:12px var(--sans,sans-serif);font-size-adjust:none;fill:var(--mute,#5f5b54)}
.plot .title{font-weight:600;fill:var(--ink,#1f1e1b)}
.plot .axis{stroke:var(--edge,#8a857b);fill:none}
.plot .line{fill:none;stroke-width:2;stroke-linejoin:round}
.plot .forward{stroke:var(--fwd,#0b5a9d);fill:var(--fwd,#0b5a9d)}
.plot .backward{stroke:var(--bwd,#b34700);fill:var(--bg,#fdfcfa);stroke-dasharray:5 2.2}
.plot .plain{stroke:var(--ink,#1f1e1b);fill:var(--ink,#1f1e1b);stroke-width:1.4}
.plot .dotted{stroke:var(--ink,#1f1e1b);fill:var(--bg,#fdfcfa);stroke-dasharray:1.5 3}
.plot .ground{stroke:var(--edge,#8a857b);stroke-width:.8}
.plot path.line{fill:none}
.plot .mark{stroke-dasharray:none;stroke-width:1.4}
.plot text.forward{fill:var(--fwd,#0b5a9d);stroke:none}
.plot text.backward{fill:var(--bwd,#b34700);stroke:none}
.plot :is(text.plain,text.dotted){fill:var(--ink,#1f1e1b);stroke:none}
.plot .tile{fill:var(--ink,#1f1e1b);stroke:none}
@media(max-width:45em){.plot text{font-size:16px}}
"""


@dataclass(frozen=True)
class Curve:
    """A line through points, with its name at the end. Points that are not finite leave a gap.

    `marks` shows the points themselves, and only them if they are not joined.
    """

    name: str
    x: Sequence[float]
    y: Sequence[float]
    style: Style | None = None
    marks: bool = False
    is_joined: bool = True


@dataclass(frozen=True)
class Figure:
    """An SVG that notebooks show by themselves."""

    svg: str

    def _repr_svg_(self) -> str:
        return self.svg


@dataclass(frozen=True)
class Axis:
    """Maps numbers from `low` to `high` onto a stretch of the page."""

    low: float
    high: float
    is_log: bool
    start: float
    end: float
    ticks: list[float] = field(default_factory=list)

    def at(self, value: float) -> float:
        """Where a number lies; not finite if it lies nowhere."""
        if not isfinite(value) or (self.is_log and value <= 0):
            return inf
        low, high, here = (
            (log10(self.low), log10(self.high), log10(value))
            if self.is_log
            else (self.low, self.high, value)
        )
        return self.start + (here - low) / (high - low) * (self.end - self.start)


def plot(
    curves: Sequence[Curve],
    *,
    x: str,
    y: str,
    title: str,
    text: str,
    log: Literal["", "x", "y", "xy"] = "",
    x_range: tuple[float, float] | None = None,
    y_range: tuple[float, float] | None = None,
) -> Figure:
    """Curves over two axes, of which `log` says which are logarithmic.

    `text` says in words what the figure shows; the ends and extremes of each curve are added.
    """
    across = _axis([c.x for c in curves], "x" in log, LEFT, WIDTH - RIGHT, x_range)
    up = _axis([c.y for c in curves], "y" in log, HEIGHT - BOTTOM, TOP, y_range)
    styles = [curve.style or STYLES[i % len(STYLES)] for i, curve in enumerate(curves)]
    drawn = [_drawn(c, style, across, up) for c, style in zip(curves, styles, strict=True)]
    parts = [*_axes(across, up, x, y), *drawn, *_names(curves, styles, across, up)]
    said = [text, *(_in_words(curve, x, y) for curve in curves)]
    return _figure(title, " ".join(said), parts, HEIGHT)


def tiles(
    images: Sequence[np.ndarray], captions: Sequence[str], *, title: str, text: str, columns: int
) -> Figure:
    """Small images side by side: arrays (rows, columns) from 0, empty, to 1, full."""
    size = (WIDTH - 8) / columns - 8
    parts = []
    for i, (image, caption) in enumerate(zip(images, captions, strict=True)):
        x, y = 4 + i % columns * (size + 8), 30 + i // columns * (size + 30)
        parts.append(_tile(image, x, y, size))
        parts.append(_text(caption, x, y + size + 16))
    return _figure(title, text, parts, 30 + ceil(len(images) / columns) * (size + 30))


def _figure(title: str, said: str, parts: Sequence[str], height: float) -> Figure:
    if len(title) > LONGEST:
        raise ValueError(f"the title has {len(title)} characters: use at most {LONGEST}")
    label = escape(" ".join(f"{title}. {said}".split()))
    head = f'<text class="title" x="0" y="14">{escape(title)}</text>'
    return Figure(
        f'<svg class="plot" xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{label}" '
        f'viewBox="0 0 {WIDTH} {height:.0f}"><style>{_LOOKS.strip()}</style>{head}{"".join(parts)}'
        "</svg>"
    )


def _axis(
    series: Sequence[Sequence[float]],
    is_log: bool,
    start: float,
    end: float,
    wanted: tuple[float, float] | None,
) -> Axis:
    """An axis that holds all numbers, or what is wanted, with its ticks."""
    values = np.concatenate([np.asarray(one, dtype=float) for one in series])
    values = values[np.isfinite(values) & (values > 0 if is_log else True)]
    low, high = wanted or (float(values.min()), float(values.max()))
    if is_log:
        first, last = floor(log10(low) + 1e-9), ceil(log10(high) - 1e-9)
        step = ceil((last - first) / 6) or 1
        powers = range(first, last + 1, step)
        return Axis(10.0**first, 10.0**last, True, start, end, [10.0**power for power in powers])
    unit = 10.0 ** floor(log10((high - low) / 4 or 1))
    step = next(unit * one for one in (1, 2, 5, 10) if unit * one >= (high - low) / 5)
    low, high = wanted or (floor(low / step) * step, ceil(high / step) * step)
    ticks = [step * k for k in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]
    return Axis(low, high, False, start, end, ticks)


def _axes(across: Axis, up: Axis, x: str, y: str) -> Iterator[str]:
    yield f'<path class="axis" d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}"/>'
    for tick in across.ticks:
        at = across.at(tick)
        yield f'<path class="axis" d="M{at:.1f} {HEIGHT - BOTTOM}v4"/>'
        yield _text(number(tick, across.is_log), at, HEIGHT - BOTTOM + 18, "middle")
    for tick in up.ticks:
        at = up.at(tick)
        yield f'<path class="axis" d="M{LEFT} {at:.1f}h-4"/>'
        yield _text(number(tick, up.is_log), LEFT - 8, at + 4, "end")
    yield _text(y, 0, 34)
    yield _text(x, WIDTH - RIGHT, HEIGHT - BOTTOM + 40, "end")


def _drawn(curve: Curve, style: Style, across: Axis, up: Axis) -> str:
    """A curve and its marks, cut off at the axes."""
    points = _places(curve, across, up)
    runs, pen = [], "M"
    for x, y in points:
        if isfinite(x) and isfinite(y):
            runs.append(f"{pen}{x - LEFT:.1f} {y - TOP:.1f}")
        pen = "L" if isfinite(x) and isfinite(y) else "M"
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    inside = f'<path class="line {style}" d="{"".join(runs)}"/>' if curve.is_joined else ""
    clipped = f'<svg x="{LEFT}" y="{TOP}" width="{wide}" height="{high}">{inside}</svg>'
    marked = [point for point in points if curve.marks and _is_inside(*point)]
    return clipped + "".join(_mark(x, y, style) for x, y in marked)


def _mark(x: float, y: float, style: Style) -> str:
    if style in ("forward", "plain"):
        return f'<circle class="mark {style}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
    return f'<path class="mark {style}" d="M{x - 3:.1f} {y - 3:.1f}h6v6h-6z"/>'


def _names(
    curves: Sequence[Curve], styles: Sequence[Style], across: Axis, up: Axis
) -> Iterator[str]:
    """The name of each curve beside its last visible point, apart from the others."""
    ends = []
    for curve, style in zip(curves, styles, strict=True):
        seen = [(x, y) for x, y in _places(curve, across, up) if _is_inside(x, y)]
        if seen and curve.name:
            ends.append((max(seen)[1], style, curve.name, any(np.diff(curve.x) < 0)))
    bottom = -inf
    for left, (y, style, name, turns) in zip(range(len(ends))[::-1], sorted(ends), strict=True):
        room = HEIGHT - BOTTOM + 4 - 18 * left  # for the names that follow
        bottom = max(min(y + 4, room), bottom + 18)
        x = WIDTH - RIGHT + 8
        if turns:  # then its end is anywhere
            yield f'<path class="line {style}" d="M{x} {bottom - 4:.1f}h18"/>'
            x += 24
        yield _text(name, x, bottom, style=style)


def _places(curve: Curve, across: Axis, up: Axis) -> list[tuple[float, float]]:
    return [(across.at(x), up.at(y)) for x, y in zip(curve.x, curve.y, strict=True)]


def _is_inside(x: float, y: float) -> bool:
    return LEFT <= x <= WIDTH - RIGHT + 0.1 and TOP - 0.1 <= y <= HEIGHT - BOTTOM + 0.1


def _tile(image: np.ndarray, x: float, y: float, size: float) -> str:
    """One path for all pixels of a shade."""
    rows, columns = image.shape
    shades = np.rint(np.clip(image, 0, 1) * LEVELS).astype(int)
    paths = []
    for shade in range(1, LEVELS + 1):
        pixels = "".join(f"M{j} {i}h1v1h-1z" for i, j in np.argwhere(shades == shade))
        if pixels:
            paths.append(f'<path class="tile" opacity="{shade / LEVELS:.3g}" d="{pixels}"/>')
    frame = f'<path class="axis" d="M{x:.1f} {y:.1f}h{size:.1f}v{size:.1f}h-{size:.1f}z"/>'
    place = f'x="{x:.1f}" y="{y:.1f}" width="{size:.1f}" height="{size:.1f}"'
    return (
        f'<svg {place} viewBox="0 0 {columns} {rows}" preserveAspectRatio="none" '
        f'shape-rendering="crispEdges">{"".join(paths)}</svg>{frame}'
    )


def _text(words: str, x: float, y: float, anchor: str = "start", style: str = "") -> str:
    looks = f' class="{style}"' if style else ""
    where = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text{looks} x="{x:.1f}" y="{y:.1f}"{where}>{escape(words)}</text>'


def number(value: float, is_log: bool = False) -> str:
    """A number as an axis shows it: powers of ten raised, with a real minus."""
    if is_log:
        power = str(round(log10(value)))
        return "10" + power.translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{value:.6g}".replace("-", "−")


def _in_words(curve: Curve, x: str, y: str) -> str:
    """Ends and extremes of a curve."""
    at = [(a, b) for a, b in zip(curve.x, curve.y, strict=True) if isfinite(b)]
    if not at or not curve.name:
        return ""
    low, high = (choose(at, key=lambda point: point[1]) for choose in (min, max))
    spots = {"first": at[0], "last": at[-1], "lowest": low, "highest": high}
    said = (f"{where} {b:.2g} at {a:.3g}" for where, (a, b) in spots.items())
    return f"{curve.name}, {y} by {x}: {', '.join(said)}."
