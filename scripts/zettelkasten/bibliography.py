"""The literature notes as a bibliography, for other people's papers: BibTeX and CSL-JSON."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .note import Note

_AUTHOR = re.compile(r"(?P<given>(?:\w[a-z]?\.[ -]?)+) (?P<family>.+)")
_ARTICLE = re.compile(
    r"(?P<journal>[^;]+?), volume (?P<volume>[\w-]+)(?:, number (?P<number>[\w-]+))?"
    r"(?:, article (?P<article>\w+))?(?:, pages (?P<pages>\d+-\d+))?"
)
_THESIS = re.compile(r"(?P<genre>PhD|Master's) thesis(?: \([^)]*\))?, (?P<school>[^,;]+)")
_DOI = "https://doi.org/"
# BibTeX counts braces even behind a backslash, so a brace is written as a command.
_TEX = str.maketrans(
    {sign: f"\\{sign}" for sign in "$&%#_"}
    | {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}
    | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
)
_VERBATIM = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D", " ": "%20"})


@dataclass(frozen=True)
class Author:
    """A person, or a body without a given name."""

    family: str
    given: str = ""


def authors(note: Note) -> list[Author]:
    """Who wrote the work of a literature note, in order."""
    people = []
    for name in note.front["authors"].split(", "):
        person = _AUTHOR.fullmatch(name)
        people.append(Author(person["family"], person["given"]) if person else Author(name))
    return people


def bibtex(sources: Iterable[Note]) -> str:
    """One entry for each literature note, under its slug, in UTF-8."""
    return "\n".join(map(_entry, sources))


def csl(sources: Iterable[Note]) -> str:
    """The same as CSL-JSON, an item a line."""
    items = (json.dumps(_item(note), ensure_ascii=False) for note in sources)
    return "[\n" + ",\n".join(items) + "\n]\n"


FILES: Mapping[str, Callable[[Iterable[Note]], str]] = {
    "sources/sources.bib": bibtex,
    "sources/sources.json": csl,
}
"""What is made when the site is built, by its place below the site's root."""


def _entry(note: Note) -> str:
    front, link = note.front, note.front["link"] or ""
    kind, details = _kind(front["venue"])
    people = " and ".join(map(_name, authors(note)))
    fields = {"author": people, "title": f"{{{_tex(front['work'])}}}", "year": str(front["year"])}
    fields |= {key: _tex(value) for key, value in details.items()}
    address = {"doi" if link.startswith(_DOI) else "url": link.removeprefix(_DOI)}
    fields |= {key: value.translate(_VERBATIM) for key, value in address.items() if value}
    fields["annote"] = _tex(front["read"])
    lines = "".join(f"  {key} = {{{value}}},\n" for key, value in fields.items())
    return f"@{kind}{{{note.slug},\n{lines}}}\n"


def _kind(venue: str) -> tuple[str, dict[str, str]]:
    """The kind of a BibTeX entry, and what its fields hold, unescaped."""
    if article := _ARTICLE.fullmatch(venue):
        found = {key: value for key, value in article.groupdict().items() if value}
        if "article" in found:
            found["eid"] = found.pop("article")
        if "pages" in found:
            found["pages"] = found["pages"].replace("-", "--")
        return "article", found
    if thesis := _THESIS.match(venue):
        kind = "phdthesis" if thesis["genre"] == "PhD" else "mastersthesis"
        return kind, {"school": thesis["school"], "note": venue}
    return "misc", {"howpublished": venue}


def _name(author: Author) -> str:
    family = _tex(author.family)
    return f"{family}, {_tex(author.given)}" if author.given else f"{{{family}}}"


def _tex(text: str) -> str:
    return text.translate(_TEX)


def _item(note: Note) -> dict[str, Any]:
    front, link = note.front, note.front["link"] or ""
    item = {
        "id": note.slug,
        **_csl_kind(front["venue"]),
        "author": [
            {"family": one.family, "given": one.given} if one.given else {"literal": one.family}
            for one in authors(note)
        ],
        "title": front["work"],
        "issued": {"date-parts": [[front["year"]]]},
        "note": front["read"],
    }
    if link.startswith(_DOI):
        item["DOI"] = link.removeprefix(_DOI)
    if link:
        item["URL"] = link
    return item


def _csl_kind(venue: str) -> dict[str, str]:
    """Type of an item, and where it was published."""
    if article := _ARTICLE.fullmatch(venue):
        names = {"container-title": "journal", "volume": "volume", "issue": "number"}
        names |= {"number": "article", "page": "pages"}
        found = {key: article[name] for key, name in names.items() if article[name]}
        return {"type": "article-journal", **found}
    if thesis := _THESIS.match(venue):
        genre = f"{thesis['genre']} thesis"
        return {"type": "thesis", "genre": genre, "publisher": thesis["school"]}
    return {"type": "document", "publisher": venue}
