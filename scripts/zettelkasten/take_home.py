"""What readers can take home: programs that run alone, and labs as notebooks.

A program of the notes becomes one file, see `standalone`. A lab gets one more cell on top, with
what it takes from elsewhere: as the percent script that it is, and as a Jupyter notebook.
"""

import base64
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path
from posixpath import normpath
from textwrap import dedent, indent
from typing import Any

from . import percent
from .experiments import PLACE as EXPERIMENT
from .labs import Shown
from .library import Library
from .note import Note
from .pictures import DEFAULT
from .pictures import PLACE as PICTURE
from .problem import Problem
from .scopes import TakeHomeError
from .standalone import FOLDER, Sources

_SITE = "\0"
"""Stands for the address of the site in what is kept for later builds."""
LICENCE = "Copyright (c) 2026 The Adjoint authors, MIT licence"
_DATA = "zettelkasten.data"
_TOOLS = ("zettelkasten.plot", _DATA)
"""What labs import of this machinery."""
_ASKED = re.compile(r"""\bdata\(["']([\w.-]+)["']\)""")
_LINK = re.compile(r"\]\((?P<path>(?:\.\./)*[\w/-]+)\.(?:md|py)(?P<anchor>#[^)\s]*)?\)")
_BOX = re.compile(r'^!!! \w+ "(?P<title>[^"]+)"\n(?P<body>(?:(?: {4}.*)?(?:\n|\Z))+)', re.MULTILINE)
_UNPACKED = '''\
import base64
import gzip
import io

FILES = {{
{files}}}


def data(name):
    """A file of data, unpacked."""
    return gzip.open(io.BytesIO(base64.b64decode(FILES[name])), "rt")
'''


class TakeHome:
    """Writes these files. `address` is that of the site, with a slash at the end."""

    def __init__(self, library: Library, address: str = "") -> None:
        self._library = library
        self._address = address
        modules = library.modules
        self._texts = {
            f"snippets.{name}": (
                f"snippets/{name}.py",
                modules.path(name).read_text("utf-8", "surrogateescape"),
            )
            for name in modules.names()
        }
        for name in _TOOLS:
            place = f"{name.replace('.', '/')}.py"
            file = Path(__file__).parents[1] / place
            self._texts[name] = f"scripts/{place}", file.read_text(encoding="utf-8")
        self._sources = Sources(self._texts)
        self._drawn: dict[str, set[str]] = defaultdict(set)
        for note in library.notes:
            text = note.markup.text
            for place in (*PICTURE.finditer(text), *EXPERIMENT.finditer(text)):
                self._drawn[place["module"]].add(place["function"] or DEFAULT)

    def files(self) -> Iterator[tuple[str, str]]:
        """Each file: its place below the site, and its text. What cannot be written is left out."""
        for name in self._library.modules.names():
            with suppress(TakeHomeError):
                yield f"snippets/{FOLDER}/{name}.py", self.module(name)
        for note in self._library.notes:
            if note.kind == "lab":
                with suppress(TakeHomeError):
                    yield f"{note.name}/{FOLDER}/{note.slug}.py", self.script(note)
                    yield f"{note.name}/{note.slug}.ipynb", self.notebook(note)

    def module(self, name: str) -> str:
        """A program of the notes as one file. Raises `TakeHomeError`."""
        head = (
            f"# This file needs only NumPy: python {name}.py\n"
            f"# It is explained at {_SITE}notes/{name.replace('_', '-')}/\n"
            f"# {LICENCE}"
        )
        unshown = self._drawn[name]
        text = self._library.kept.get(
            ("alone", self._library.modules.digest(name), *sorted(unshown)),
            lambda: self._sources.module(f"snippets.{name}", head, unshown),
        )
        return text.replace(_SITE, self._address)

    def script(self, lab: Note) -> str:
        """A lab with one more cell, as a percent script. Raises `TakeHomeError`."""
        taken, script = self._taken(lab)
        lines = [
            self._linked(line, lab) if line.startswith("#") else line for line in script.split("\n")
        ]
        top = next((cell.line for cell in percent.cells(script)), len(lines) + 1) - 1
        head = f"# This file needs only NumPy: python {lab.slug}.py\n{self._origin(lab)}"
        return "\n".join([*lines[:top], "# %%", head, "", taken, *lines[top:]])

    def notebook(self, lab: Note) -> str:
        """A lab with what it showed, as a notebook. Raises `TakeHomeError`."""
        taken, script = self._taken(lab)
        run = self._library.modules.labs.run(lab.slug)
        cells_run = (cell for cell in percent.cells(self._text(lab)) if not cell.is_text)
        shown = (run.cells.get(cell.line) for cell in cells_run)
        page = f"{self._address}{lab.url}"
        title = f"# {lab.title}\n\n{lab.claim}\n\nFrom <{page}>: text CC BY 4.0, code MIT."
        cells = [_text("title", title)]
        cells.append(_code("taken", f"{self._origin(lab)}\n\n{taken}".rstrip(), 1, None))
        cells[-1]["metadata"] = {"jupyter": {"source_hidden": True}}
        count = 1
        for number, cell in enumerate(percent.cells(script), start=1):
            if cell.is_text:
                cells.append(_text(f"cell-{number}", self._markdown(cell, lab)))
            else:
                count += 1
                code = "\n".join(cell.lines).strip("\n")
                cells.append(_code(f"cell-{number}", code, count, next(shown)))
        kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
        metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, "title": lab.title}
        book = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
        return json.dumps(book, ensure_ascii=False, indent=1) + "\n"

    def _origin(self, lab: Note) -> str:
        return (
            "# What this lab uses of the programs of the notes, and for its figures.\n"
            f"# From {self._address}{lab.url}, with text under CC BY 4.0\n"
            f"# {LICENCE}"
        )

    def _text(self, lab: Note) -> str:
        return (self._library.docs / lab.file).read_text("utf-8", "replace")

    def _taken(self, lab: Note) -> tuple[str, str]:
        """What a lab takes from elsewhere, and the lab without the imports of that."""
        text = self._text(lab)
        files = "".join(self._packed(name, lab) for name in sorted({*_ASKED.findall(text)}))
        unpacked = f"docs/{lab.folder}/data", _UNPACKED.format(files=files)
        return self._library.kept.get(
            ("taken", self._library.digest(lab), files),
            lambda: Sources({**self._texts, _DATA: unpacked}).script(lab.shown, text),
        )

    def _packed(self, name: str, lab: Note) -> str:
        """A file of data as an entry of a table, below a comment with what is said of it."""
        folder = self._library.docs / "labs" / "data"
        source_file = folder / f"{name.partition('.')[0]}-source.txt"
        for file in (folder / name, source_file):
            if not file.is_file():
                raise TakeHomeError(lab.shown, 1, f"there is no docs/labs/data/{file.name}")
        source = source_file.read_text(encoding="utf-8")
        packed = base64.b64encode((folder / name).read_bytes()).decode()
        said = "".join(f"    # {line}".rstrip() + "\n" for line in source.strip().split("\n"))
        return f'{said}    "{name}": "{packed}",\n'

    def _markdown(self, cell: percent.Cell, lab: Note) -> str:
        """The text of a cell, as Jupyter shows it."""
        text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in cell.lines)
        return self._linked(_BOX.sub(_quoted, text), lab).strip("\n")

    def _linked(self, text: str, lab: Note) -> str:
        """A text with links that lead to the site from wherever it is read."""

        def link(found: re.Match[str]) -> str:
            page = self._library.by_name.get(normpath(f"{lab.folder}/{found['path']}"))
            return f"]({self._address}{page.url}{found['anchor'] or ''})" if page else found[0]

        return _LINK.sub(link, text)


def take_home_problems(
    library: Library, notes: Collection[Note], modules: Collection[str]
) -> Iterator[Problem]:
    """These modules, and the labs among the notes, as far as they cannot be taken home."""
    home = TakeHome(library)
    labs = [note for note in notes if note.kind == "lab"]
    runnable = [lab for lab in labs if not library.modules.labs.run(lab.slug).failure]
    for write, wanted in (home.module, modules), (home.script, runnable):
        for one in wanted:
            try:
                write(one)
            except TakeHomeError as error:
                yield Problem(error.path, error.line, 1, f"cannot be taken home: {error.why}")


def _quoted(box: re.Match[str]) -> str:
    """A box of the site as a quotation, which every reader of Markdown knows."""
    body = dedent(box["body"]).strip("\n")
    return indent(f"**{box['title']}.** {body}", "> ", lambda _: True) + "\n"


def _text(name: str, source: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": _lines(source)}


def _code(name: str, source: str, count: int, shown: Shown | None) -> dict[str, Any]:
    outputs: list[dict[str, Any]] = []
    if shown and shown.output:
        printed = {"name": "stdout", "output_type": "stream", "text": _lines(shown.output)}
        outputs.append(printed)
    if shown and shown.figure:
        figure = {"image/svg+xml": _lines(shown.figure), "text/plain": ["<Figure>"]}
        outputs.append(
            {
                "data": figure,
                "execution_count": count,
                "metadata": {},
                "output_type": "execute_result",
            }
        )
    return {
        "cell_type": "code",
        "execution_count": count,
        "id": name,
        "metadata": {},
        "outputs": outputs,
        "source": _lines(source),
    }


def _lines(text: str) -> list[str]:
    """A text as notebooks keep it."""
    return text.splitlines(keepends=True)
