"""Relations between pages, and what they resolve to.

A relation is written in one note and names another: in the text (`mentions`), or in the front
matter (`needs`, `cites`). Resolving it finds the target, or nothing, or too many. Backlinks, broken
links and orphans all follow from these two types. The model is Emanote's.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from posixpath import join, normpath, relpath
from typing import Literal

from .bibliography import FILES
from .markup import Link
from .note import Note
from .problem import Problem

RelationKind = Literal["needs", "cites", "mentions"]
PAGES = (".md", ".py")
"""Endings of the files that become pages: a lab is a Python file."""
MODULES = "../../snippets/"
"""Where the modules lie for a page in a folder; readers find them one floor down."""
_FRONT_MATTER: dict[str, RelationKind] = {"needs": "needs", "sources": "cites"}


@dataclass(frozen=True)
class Relation:
    """A link as it was written: where, to what, and in which sentence (Markdown)."""

    source: Note
    kind: RelationKind
    target: str
    line: int
    column: int
    link: Link | None = None

    @property
    def context(self) -> str:
        """The sentence in which the link stands, on one line; empty for front matter."""
        if not self.link:
            return ""
        start, end = self.place
        return " ".join(self.source.markup.text[start:end].split())

    @cached_property
    def place(self) -> tuple[int, int]:
        """Start and end of that sentence in the source's text."""
        return self.source.markup.sentence(self.link) if self.link else (0, 0)

    def problem(self, message: str) -> Problem:
        """A problem at the place of the link."""
        return Problem(self.source.shown, self.line, self.column, message)


@dataclass(frozen=True)
class Found:
    """The relation leads to a page."""

    note: Note


@dataclass(frozen=True)
class Missing:
    """It leads nowhere; the message says what to do."""

    message: str


@dataclass(frozen=True)
class Ambiguous:
    """Several pages have that name."""

    notes: tuple[Note, ...]


Outcome = Found | Missing | Ambiguous


def relations(note: Note) -> Iterator[Relation]:
    """Every relation that a note states, front matter first, then in the order of the text.

    Links to other sites and to files that are not notes are no relations.
    """
    for key, kind in _FRONT_MATTER.items():
        for slug in note.front[key]:
            yield Relation(note, kind, slug, note.front.line(key), 1)
    for token in note.markup.tokens:
        if isinstance(token, Link) and _leads_to_a_page(token):
            yield Relation(note, "mentions", token.target, *note.place(token.start), token)


def _leads_to_a_page(link: Link) -> bool:
    if not link.is_internal or _is_module(link):
        return False
    return link.target.startswith("#") or _file(link).endswith(PAGES)


def _is_module(link: Link) -> bool:
    """Whether it leads from a folder of pages to a module, as `../../snippets/x.py`."""
    return link.target.startswith(MODULES) and link.target.endswith(".py")


def _file(link: Link) -> str:
    return link.target.partition("#")[0]


class Resolver:
    """Finds the pages that relations name."""

    def __init__(self, notes: Iterable[Note], docs: Path, root: Path) -> None:
        self._docs = docs
        self._root = root
        self._by_file: dict[str, Note] = {}
        self._by_slug: dict[tuple[str, str], list[Note]] = defaultdict(list)
        for note in notes:
            self._by_file[note.file] = note
            self._by_slug[f"{note.kind}s", note.slug].append(note)

    def resolve(self, relation: Relation) -> Outcome:
        """The page a relation leads to, or why there is none."""
        if relation.kind == "mentions":
            return self._resolve_path(relation.source, relation.target)
        key, folder = ("sources", "sources") if relation.kind == "cites" else ("needs", "notes")
        found = self._by_slug.get((folder, relation.target), [])
        if len(found) > 1:
            return Ambiguous(tuple(found))
        if found:
            return Found(found[0])
        known = [slug for place, slug in self._by_slug if place == folder]
        return Missing(
            f"'{key}' names {relation.target}, but there is no {folder}/{relation.target}.md"
            + _did_you_mean(relation.target, known)
        )

    def _resolve_path(self, source: Note, target: str) -> Outcome:
        file, _, anchor = target.partition("#")
        folder = source.folder
        note = self._by_file.get(normpath(join(folder, file))) if file else source
        if not note:
            known = [relpath(other, folder or ".") for other in self._by_file]
            return Missing(f"there is no page {file}" + _did_you_mean(file, known))
        if anchor and anchor not in note.markup.anchors:
            known = [f"#{heading}" for heading in sorted(note.markup.anchors)]
            hint = _did_you_mean(f"#{anchor}", known) if known else "; it has none"
            return Missing(f"{file or 'this page'} has no heading #{anchor}" + hint)
        return Found(note)

    def file_problems(self, note: Note) -> Iterator[Problem]:
        """Links and images that lead to a file which is not there, or cannot be checked."""
        for token in note.markup.tokens:
            if not isinstance(token, Link) or not token.is_internal:
                continue
            file = _file(token)
            if not token.target:
                yield note.problem(token.start, "this link has no target: write [text](target.md)")
            elif file.startswith("/") or file.endswith("/"):
                message = f"link to the file of a page, relative to this one, not to {file}"
                yield note.problem(token.start, message)
            elif file and not _leads_to_a_page(token):
                place = normpath(join(note.folder, file))
                module = _is_module(token) and (self._root / file.removeprefix("../../")).is_file()
                if place not in FILES and not (self._docs / place).is_file() and not module:
                    yield note.problem(token.start, f"there is no file {file} beside this page")


def _did_you_mean(name: str, known: list[str]) -> str:
    close = get_close_matches(name, known, n=3, cutoff=0.5)
    return f"; did you mean {' or '.join(close)}?" if close else "; write it, or take the link out"
