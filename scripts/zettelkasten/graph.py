"""What follows from all relations together: backlinks, reading order, circles, orphans."""

import re
from bisect import bisect
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from graphlib import CycleError, TopologicalSorter
from typing import Any

from .links import Found, Outcome, Relation, RelationKind
from .markup import Heading
from .note import Note

ROUTE = re.compile(r'<div data-route="(?P<slug>[^"]*)"></div>')
"""Where a page shows what to read in order to understand a note."""
_STEP = re.compile(r"^\d+\.\s+\Z", re.MULTILINE)
GROUPS: tuple[RelationKind, ...] = ("needs", "cites", "mentions")


@dataclass(frozen=True)
class Backlink:
    """A page that links here, with the links in its text, in order."""

    source: Note
    relations: tuple[Relation, ...]


class Graph:
    """All pages and the relations between them. It only answers questions; nothing changes it."""

    def __init__(self, notes: Sequence[Note], resolved: Iterable[tuple[Relation, Outcome]]) -> None:
        self.notes = notes
        self._found = [
            (relation, outcome.note)
            for relation, outcome in resolved
            if isinstance(outcome, Found) and outcome.note is not relation.source
        ]
        self._incoming: dict[str, list[Relation]] = defaultdict(list)
        self._outgoing: dict[str, list[tuple[Relation, Note]]] = defaultdict(list)
        for relation, target in self._found:
            self._incoming[target.name].append(relation)
            self._outgoing[relation.source.name].append((relation, target))

    def targets(self, note: Note, kind: RelationKind) -> list[Note]:
        """The pages that a note needs, cites or mentions, in the order written, each once."""
        return list(self._targets.get((note.name, kind), []))

    def links_to(self, note: Note) -> list[Relation]:
        """The links in texts of other pages that lead to a page."""
        return [relation for relation in self._incoming[note.name] if relation.link]

    def leads_to(self, note: Note) -> list[Note]:
        """The notes that need this one, in reading order."""
        sources = {
            relation.source.name
            for relation in self._incoming[note.name]
            if relation.kind == "needs"
        }
        return sorted(self._named(sources), key=self._place)

    def named_by(self, note: Note) -> int:
        """How many pages link to this one, name it among what they need, or cite it."""
        return len({relation.source.name for relation in self._incoming[note.name]})

    def backlinks(self, note: Note) -> dict[RelationKind, list[Backlink]]:
        """Pages that link here by their strongest relation, in reading order.

        Hubs (home, lists of notes) link to everything, and are left out.
        """
        groups: dict[RelationKind, list[Backlink]] = {}
        incoming = [one for one in self._incoming[note.name] if one.source.kind != "page"]
        seen: set[str] = set()
        for group in GROUPS:
            names = {relation.source.name for relation in incoming if relation.kind == group} - seen
            seen |= names
            entries = [
                Backlink(
                    source,
                    tuple(
                        relation
                        for relation in incoming
                        if relation.source is source and relation.link
                    ),
                )
                for source in sorted(self._named(names), key=self._place)
            ]
            if entries:
                groups[group] = entries
        return groups

    def steps(self, path: Note) -> list[Note]:
        """The pages that head the items of a page's numbered lists, in order."""
        return [target for _, target in self._steps(path)]

    def reached(self, start: Note, links: int) -> set[str]:
        """Names of the notes that are found from a page by so many links or fewer."""
        found, edge = {start.name}, [start]
        for _ in range(links):
            edge = [
                other
                for note in edge
                for _, other in self._outgoing[note.name]
                if other.name not in found
            ]
            found |= {note.name for note in edge}
        return found

    def subjects(self, hub: str) -> list[tuple[Heading, list[Note]]]:
        """The headings of a hub, each with the notes linked below it, in the order written."""
        page = self._by_name[hub]
        headings = [token for token in page.markup.tokens if isinstance(token, Heading)]
        below: dict[int, list[Note]] = defaultdict(list)
        for relation, target in self._outgoing[hub]:
            if relation.link and target.kind == "note":
                number = bisect(headings, relation.link.start, key=lambda heading: heading.start)
                below[number].append(target)
        return [(heading, below[n]) for n, heading in enumerate(headings, 1) if below[n]]

    def paths_through(self, note: Note) -> list[tuple[Note, list[Note]]]:
        """The paths on which a page is a step, each with all of its steps."""
        return self._paths[note.name]

    def before(self, note: Note) -> list[Note]:
        """All that a note needs, and what that needs in turn, in reading order."""
        found: dict[str, Note] = {}
        waiting = self.targets(note, "needs")
        while waiting:
            one = waiting.pop()
            if one.name not in found:
                found[one.name] = one
                waiting += self.targets(one, "needs")
        return sorted(found.values(), key=self._place)

    def assumed(self, path: Note) -> list[Note]:
        """What the steps of a path need and is no step itself, in reading order."""
        steps = {step.name for step in self.steps(path)}
        needed = {
            other.name for step in self.steps(path) for other in self.targets(step, "needs")
        } - steps
        return sorted(self._named(needed), key=self._place)

    def late(self) -> Iterator[tuple[Relation, Note]]:
        """Steps of paths that need a note which comes only later on the same path."""
        for path in self.notes:
            steps = self._steps(path)
            for place, (relation, step) in enumerate(steps):
                needs = {other.name for other in self.targets(step, "needs")}
                for _, later in steps[place + 1 :]:
                    if later.name in needs:
                        yield relation, later

    def orphans(self) -> list[Note]:
        """Notes, sources and labs that no other page names."""
        return [
            note
            for note in self.notes
            if note.kind in {"note", "source", "lab"} and not self._incoming[note.name]
        ]

    @cached_property
    def circles(self) -> list[list[Note]]:
        """Notes that need each other in a circle, each with its first note repeated at the end."""
        needs = self._needs()
        found = []
        while True:
            try:
                TopologicalSorter(needs).prepare()
            except CycleError as error:
                names = list(reversed(error.args[1]))
                found.append([self._by_name[name] for name in names])
                needs[names[0]] = []  # cut this one and look for the next
            else:
                return found

    @cached_property
    def reading_order(self) -> list[Note]:
        """Every page after the ones it needs; ties are broken by id, so the order is stable."""
        if self.circles:
            return sorted(self.notes, key=lambda note: (note.id, note.name))
        order: list[Note] = []
        sorter = TopologicalSorter(self._needs())
        sorter.prepare()
        while sorter.is_active():
            ready = [self._by_name[name] for name in sorter.get_ready()]
            order += sorted(ready, key=lambda note: (note.id, note.name))
            sorter.done(*(note.name for note in ready))
        return order

    def as_json(self) -> dict[str, Any]:
        """Notes and relations for other programs."""
        return {
            "notes": [
                {
                    "name": note.name,
                    "kind": note.kind,
                    "id": note.id,
                    "title": note.title,
                    "claim": note.claim,
                    "aliases": note.front["aliases"],
                    "url": note.url,
                }
                for note in self.notes
            ],
            "relations": [
                {
                    "source": relation.source.name,
                    "target": target.name,
                    "kind": relation.kind,
                    "line": relation.line,
                    "column": relation.column,
                    "anchor": relation.link.anchor if relation.link else None,
                    "context": relation.context,
                }
                for relation, target in self._found
            ],
        }

    @cached_property
    def _targets(self) -> dict[tuple[str, RelationKind], list[Note]]:
        found: dict[tuple[str, RelationKind], dict[Note, None]] = defaultdict(dict)
        for relation, target in self._found:
            found[relation.source.name, relation.kind][target] = None
        return {key: list(targets) for key, targets in found.items()}

    @cached_property
    def _paths(self) -> dict[str, list[tuple[Note, list[Note]]]]:
        found = defaultdict(list)
        for path in self.notes:
            steps = self.steps(path)
            for step in steps:
                found[step.name].append((path, steps))
        return found

    @cached_property
    def _by_name(self) -> dict[str, Note]:
        return {note.name: note for note in self.notes}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {note.name: place for place, note in enumerate(self.reading_order)}

    def _place(self, note: Note) -> int:
        return self._places[note.name]

    def _named(self, names: Iterable[str]) -> Iterator[Note]:
        return (self._by_name[name] for name in names)

    def _steps(self, path: Note) -> list[tuple[Relation, Note]]:
        if path.kind != "path":
            return []
        text = path.markup.text
        return [
            (relation, target)
            for relation, target in self._outgoing[path.name]
            if relation.link and _STEP.search(text, 0, relation.link.start)
        ]

    def _needs(self) -> dict[str, list[str]]:
        return {
            note.name: [other.name for other in self.targets(note, "needs")] for note in self.notes
        }
