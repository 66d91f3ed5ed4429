"""The timeline of the history notes: what is drawn, what is heard, and that years agree."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser
from zettelkasten.bibliography import bibtex
from zettelkasten.front_matter import LONGEST, STRANDS
from zettelkasten.library import Library
from zettelkasten.note import Note
from zettelkasten.render.timeline import timeline, with_timeline

from tests.conftest import ROOT, Project

LIBRARY = Library(ROOT, ROOT / "docs")
HISTORIES = [LIBRARY.by_name[f"notes/history-{slug}"] for slug in ("reverse-mode", "backprop-nn")]
PLACE = '<div data-timeline="sources"></div>'
YEAR = re.compile(r"\b1[6-9]\d\d\b|\b20[0-2]\d\b")


def cited(note: Note) -> list[Note]:
    return LIBRARY.graph.targets(note, "cites")


def entries(note: Note) -> list[Note]:
    """The sources of a note that are on the timeline, in order of year."""
    found = [one for one in cited(note) if one.front["timeline"]]
    return sorted(found, key=lambda one: one.front["year"])


def drawing(html: str) -> ElementTree.Element:
    """The figure, read as XML."""
    return ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])


def sourced(project: Project, **values: object) -> Note:
    """A literature note of the small project, on the timeline."""
    entry = {"strand": "control", "did": "a thing", "back": "true", **values}
    inner = ", ".join(f"{key}: {value}" for key, value in entry.items())
    text = project.source_text().replace("known:", f"timeline: {{{inner}}}\nknown:")
    project.write("docs/sources/book-1970.md", text)
    return Library(project.root, project.root / "docs").by_name["sources/book-1970"]


@pytest.mark.parametrize("note", HISTORIES, ids=lambda note: note.slug)
def test_each_work_is_drawn_once_in_order_of_year(note: Note) -> None:
    svg = drawing(with_timeline(PLACE, note, LIBRARY.graph))
    words = [text.text or "" for text in svg.iter("text")]
    heights = [int(text.get("y") or 0) for text in svg.iter("text")]
    years = [int(word) for word in words if YEAR.fullmatch(word)]
    assert years == [one.front["year"] for one in entries(note)]
    assert len(years) > 10
    assert heights == sorted(heights, key=lambda y: y // 22)
    did = [one.front["timeline"]["did"] for one in entries(note)]
    assert [word for word in words if word in did] == did
    marks = [mark for mark in svg if mark.get("transform")]
    strands = {one.front["timeline"]["strand"] for one in entries(note)}
    assert len(marks) == len(years) + 2 * len(strands)
    filled = sum(one.front["timeline"]["back"] for one in entries(note)) + len(strands)
    assert sum(mark.get("fill") == "var(--bwd)" for mark in marks) == filled


@pytest.mark.parametrize("note", HISTORIES, ids=lambda note: note.slug)
def test_it_is_told_to_those_who_do_not_see_it_and_needs_no_script_or_colour(note: Note) -> None:
    html = with_timeline(PLACE, note, LIBRARY.graph)
    svg = drawing(html)
    assert svg.get("role") == "img"
    told = {one.get("id"): one.text or "" for one in svg if one.tag in {"title", "desc"}}
    assert (svg.get("aria-labelledby") or "").split() == list(told)
    for one in entries(note):
        entry = one.front["timeline"]
        start = f"{one.front['year']}, {STRANDS[entry['strand']]}, "
        back = ", worked back from the result" if entry["back"] else ""
        assert re.search(rf"{start}[^;]*: {entry['did']}{back}[;.]", told["timeline-desc"])
        assert f'<a href="../../{one.url}">' in html
    for element in svg.iter():
        assert element.tag in {"svg", "title", "desc", "text", "path", "circle"}
        assert element.get("href") is None
        for paint in ("fill", "stroke"):
            assert re.fullmatch(r"currentColor|var\(--\w+\)|None", str(element.get(paint)))


def test_each_strand_has_a_shape_and_a_lane_of_its_own() -> None:
    svg = drawing(with_timeline(PLACE, HISTORIES[0], LIBRARY.graph))
    lanes: dict[str, set[tuple[str, str | None]]] = {}
    for mark in svg:
        if place := mark.get("transform"):
            lanes.setdefault(place.split()[0], set()).add((mark.tag, mark.get("d")))
    assert len(lanes) == 4
    assert all(len(shapes) == 1 for shapes in lanes.values())
    assert len(set.union(*lanes.values())) == 4


def test_long_gaps_are_said_and_broken() -> None:
    html = with_timeline(PLACE, HISTORIES[0], LIBRARY.graph)
    svg = drawing(html)
    years = [one.front["year"] for one in entries(HISTORIES[0])]
    gaps = [after - before for before, after in pairwise(years) if after - before > 50]
    assert [text.text for text in svg.iter("text") if "years" in (text.text or "")] == [
        f"{gap} years" for gap in gaps
    ]
    assert gaps == [101, 137]
    assert html.count("stroke-dasharray") == 1  # no lane spans the other gap


def test_words_are_escaped(project: Project) -> None:
    one = sourced(project, did="'R&D'")
    html = timeline([one], HISTORIES[0])
    assert "R&amp;D" in html
    assert drawing(html) is not None


def test_a_page_without_works_to_show_stays_as_it_is(project: Project) -> None:
    library = Library(project.root, project.root / "docs")
    assert with_timeline(PLACE, library.by_name["notes/one"], library.graph) == PLACE


def test_a_preview_leaves_out_what_has_no_year_that_passes(project: Project) -> None:
    sourced(project)
    file = project.root / "docs/sources/book-1970.md"
    file.write_text(file.read_text().replace("year: 1970", "year: soon"))
    library = Library(project.root, project.root / "docs")
    assert with_timeline(PLACE, library.by_name["notes/one"], library.graph) == PLACE
    assert bibtex([library.by_name["sources/book-1970"]]).count("year = {}") == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"strand": "chess"},
        {"strand": "[control]"},
        {"did": '"' + "x" * (LONGEST + 1) + '"'},
        {"did": "3"},
        {"back": "perhaps"},
        {"backwards": "true"},
    ],
)
def test_what_cannot_stand_on_it_is_refused(project: Project, wrong: dict[str, str]) -> None:
    sourced(project, **wrong)
    assert "'timeline' must be such as {strand: programs," in project.problems()[0]


def test_what_can_is_not(project: Project) -> None:
    sourced(project)
    assert project.problems() == []


@pytest.mark.parametrize("note", HISTORIES, ids=lambda note: note.slug)
def test_years_in_the_text_are_those_of_the_literature_notes(note: Note) -> None:
    text = note.markup.masked
    years = {one.front["year"] for one in cited(note)}
    assert {int(year) for year in YEAR.findall(text)} <= years
    assert {int(year) for year in YEAR.findall(note.claim)} <= years
    assert {one.front["year"] for one in entries(note)} <= {int(y) for y in YEAR.findall(text)}


@pytest.mark.parametrize("note", HISTORIES, ids=lambda note: note.slug)
def test_each_source_is_linked_beside_its_year(note: Note) -> None:
    linked: dict[str, str] = {}
    for relation, outcome in LIBRARY.resolved:
        target = getattr(outcome, "note", None)
        if relation.source is note and relation.link and target and target.kind == "source":
            linked[target.name] = linked.get(target.name, "") + relation.context
    assert set(linked) == {one.name for one in cited(note)}
    for one in entries(note):
        assert str(one.front["year"]) in linked[one.name], one.name


@pytest.mark.parametrize("note", HISTORIES, ids=lambda note: note.slug)
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_narrow_screen_and_no_words_touch(
    browser: Browser, site: object, address: str, note: Note, width: int, scheme: str
) -> None:
    context = browser.new_context(
        base_url=address, viewport={"width": width, "height": 800}, color_scheme=scheme
    )
    page = context.new_page()
    page.goto(note.url)
    figure = page.locator(".timeline")
    assert figure.evaluate("area => area.scrollWidth <= area.clientWidth")
    boxes = figure.locator("text").evaluate_all(
        "all => all.map(text => text.getBoundingClientRect().toJSON())"
    )
    right = figure.bounding_box()
    assert right
    assert max(box["right"] for box in boxes) <= right["x"] + right["width"]
    size = figure.locator("text").first.evaluate(
        "text => parseFloat(getComputedStyle(text).fontSize)"
    )
    assert size >= 12
    for i, box in enumerate(boxes):
        for other in boxes[:i]:
            apart = box["left"] >= other["right"] or other["left"] >= box["right"]
            # Letters fill less than their line, so lines may overlap by a little.
            assert apart or box["top"] >= other["bottom"] - 4 or other["top"] >= box["bottom"] - 4
    ink = "text => getComputedStyle(text).fill.match(/[0-9]+/)[0]"
    assert (int(figure.locator("text").first.evaluate(ink)) < 128) == (scheme == "light")
    context.close()
