"""All pages of a docs folder with what resolves and follows from them."""

import json
from collections import Counter
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any, get_args

from . import experiments
from .fences import modules_of
from .formulas.published import NOTATION, Checked, Judge, module_behind
from .formulas.relations import Status
from .graph import Graph
from .kept import Kept, digest
from .links import Outcome, Relation, Resolver, relations
from .markup import Fence, Formula, scan
from .modules import Modules
from .note import Note, read_notes
from .numbers import COUNTED, printed_numbers
from .pictures import PLACE

MUTANTS = "mutants.json"
"""The file below the docs folder that says which mutants of the formulas are not noticed."""
UNCLAIMED = {"mention", "schematic"}
"""Statuses of formulas that claim nothing, or nothing that is evaluated."""


@dataclass(frozen=True)
class Library:
    """The notes below `docs`, read once, beside the snippets of the project at `root`.

    One that keeps results takes from earlier builds what was found of unchanged notes.
    """

    root: Path
    docs: Path
    keeps: bool = False

    @cached_property
    def notes(self) -> list[Note]:
        """Every page, in order of name."""
        return read_notes(self.docs, self.root)

    @cached_property
    def by_name(self) -> dict[str, Note]:
        """Pages by their place below the docs folder."""
        return {note.name: note for note in self.notes}

    @cached_property
    def by_file(self) -> dict[str, Note]:
        """Pages by their file below the docs folder."""
        return {note.file: note for note in self.notes}

    @cached_property
    def modules(self) -> Modules:
        """The snippets."""
        return Modules(self.root, self.docs, self.kept)

    @cached_property
    def kept(self) -> Kept:
        """Results of earlier builds."""
        return Kept(self.root / ".cache" / "checks.pickle" if self.keeps else None)

    def digest(self, note: Note) -> str:
        """Changes with everything from which follows what can be said of a page by itself."""
        if note.name not in self._digests:
            used = {module_behind(note, self.modules) or "", note.module, NOTATION}
            for token in note.markup.tokens:
                if isinstance(token, Fence):
                    used |= set(modules_of(token))
            for places in (PLACE, experiments.PLACE):
                used |= {place["module"] for place in places.finditer(note.markup.text)}
            names = self.modules.names()
            modules = [self.modules.digest(name) for name in sorted(used.intersection(names))]
            lab = repr(self.modules.labs.run(note.slug)) if note.kind == "lab" else ""
            bare = replace(note, markup=scan(""))  # what is found in a text follows from it
            self._digests[note.name] = digest(repr(bare), note.markup.text, lab, *names, *modules)
        return self._digests[note.name]

    @cached_property
    def _digests(self) -> dict[str, str]:
        return {}

    @cached_property
    def resolver(self) -> Resolver:
        """Finds what relations name."""
        return Resolver(self.notes, self.docs, self.root)

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
        if note.name not in self._checked and not self.is_known_good(note):
            self._checked[note.name] = self._judge.checked(note)
        return self._checked[note.name]

    def is_known_good(self, note: Note) -> bool:
        """Whether an earlier build has found nothing wrong with a page by itself."""
        found = self.kept.find(("good", self.digest(note)))
        if found is not None:
            self._checked[note.name] = found
        return found is not None

    def keep_as_good(self, note: Note) -> None:
        """Tell later builds so, and what was found of its formulas."""
        self.kept.keep(("good", self.digest(note)), self.checked(note))

    @cached_property
    def _judge(self) -> Judge:
        return Judge(self.modules)

    @cached_property
    def _checked(self) -> dict[str, list[Checked]]:
        return {}

    def count(self, what: str) -> int:
        """How many there are: notes, sources, labs, links, formulas, numbers, fences, modules.

        Also `checked formulas`, those of one status as in `bound formulas`, `steps of PATH`, and
        `mutants KEY` for a key of `mutants`. Raises `LookupError` for anything else.
        """
        if what.startswith("steps of "):
            return len(self.graph.steps(self.by_name[what.removeprefix("steps of ")]))
        if what.startswith("mutants "):
            found = self.mutants[what.removeprefix("mutants ")]
            return found if isinstance(found, int) else len(found)
        return self._counts[what]

    @cached_property
    def _counts(self) -> dict[str, int]:
        kinds = Counter(note.kind for note in self.notes)
        tokens = Counter(type(token) for note in self.notes for token in note.markup.tokens)
        statuses = Counter(
            one.verdict.status
            for note in self.notes
            for one in self.checked(note)
            if one.verdict.verdict == "holds"
        )
        printed = [printed_numbers(note.markup) for note in self.notes if note.kind in COUNTED]
        return {
            "notes": kinds["note"],
            "sources": kinds["source"],
            "labs": kinds["lab"],
            "links": len(self.resolved),
            "formulas": tokens[Formula],
            "checked formulas": sum(
                statuses[status] for status in get_args(Status) if status not in UNCLAIMED
            ),
            **{f"{status} formulas": statuses[status] for status in get_args(Status)},
            "numbers": sum(map(len, printed)),
            "fences": tokens[Fence],
            "modules": len(self.modules.names()),
        }

    @cached_property
    def mutants(self) -> dict[str, Any]:
        """What came of the mutants of all formulas; `check.py --mutants` writes it.

        It lies among the pages because one of them is made from it and links to it, and it is no
        test's own: to find it takes longer than a build may, so a build reads what was found.
        """
        return json.loads((self.docs / MUTANTS).read_text(encoding="utf-8"))

    @property
    def is_whole(self) -> bool:
        """Whether these are the project's own notes, to which its snippets belong."""
        return self.docs == self.root / "docs"
