"""What authors may look into: nothing that is wrong, and much that could be better."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from .library import Library
from .markup import Fence, Heading, Link
from .note import Note

WORDS = range(150, 501)
"""How long a note should be."""
CENTRE = "notes/backpropagation"
REACH = 3
"""Links from the centre within which every note should be found."""

_WORD = re.compile(r"[^\W\d_][\w’'-]*")


@dataclass(frozen=True)
class Finding:
    """Something about a page, where it stands, and perhaps the Markdown that would mend it."""

    page: Note
    line: int
    text: str
    paste: str = ""


def findings(library: Library) -> dict[str, list[Finding]]:
    """All findings, by what is looked for."""
    notes = [note for note in library.notes if note.kind == "note"]
    reached = library.graph.reached(library.by_name[CENTRE], REACH)
    steps = {step.name for path in library.notes for step in library.graph.steps(path)}
    return {
        "Orphans: nothing links here": [
            Finding(page, 1, "no link leads here") for page in library.graph.orphans()
        ],
        "Dead ends: no note is linked from here": [
            Finding(note, note.first_line, "no link leads on")
            for note in notes
            if not library.graph.targets(note, "mentions")
        ],
        f"More than {REACH} links away from backpropagation": [
            Finding(note, 1, "far away") for note in notes if note.name not in reached
        ],
        "Notes on no path": [
            Finding(note, 1, "a step of no path") for note in notes if note.name not in steps
        ],
        "Notes without a program": [
            Finding(note, note.first_line, "no code block")
            for note in notes
            if not any(isinstance(token, Fence) for token in note.markup.tokens)
        ],
        f"Notes shorter than {WORDS[0]} or longer than {WORDS[-1]} words": [
            Finding(note, note.first_line, f"{words} words")
            for note in notes
            if (words := len(_WORD.findall(note.markup.masked))) not in WORDS
        ],
        "Sources whose text was not read": [
            Finding(page, page.front.line("known"), page.front["read"])
            for page in library.notes
            if page.kind == "source" and page.front["known"] != "read"
        ],
        "Mentions of a note without a link": list(unlinked_mentions(library, notes)),
    }


def unlinked_mentions(library: Library, notes: list[Note]) -> Iterator[Finding]:
    """Where a note first names another by title or alias, and neither links to it nor needs it."""
    owners: dict[str, list[Note]] = defaultdict(list)
    for note in notes:
        for name in {note.title.lower(), *map(str.lower, note.front["aliases"])}:
            owners[name].append(note)
    names = {name: found[0] for name, found in owners.items() if len(found) == 1}
    longest_first = sorted(map(re.escape, names), key=len, reverse=True)
    pattern = re.compile(rf"(?<![\w-])(?:{'|'.join(longest_first)})(?![\w-])", re.IGNORECASE)
    for note in notes:
        known = [note, *library.graph.before(note), *library.graph.targets(note, "mentions")]
        linked = {one.name for one in known}
        taken = [
            (token.start, token.end)
            for token in note.markup.tokens
            if isinstance(token, Link | Heading)
        ]
        for match in pattern.finditer(note.markup.masked):
            other = names[match[0].lower()]
            if other.name in linked or any(a <= match.start() < b for a, b in taken):
                continue
            linked.add(other.name)
            line, _ = note.place(match.start())
            yield Finding(note, line, match[0], f"[{match[0]}]({other.slug}.md)")
