"""What a search on the site reads: every page's words by the part of the page they stand in.

The words go into the form in which MiniSearch, the library that searches in the browser, stores an
index. How a text is cut into words is data as well, so that a question is cut in the same way.
"""

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from .graph import Graph
from .markup import Fence, Formula, Heading, Markup, scan
from .note import Note

FIELDS = {
    "names": 8,
    "title": 2,
    "aliases": 4,
    "claim": 3,
    "headings": 1,
    "labels": 0.4,
    "contexts": 2,
    "facts": 0.5,
    "text": 1,
}
"""Parts of a page with their weights. `names` holds whole names; `labels` and `contexts` are what
other pages call it, and the sentences in which they do."""
OPTIONS = {"bm25": {"k": 0.8, "b": 0.6, "d": 0.5}, "weights": {"prefix": 0.5, "fuzzy": 0.5}}
"""How MiniSearch weighs: how little repetition counts, how much length does, and what only begins
like a word. Found, with the other weights here, on the questions of the first part of the test."""
KINDS = {
    "note": (1, ""),
    "lab": (0.85, "<b>Lab.</b> "),
    "source": (0.7, "<b>Source.</b> "),
    "path": (0.75, "<b>Path.</b> "),
    "page": (0.6, "<b>Page.</b> "),
}
"""Kinds of pages with their weights, an idea before a work about it, and what a result says."""
STEMS = [
    ("isation", "ization"),
    ("is(?=(?:e|es|ed|er|ers|ing)$)", "iz"),
    ("our$", "or"),
    ("ies$", "y"),
    ("(?<=ss|sh|ch|.x)es$", ""),
    ("(?<=[^su])s$", ""),
    ("(?<=....)(?:ing|ed|ly)$", ""),
    ("([bdfgmnprt])(?=\\1$)", ""),
    ("e$", ""),
    ("(?<=....)(?:at)?ion$", ""),
    ("(?<=.....)at$", ""),
]
"""Patterns and replacements, in order, that take endings off words of four letters or more."""
_STOP = """
a about actually all also am an and any anybody anyone are as at be been but by came can cannot come
could did do does doing don every everybody everyone exactly for from get gets give gives got had
has have how i if in into is isn it its just like ll m make makes me my no not of on only or our out
re s same say says should simply so some such t than that the their them then there these they this
those to too up us use used using ve very was we were what when where which while who whom whose why
will with without would you your because between during may might must over per shall since under
until via vs
"""
STOP = _STOP.split()
"""Words that say little in a question."""
_SILENT = frozenset(STOP)
_SYNONYMS = Path(__file__).with_name("synonyms.txt")
_LETTERS = "αβγδεηθλμπρστφΔΣΛ∇∂⊙√∞"
_WORD = re.compile(r"[^\W_]+")
_CODE = re.compile("[$`~]")
_MARKUP = re.compile(r"\]\([^)]*\)|<[^>]*>|<!--.*?-->", re.DOTALL)


def search_index(notes: Iterable[Note], graph: Graph) -> str:
    """The file that the search fetches, as JSON."""
    pages = [note for note in notes if note.slug != "index"]  # a hub names everything
    return _json(
        {
            "stems": STEMS,
            "stop": STOP,
            "signs": SIGNS,
            "same": _synonyms(),
            "options": OPTIONS | {"boost": FIELDS},
            "kinds": KINDS,
            "pages": [
                [note.url, _shown(note.title), _shown(note.claim), note.kind] for note in pages
            ],
            "index": _json(_stored([_parts(note, graph) for note in pages])),
        }
    )


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))


def words(text: str) -> list[str]:
    """The words of a text in lower case, without accents and endings; signs by their names.

    Words that say little are left out, unless there are no others.
    """
    primed = re.sub(r"(?<=[^\x00-\x7f])['’]", "′", text)
    found = _WORD.findall(_folded(primed).translate(_SPOKEN))
    return [stem(word) for word in found if word not in _SILENT] or list(map(stem, found))


@cache
def stem(word: str) -> str:
    """A word without its ending."""
    if len(word) > 3:
        for pattern, replacement in STEMS:
            word = re.sub(pattern, replacement, word)
    return word


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    apart = unicodedata.normalize("NFD", text.lower())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _sign(letter: str) -> str:
    """A sign's name in words: that of Unicode, without its family."""
    name = unicodedata.name(letter).lower()
    return f" {re.sub('^.* letter |capital |small | differential| operator', '', name)} "


SIGNS = {_folded(letter): _sign(letter) for letter in _LETTERS} | {"ł": "l", "′": " prime "}
"""Names of letters and signs, by which people type them."""
_SPOKEN = str.maketrans(SIGNS)


def _synonyms() -> dict[str, list[str]]:
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for line in _SYNONYMS.read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            group = words(line)
            for word in group:
                found[word] |= dict.fromkeys(other for other in group if other != word)
    return {word: list(others) for word, others in found.items()}


def _parts(note: Note, graph: Graph) -> dict[str, list[str]]:
    """The words of a page by field."""
    names = [note.title, *note.front["aliases"]]
    facts = ("authors", "year", "work") if note.kind == "source" else ()
    links = graph.links_to(note)
    texts = {
        "title": [note.title],
        "aliases": note.front["aliases"],
        "claim": [note.claim],
        "headings": [token.title for token in note.markup.tokens if isinstance(token, Heading)],
        "labels": [link.link.label for link in links if link.link],
        "facts": [str(note.front[key]) for key in facts],
    }
    parts = {field: words(" ".join(map(_plain, each))) for field, each in texts.items()}
    sentences = [_without_code(link.source.markup, *link.place) for link in links]
    parts["contexts"] = words(" ".join(sentences))
    parts["text"] = words(_without_code(note.markup, 0, len(note.markup.text)))
    return {"names": [" ".join(words(name)) for name in names], **parts}


def _plain(markdown: str) -> str:
    """A piece of Markdown without formulas, code blocks, targets of links and HTML."""
    if _CODE.search(markdown):
        return _without_code(scan(markdown), 0, len(markdown))
    return _MARKUP.sub(" ", markdown)


def _without_code(markup: Markup, start: int, end: int) -> str:
    """A slice of a scanned text in this way."""
    pieces, position = [], start
    for token in markup.between(start, end):
        if isinstance(token, Fence | Formula) and token.start >= position:
            pieces.append(markup.text[position : token.start])
            position = token.end
    return _MARKUP.sub(" ", " ".join([*pieces, markup.text[position:end]]))


def _shown(text: str) -> str:
    return escape(text, quote=False).replace("'", "’")


def _stored(pages: list[dict[str, list[str]]]) -> dict[str, Any]:
    """An index in the form in which MiniSearch 7 stores it."""
    found: dict[str, dict[int, dict[int, int]]] = {}
    for number, parts in enumerate(pages):
        for field, name in enumerate(FIELDS):
            for word, count in Counter(parts[name]).items():
                found.setdefault(word, {}).setdefault(field, {})[number] = count
    lengths = [[len(set(parts[name])) for name in FIELDS] for parts in pages]
    numbers = range(len(pages))
    return {
        "documentCount": len(pages),
        "nextId": len(pages),
        "documentIds": {number: number for number in numbers},
        "fieldIds": {name: field for field, name in enumerate(FIELDS)},
        "fieldLength": {number: dict(enumerate(lengths[number])) for number in numbers},
        "averageFieldLength": [
            round(sum(column) / len(pages), 2) for column in zip(*lengths, strict=True)
        ],
        "storedFields": {},
        "dirtCount": 0,
        "index": sorted(found.items()),
        "serializationVersion": 2,
    }
