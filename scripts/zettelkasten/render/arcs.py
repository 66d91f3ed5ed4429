"""Arcs beside a list of links: half ellipses to the left of the dots at which they end."""

AXIS = 60
"""Pixels from the left to the dots."""
WIDTH = AXIS + 10
"""Pixels that arcs and dots take; the links begin there."""
TITLE, LINE, GAP = 24, 28, 8
"""Heights in pixels of a list's title and of a line, and the space between lists. The style sheet
has the same ones, since the arcs end at the lines."""

FORWARD = 'stroke="var(--fwd)"'
BACKWARD = 'stroke="var(--bwd)" stroke-dasharray="5 3.5"'
AMONG = 'stroke="var(--edge)" stroke-width="1"'


def arc(one: int, other: int, stroke: str) -> str:
    """An arc between two dots, given by their heights; the farther apart they are, the wider."""
    top, bottom = sorted((one, other))
    x = min(AXIS - 6, 9 + 0.2 * (bottom - top))
    return f'<path d="M{AXIS} {top}A{x:g} {(bottom - top) / 2:g} 0 0 0 {AXIS} {bottom}" {stroke}/>'


def dot(y: int, stroke: str) -> str:
    """The dot of another note."""
    outline = stroke.replace("5 3.5", "3 2.2")
    return f'<circle cx="{AXIS}" cy="{y}" r="5" fill="var(--bg)" {outline}/>'


def here(y: int) -> str:
    """The dot of the note itself."""
    return f'<circle cx="{AXIS}" cy="{y}" r="7" fill="var(--bwd)"/>'


def drawing(shapes: list[str], height: int) -> str:
    """The shapes as one drawing. What it says is in the links, so that nobody has to hear it."""
    return (
        f'<svg width="{WIDTH}" height="{height}" fill="none" stroke-width="1.8" '
        f'aria-hidden="true">{"".join(shapes)}</svg>'
    )
