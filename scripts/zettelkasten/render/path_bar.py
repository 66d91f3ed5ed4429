"""Where a note stands on a path: the step before it and the step after it."""

from ..graph import Graph
from ..note import Note
from .addresses import link, words


def path_bar(note: Note, graph: Graph) -> str:
    """A bar for each path on which the note is a step, or nothing.

    The first is shown. A script shows another one to a reader who came along that path.
    """
    return "".join(
        _bar(note, path, steps, hidden=number > 0)
        for number, (path, steps) in enumerate(graph.paths_through(note))
    )


def _bar(note: Note, path: Note, steps: list[Note], *, hidden: bool) -> str:
    place = steps.index(note)
    before = _cell(note, "Previous", steps[place - 1 : place])
    after = _cell(note, "Next", steps[place + 1 :])
    return (
        f'<nav class="path" aria-label="Path: {words(path.title)}"{" hidden" * hidden}>'
        f"<p>{link(note, path)}, step {place + 1} of {len(steps)}</p>"
        f"{before}{after}</nav>"
    )


def _cell(note: Note, word: str, steps: list[Note]) -> str:
    return f"<p>{word}<br>{link(note, steps[0])}</p>" if steps else "<p></p>"
