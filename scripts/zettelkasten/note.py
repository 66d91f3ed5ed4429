"""A page of the knowledge base, parsed once."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Literal

from . import percent
from .front_matter import FrontMatter, read_front_matter
from .markup import Heading, Markup, scan
from .problem import Problem

Kind = Literal["note", "source", "path", "lab", "page"]
FOLDERS: dict[str, Kind] = {"notes": "note", "sources": "source", "paths": "path", "labs": "lab"}
SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True, eq=False)  # one object for each file
class Note:
    """One file: a note, a literature note, a path, a lab or another page of the site.

    `name` is its place below the docs folder without suffix (`notes/gradient`), and `shown` is its
    path as messages print it.
    """

    name: str
    shown: str
    kind: Kind
    front: FrontMatter
    markup: Markup
    first_line: int
    """Line of the file at which the body begins."""
    encoding_problem: Problem | None

    @cached_property
    def slug(self) -> str:
        """The idea's one name: the file's stem."""
        return self.name.rpartition("/")[2]

    @cached_property
    def folder(self) -> str:
        """Its folder below the docs folder, empty at the top."""
        return self.name.rpartition("/")[0]

    @cached_property
    def module(self) -> str:
        """Name of the snippet that belongs to the note."""
        return self.slug.replace("-", "_")

    @cached_property
    def file(self) -> str:
        """Its file below the docs folder."""
        return self.name + (".py" if self.kind == "lab" else ".md")

    @cached_property
    def title(self) -> str:
        """Title, or the slug where the title is missing."""
        return self.front["title"] or self.slug

    @property
    def claim(self) -> str:
        """The one sentence, empty where it is missing."""
        return self.front["claim"]

    @property
    def id(self) -> str:
        """Permanent id, empty where it is missing."""
        return self.front["id"]

    @cached_property
    def words(self) -> int:
        """About how many words its text has, for the time that it takes to read."""
        return len(self.markup.text.split())

    @cached_property
    def url(self) -> str:
        """Address below the site's root, with a slash at the end."""
        folder = self.name.removesuffix("index").rstrip("/")
        return f"{folder}/" if folder else ""

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column in the file of an offset in the body."""
        line, column = self.markup.position(offset)
        return line + self.first_line - 1, column + (percent.INDENT if self.kind == "lab" else 0)

    def problem(self, offset: int, message: str) -> Problem:
        """A problem at an offset in the body."""
        return Problem(self.shown, *self.place(offset), message)

    def reading_problems(self) -> Iterator[Problem]:
        """What could not be read as intended."""
        if self.encoding_problem:
            yield self.encoding_problem
            return
        for problem in self.front.problems:
            yield Problem(self.shown, *problem)
        for flaw in self.markup.flaws:
            yield self.problem(flaw.offset, flaw.message)
        for token in self.markup.tokens:
            if isinstance(token, Heading) and token.level == 1 and self.kind != "page":
                message = "the title comes from the front matter: begin sections with ##"
                yield self.problem(token.start, message)

    def problem_at_key(self, key: str, message: str) -> Problem:
        """A problem with a key of the front matter."""
        return Problem(self.shown, self.front.line(key), 1, message)


WORDS_A_MINUTE = 200


def minutes(notes: Iterable[Note]) -> int:
    """How long it takes to read some notes, rounded up to whole minutes."""
    return -(-sum(note.words for note in notes) // WORDS_A_MINUTE)


def read_notes(docs: Path, root: Path) -> list[Note]:
    """Every Markdown file below `docs`, and every lab. Unreadable parts become problems."""
    shown = (docs.relative_to(root) if docs.is_relative_to(root) else docs).as_posix()
    flat = not any((docs / folder).is_dir() for folder in FOLDERS)
    files = [*docs.rglob("*.md"), *docs.glob("labs/*.py")]
    places = sorted(path.relative_to(docs).as_posix() for path in files)
    return [_read_note(docs / place, place, f"{shown}/{place}", flat) for place in places]


def _read_note(path: Path, place: str, shown: str, flat: bool) -> Note:
    """Read one file, by its place below the docs folder. In a flat folder, every file is a note."""
    name = place.removesuffix(".md").removesuffix(".py")
    folder, _, stem = name.rpartition("/")
    kind = "note" if flat else FOLDERS.get(folder.partition("/")[0], "page")
    if stem == "index":
        kind = "page"
    text, problem = _read_text(path, shown)
    flaws: list[tuple[int, int, str]] = []
    if kind == "lab":
        text, flaws = percent.as_markdown(text, stem)
    front = read_front_matter(text, kind)
    front = replace(front, problems=[*front.problems, *flaws])
    body = text[front.end :].strip("\n")
    first_line = text.count("\n", 0, text.index(body, front.end)) + 1
    return Note(name, shown, kind, front, scan(body), first_line, problem)


def _read_text(path: Path, shown: str) -> tuple[str, Problem | None]:
    """The file's text with plain line ends; bytes that are not UTF-8 are a problem and replaced."""
    data = path.read_bytes().replace(b"\r\n", b"\n")
    try:
        return data.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        column = error.start - (data.rfind(b"\n", 0, error.start) + 1) + 1
        message = (
            f"byte 0x{data[error.start]:02x} is not UTF-8: save the file in the encoding UTF-8"
        )
        text = data.decode("utf-8-sig", errors="replace")
        return text, Problem(shown, line, column, message)
