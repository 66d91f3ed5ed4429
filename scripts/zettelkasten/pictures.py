"""Computational graphs that notes draw: what a module's own run left behind, node by node.

A line `<div data-graph="MODULE"></div>` asks for what `picture()` of that module returns, and
`data-graph="MODULE:FUNCTION"` for that of another function.
"""

import re
from collections.abc import Iterator

from .figures.nodes import Node, PictureError, nodes
from .modules import Modules
from .note import Note
from .problem import Problem

PLACE = re.compile(
    r'^(?P<start><div data-graph="(?P<module>\w*)(?::(?P<function>\w+))?"[^>\n]*>)'
    r"(?P<words>.*?)</div>",
    re.MULTILINE | re.DOTALL,
)
"""Where a page shows a graph; the words inside end its caption."""
DEFAULT = "picture"


def picture_problems(note: Note, modules: Modules) -> Iterator[Problem]:
    """Graphs of a note that cannot be drawn."""
    for place in PLACE.finditer(note.markup.text):
        try:
            drawn(place, modules)
        except PictureError as error:
            yield note.problem(place.start(), str(error))


def drawn(place: re.Match[str], modules: Modules) -> list[Node]:
    """The nodes of the graph that a page asks for at a place. Raises `PictureError`."""
    name, function = place["module"], place["function"] or DEFAULT
    if name not in modules.names():
        raise PictureError(f"there is no module snippets/{name}.py whose graph could be drawn")
    picture = modules.picture(name, function)
    if picture.failure:
        raise PictureError(f"snippets/{name}.py:{picture.line}: {picture.failure}")
    try:
        return nodes(picture.table)
    except PictureError as error:
        raise PictureError(f"{function}() of snippets/{name}.py: {error}") from None
