"""All pages of a docs folder with what resolves and follows from them."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from .formulas.published import Checked, Judge
from .graph import Graph
from .links import Outcome, Relation, Resolver, relations
from .markup import Formula
from .modules import Modules
from .note import Note, read_notes


@dataclass(frozen=True)
class Library:
    """The notes below `docs`, read once, beside the snippets of the project at `root`."""

    root: Path
    docs: Path

    @cached_property
    def notes(self) -> list[Note]:
        """Every page, in order of name."""
        return read_notes(self.docs, self.root)

    @cached_property
    def by_name(self) -> dict[str, Note]:
        """Pages by their place below the docs folder."""
        return {note.name: note for note in self.notes}

    @cached_property
    def modules(self) -> Modules:
        """The snippets."""
        return Modules(self.root)

    @cached_property
    def resolver(self) -> Resolver:
        """Finds what relations name."""
        return Resolver(self.notes, self.docs)

    @cached_property
    def resolved(self) -> list[tuple[Relation, Outcome]]:
        """Every relation with its outcome."""
        return [
            (relation, self.resolver.resolve(relation))
            for note in self.notes
            for relation in relations(note)
        ]

    @cached_property
    def graph(self) -> Graph:
        """Backlinks, reading order, circles and orphans."""
        return Graph(self.notes, self.resolved)

    def checked(self, note: Note) -> list[Checked]:
        """The formulas of a page with their verdicts, judged once."""
        if note.name not in self._checked:
            self._checked[note.name] = self._judge.checked(note)
        return self._checked[note.name]

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self.modules)

    @cached_property
    def _checked(self) -> dict[str, list[Checked]]:
        return {}

    def count(self, what: str) -> int:
        """How many there are: notes, sources, links, formulas, modules, or `steps of PATH`.

        Raises `LookupError` for anything else.
        """
        if what.startswith("steps of "):
            path = self.by_name[what.removeprefix("steps of ")]
            return len(self.graph.targets(path, "mentions"))
        return {
            "notes": sum(note.kind == "note" for note in self.notes),
            "sources": sum(note.kind == "source" for note in self.notes),
            "links": len(self.resolved),
            "formulas": sum(
                isinstance(token, Formula) for note in self.notes for token in note.markup.tokens
            ),
            "modules": len(self.modules.names()),
        }[what]

    @property
    def is_whole(self) -> bool:
        """Whether these are the project's own notes, to which its snippets belong."""
        return self.docs == self.root / "docs"
