"""The bibliography that readers take along, read back by a reader that shares no code with it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from zettelkasten.bibliography import FILES, Author, authors, bibtex, csl
from zettelkasten.library import Library
from zettelkasten.note import Note

from tests.conftest import ROOT, Project

SOURCES = [note for note in Library(ROOT, ROOT / "docs").notes if note.kind == "source"]
COMMANDS = {
    "textbackslash": "\\",
    "textasciitilde": "~",
    "textasciicircum": "^",
    "textbraceleft": "{",
    "textbraceright": "}",
}


def parts(text: str, start: int) -> Iterator[tuple[int, int]]:
    """Where each outermost pair of braces stands, behind an offset; braces are all that counts."""
    depth, opened = 0, 0
    for i in range(start, len(text)):
        if text[i] == "{":
            depth += 1
            opened = i if depth == 1 else opened
        elif text[i] == "}":
            depth -= 1
            assert depth >= 0, "a brace is closed that was not opened"
            if depth == 0:
                yield opened, i
    assert depth == 0, "a brace stays open"


def plain(tex: str) -> str:
    """What TeX prints for a field."""
    tex = re.sub(r"\\(text\w+)\{\}", lambda at: "\\" + COMMANDS[at[1]], tex)
    tex = re.sub(r"(?<!\\)[{}]", "", tex)
    return re.sub(r"\\(.)", r"\1", tex)


def entries(bib: str) -> dict[str, dict[str, str]]:
    """Fields by key, as written, with the kind of each entry under its @."""
    found = {}
    for start, end in parts(bib, 0):
        key, _, body = bib[start + 1 : end].partition(",")
        fields = {"@": re.findall(r"@(\w+)$", bib[:start])[0]}
        for opened, closed in parts(body, 0):
            name = re.findall(r"(\w+) = $", body[:opened])[0]
            fields[name] = body[opened + 1 : closed]
        assert key not in found, "a key stands there twice"
        found[key] = fields
    return found


def source(project: Project, **values: object) -> Note:
    """The good literature note with other values."""
    text = project.source_text()
    for key, value in values.items():
        line = f"{key}: {json.dumps(value)}"
        text = re.sub(rf"^{key}:.*$", lambda _, line=line: line, text, flags=re.MULTILINE)
    project.write("docs/sources/book-1970.md", text)
    library = Library(project.root, project.root / "docs")
    return library.by_name["sources/book-1970"]


def test_every_literature_note_is_there_with_what_it_says() -> None:
    found, items = entries(bibtex(SOURCES)), json.loads(csl(SOURCES))
    slugs = {note.slug: note for note in SOURCES}
    assert len(slugs) == len(SOURCES) > 20
    assert set(found) == set(slugs) == {item["id"] for item in items}
    for item in items:
        note, fields = slugs[item["id"]], found[item["id"]]
        assert plain(fields["title"]) == item["title"] == note.front["work"]
        assert int(fields["year"]) == item["issued"]["date-parts"][0][0] == note.front["year"]
        assert plain(fields["annote"]) == item["note"] == note.front["read"]
        address = fields.get("url") or "https://doi.org/" + fields.get("doi", "")
        assert address == item.get("URL", "https://doi.org/") == (note.front["link"] or address)
        for one in item["author"]:
            assert one.get("family", one.get("literal")) in note.front["authors"]
        assert plain(fields["author"]).count(" and ") == note.front["authors"].count(", ")


def test_an_article_a_thesis_a_book_and_a_body_of_authors() -> None:
    found = entries(bibtex(SOURCES))
    linnainmaa, thesis = found["linnainmaa-1976"], found["werbos-1974"]
    assert linnainmaa["@"] == "article"
    assert linnainmaa["author"] == "Linnainmaa, S."
    assert linnainmaa["journal"] == "BIT Numerical Mathematics"
    assert (linnainmaa["volume"], linnainmaa["number"]) == ("16", "2")
    assert linnainmaa["pages"] == "146--160"
    assert linnainmaa["doi"] == "10.1007/BF01931367"
    assert (thesis["@"], thesis["school"]) == ("phdthesis", "Harvard University")
    assert found["linnainmaa-1970"]["@"] == "mastersthesis"
    assert found["bryson-ho-1969"]["howpublished"].startswith("Blaisdell")
    assert found["pytorch-autograd"]["author"] == "{PyTorch contributors}"
    assert found["baydin-2018"]["eid"] == "153"
    items = {item["id"]: item for item in json.loads(csl(SOURCES))}
    assert items["linnainmaa-1976"]["container-title"] == "BIT Numerical Mathematics"
    assert items["linnainmaa-1976"]["page"] == "146-160"
    assert items["werbos-1974"]["type"] == "thesis"
    assert items["bryson-ho-1969"]["type"] == "document"
    assert items["rumelhart-1986"]["author"][1] == {"family": "Hinton", "given": "G. E."}


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("S. Linnainmaa", [Author("Linnainmaa", "S.")]),
        ("A. E. Bryson, Y.-C. Ho", [Author("Bryson", "A. E."), Author("Ho", "Y.-C.")]),
        ("É. Galois, Ph. Anders", [Author("Galois", "É."), Author("Anders", "Ph.")]),
        ("G. de l'Hôpital", [Author("de l'Hôpital", "G.")]),
        ("Wikipedia contributors", [Author("Wikipedia contributors")]),
    ],
)
def test_names_are_taken_apart(project: Project, printed: str, expected: list[Author]) -> None:
    assert authors(source(project, authors=printed)) == expected


@pytest.mark.parametrize("sign", [*"\\{}%&#_~^\"'@=,", "{}", "}{", "\\%", "é", "100 % {A}_b"])
def test_what_tex_reads_as_commands_is_printed_as_it_was_written(
    project: Project, sign: str
) -> None:
    title, where = f"On {sign} and on", f"House of {sign}, London"
    note = source(project, work=title, venue=where, read=f"Read {sign}.")
    fields = entries(bibtex([note]))["book-1970"]
    assert plain(fields["title"]) == title
    assert plain(fields["howpublished"]) == where
    assert plain(fields["annote"]) == f"Read {sign}."
    for value in fields.values():
        assert not re.search(r"(?<!\\)[%&#_]", value)
    assert json.loads(csl([note]))[0]["title"] == title


def test_an_address_is_kept_as_it_is_but_for_braces(project: Project) -> None:
    note = source(project, link="https://a.example/x_y%20z#{1}")
    assert entries(bibtex([note]))["book-1970"]["url"] == "https://a.example/x_y%20z#%7B1%7D"


def test_a_page_may_link_to_the_bibliography_and_to_no_file_that_is_not_made(
    project: Project,
) -> None:
    project.note("one", "See [two](two.md), [all](../sources/sources.bib).", sources="book-1970")
    assert project.problems() == []
    project.note("one", "See [two](two.md), [all](../sources/source.bib).", sources="book-1970")
    assert "there is no file ../sources/source.bib beside this page" in project.problems()[0]


def test_the_site_has_both_files_and_the_page_of_sources_offers_them(site: Path) -> None:
    html = (site / "sources/index.html").read_text(encoding="utf-8")
    for place, made in FILES.items():
        assert (site / place).read_text(encoding="utf-8") == made(SOURCES)
        assert f'href="{place.partition("/")[2]}"' in html
