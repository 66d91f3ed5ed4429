"""Percent scripts: Python files whose cells begin with a line `# %%`, read as Markdown.

A lab is such a file: a program that runs as it stands, and a notebook in editors that know the
form. A cell that begins with `# %% [markdown]` is text behind `# `; so is the front matter on top.
The Markdown made from it has the same lines, so every position in it is one in the file.
"""

import re
from dataclasses import dataclass

FENCE = "~~~~"
INDENT = 2
"""Columns that `# ` takes before the text."""

_MARK = re.compile(r"# %%(?P<text> \[markdown\])?[ ]*")
_EDGE = "# ---"


@dataclass(frozen=True)
class Cell:
    """A cell: the number of the line that begins it, and the lines below that."""

    line: int
    is_text: bool
    lines: list[str]

    @property
    def code(self) -> str:
        """Its program."""
        return "\n".join(self.lines).rstrip()


def cells(script: str) -> list[Cell]:
    """The cells of a percent script, in order."""
    lines = script.split("\n")
    marks = [(i, mark) for i, line in enumerate(lines) if (mark := _MARK.fullmatch(line))]
    ends = [*(i for i, _ in marks), len(lines)][1:]
    return [
        Cell(i + 1, bool(mark["text"]), lines[i + 1 : end])
        for (i, mark), end in zip(marks, ends, strict=True)
    ]


def as_markdown(script: str, name: str) -> tuple[str, list[tuple[int, int, str]]]:
    """The script as Markdown with a fence `cell NAME:LINE` for each code cell.

    Also line, column and message of what cannot be read.
    """
    found = cells(script)
    top = script.split("\n")[: found[0].line - 1 if found else None]
    problems = [*_outside(top), *(problem for cell in found for problem in _flaws(cell))]
    markdown = list(map(_uncommented, top))
    for cell in found:
        if cell.is_text:
            markdown += ["", *map(_uncommented, cell.lines)]
        else:  # its last line is empty, and becomes the end of the fence
            markdown += [f"{FENCE}cell {name}:{cell.line}", *cell.lines[:-1], FENCE]
    return "\n".join(markdown), problems


def _uncommented(line: str) -> str:
    return line.removeprefix("#").removeprefix(" ")


def _outside(top: list[str]) -> list[tuple[int, int, str]]:
    """What stands above the first cell and is no front matter."""
    end = top.index(_EDGE, 1) + 1 if top[:1] == [_EDGE] and _EDGE in top[1:] else 0
    stray = [number for number, line in enumerate(top, start=1) if number > end and line.strip()]
    return [(number, 1, "this stands in no cell: begin one with a line # %%") for number in stray]


def _flaws(cell: Cell) -> list[tuple[int, int, str]]:
    numbered = enumerate(cell.lines, start=cell.line + 1)
    if not cell.is_text:
        last, line = [*numbered, (cell.line, "# %%")][len(cell.lines) - 1]
        return [(last, 1, "leave an empty line before the next # %%")] if line.strip() else []
    message = "text is behind a # and a space here: begin a cell of code with # %%"
    return [(number, 1, message) for number, line in numbered if line.strip() and line[0] != "#"]
