"""Backlinks, reading order and what else follows from links; and how they are shown."""

import re
from datetime import date
from pathlib import Path

import pytest
from zettelkasten.checks import check
from zettelkasten.library import Library
from zettelkasten.note import minutes
from zettelkasten.render import page

from tests.conftest import ROOT, Project

DAY = date(2026, 11, 22)


@pytest.fixture
def library(project: Project) -> Library:
    """Notes a to e: b and c need a, d needs c and cites the book; e and a path mention a."""
    for path in (project.root / "docs/notes").iterdir():
        path.unlink()
    project.note("a", "I am [e](e.md) first.", note_id="2026-03-01t00-00-00z")
    project.note(
        "b",
        "We say $x$ of [a's *own*](a.md). Then `code`. Twice, [a](a.md) and [a](a.md#no).",
        needs="a",
        note_id="2026-02-01t00-00-00z",
    )
    project.note("c", "Silent; see [d](d.md).", needs="a", note_id="2026-01-01t00-00-00z")
    project.note(
        "d", "On [b](b.md).", needs="c", sources="book-1970", note_id="2026-01-02t00-00-00z"
    )
    project.note("e", "Back to [a](a.md).", note_id="2026-01-03t00-00-00z")
    project.write("docs/notes/index.md", "---\ntitle: All\nclaim: All.\n---\n[a](a.md)\n")
    project.write(
        "docs/paths/walk.md",
        "---\nid: 2026-01-04t00-00-00z\ntitle: Walk\nclaim: A walk.\ndate: 2026-01-01\n---\n"
        "1. [A](../notes/a.md): begin here\n",
    )
    return Library(project.root, project.root / "docs")


def names(notes: list) -> list[str]:
    return [note.slug for note in notes]


def test_reading_order_puts_needs_first_and_then_older_ids(library: Library) -> None:
    order = names(library.graph.reading_order)
    assert [slug for slug in order if len(slug) == 1] == ["e", "a", "c", "b", "d"]


def test_leads_to_is_needs_turned_round(library: Library) -> None:
    assert names(library.graph.leads_to(library.by_name["notes/a"])) == ["c", "b"]
    assert names(library.graph.leads_to(library.by_name["notes/d"])) == []


def test_backlinks_are_grouped_by_strongest_relation_and_leave_out_hubs(library: Library) -> None:
    groups = library.graph.backlinks(library.by_name["notes/a"])
    assert {kind: [entry.source.slug for entry in entries] for kind, entries in groups.items()} == {
        "needs": ["c", "b"],
        "mentions": ["e", "walk"],
    }
    cited = library.graph.backlinks(library.by_name["sources/book-1970"])
    assert [entry.source.slug for entry in cited["cites"]] == ["d"]


def test_every_backlink_has_a_link_and_every_link_its_backlink(library: Library) -> None:
    shown = {
        (entry.source.name, note.name, relation.line, relation.column)
        for note in library.notes
        for entries in library.graph.backlinks(note).values()
        for entry in entries
        for relation in entry.relations
    }
    written = {
        (relation.source.name, outcome.note.name, relation.line, relation.column)
        for relation, outcome in library.resolved
        if relation.kind == "mentions"
        and relation.source.kind != "page"
        and hasattr(outcome, "note")
    }
    assert shown == written
    assert len(shown) == 7


def test_a_backlink_shows_its_sentence_once_and_leads_to_the_place(library: Library) -> None:
    html = page.tail(library.by_name["notes/a"], library.graph, DAY)
    assert (
        '<dd>We say <math><mi>x</mi></math> of <a href="../../notes/b/#to-a"><mark>a’s <i>own</i>'
        "</mark></a>.</dd><dd>Twice, "
        '<a href="../../notes/b/#to-a-2"><mark>a</mark></a> and a.</dd>'
    ) in html
    assert html.count("Needs this note") == 1
    assert '<span class="count">2</span>' in html


def test_many_backlinks_fold_away_but_stay_on_the_page(project: Project) -> None:
    for number in range(page.SHOWN + 3):
        project.note(f"n{number}", "See [one](one.md).", note_id=f"2026-04-01t00-00-{number:02}z")
    library = Library(project.root, project.root / "docs")
    html = page.tail(library.by_name["notes/one"], library.graph, DAY)
    assert html.count("<dt>") == page.SHOWN + 4
    assert "<details><summary>4 more</summary>" in html


def test_the_graph_as_json_holds_every_relation_with_its_place(library: Library) -> None:
    data = library.graph.as_json()
    assert {note["name"] for note in data["notes"]} == set(library.by_name)
    first = next(
        relation
        for relation in data["relations"]
        if relation["source"] == "notes/b" and relation["kind"] == "mentions"
    )
    assert first == {
        "source": "notes/b",
        "target": "notes/a",
        "kind": "mentions",
        "line": 10,
        "column": 15,
        "anchor": "to-a",
        "context": "We say $x$ of [a's *own*](a.md).",
    }


def test_words_of_authors_are_escaped(project: Project) -> None:
    text = (project.root / "docs/sources/book-1970.md").read_text()
    project.write("docs/sources/book-1970.md", text.replace("A. Author", "A & B"))
    library = Library(project.root, project.root / "docs")
    head = page.head(library.by_name["sources/book-1970"], library.graph)
    assert '<th scope="row">Who</th><td>A &amp; B</td>' in head


def test_a_flat_folder_holds_notes(tmp_path: Path, project: Project) -> None:
    text = (project.root / "docs/notes/two.md").read_text()
    (tmp_path / "flat").mkdir()
    (tmp_path / "flat/two.md").write_text(text)
    (note,) = Library(project.root, tmp_path / "flat").notes
    assert (note.kind, note.slug) == ("note", "two")


def test_a_hub_shows_the_claim_of_each_page_it_lists(library: Library) -> None:
    hub = library.by_name["notes/index"]
    bare = '<ul>\n<li><a href="a/" id="to-a">A</a></li>\n</ul>'
    shown = page.with_claims(bare, hub, library.notes)
    assert '<dt><a href="a/" id="to-a">A</a></dt><dd>A is a thing.</dd>' in shown
    told = '<ul>\n<li><a href="a/">A</a>: with words of its own</li>\n</ul>'
    assert page.with_claims(told, hub, library.notes) == told


def test_counts_are_those_of_the_library(library: Library) -> None:
    html = '<b data-count="notes"></b> <span data-count="steps of paths/walk"></span>'
    filled = page.with_counts(html, library.count)
    assert filled == '<b data-count="notes">5</b> <span data-count="steps of paths/walk">1</span>'


def test_a_walk_says_how_long_it_is_and_what_it_assumes(library: Library) -> None:
    walk, graph = library.by_name["paths/walk"], library.graph
    assert names(graph.steps(walk)) == ["a"]
    assert graph.assumed(walk) == []
    text = "See [b](../notes/b.md).\n\n1. [D](../notes/d.md), unlike [a](../notes/a.md)\n" + (
        "10. [B](../notes/b.md)\n\n- [E](../notes/e.md)\n"
    )
    library = rewalked(library, text)
    walk, graph = library.by_name["paths/walk"], library.graph
    assert names(graph.steps(walk)) == ["d", "b"]
    assert names(graph.assumed(walk)) == ["a", "c"]
    html = page.head(walk, graph)
    assert "<b>Length</b> 2 notes, about 1 minute</p>" in html
    assert (
        '<b>Assumes</b> <a href="../../notes/a/">A</a> · <a href="../../notes/c/">C</a></p>' in html
    )


def rewalked(library: Library, text: str) -> Library:
    """The same library with another text of its path, below five lines of front matter."""
    file = library.docs / "paths/walk.md"
    head = file.read_text().partition("\n---\n")[0]
    file.write_text(f"{head}\n---\n{text}")
    return Library(library.root, library.docs)


def test_a_step_before_one_that_it_needs_is_named(library: Library) -> None:
    early = rewalked(library, "1. [C](../notes/c.md)\n2. [E](../notes/e.md)\n3. [A](../notes/a.md)")
    (problem,) = [one for one in check(early) if "later" in one.message]
    assert str(problem) == (
        "docs/paths/walk.md:7:4: this step needs a, which comes later on this path: move it down"
    )
    right = rewalked(library, "1. [A](../notes/a.md)\n2. [E](../notes/e.md)\n3. [C](../notes/c.md)")
    assert not [one for one in check(right) if "later" in one.message]
    assert right.graph.assumed(right.by_name["paths/walk"]) == []


def test_a_route_leads_through_all_that_a_note_needs_in_order(library: Library) -> None:
    place = '<div data-route="d"></div>'
    walk = library.by_name["paths/walk"]
    html = page.with_routes(place, walk, library.graph)
    assert "<b>Length</b> 3 notes" in html
    assert re.findall(r">(\w)</a>", html) == ["A", "C", "D"]
    assert not [one for one in check(rewalked(library, place)) if "for this route" in one.message]
    wrong = rewalked(library, '<div data-route="x"></div>\n')
    assert page.with_routes(place.replace('d"', 'x"'), walk, library.graph).count("x") == 1
    (problem,) = [one for one in check(wrong) if "for this route" in one.message]
    assert str(problem) == "docs/paths/walk.md:7:1: there is no note x for this route to lead to"


def test_time_to_read_grows_with_the_words(project: Project) -> None:
    project.note("a", "word " * 201)
    project.note("b", "word " * 199)
    notes = Library(project.root, project.root / "docs").by_name
    assert minutes([notes["notes/a"]]) == 2
    assert minutes([notes["notes/b"]]) == 1
    assert minutes([notes["notes/a"], notes["notes/b"]]) == 2


OWN = Library(ROOT, ROOT / "docs")
NOTES = [note for note in OWN.notes if note.kind == "note"]


def test_the_web_is_wide_and_holds_together() -> None:
    assert len(NOTES) >= 60
    assert OWN.count("sources") >= 40
    assert OWN.graph.orphans() == []
    assert OWN.graph.circles == []


def test_every_note_is_within_three_links_of_backpropagation() -> None:
    distance, edge = {"notes/backpropagation": 0}, [OWN.by_name["notes/backpropagation"]]
    while edge:
        note = edge.pop(0)
        for other in OWN.graph.targets(note, "needs") + OWN.graph.targets(note, "mentions"):
            if other.kind == "note" and other.name not in distance:
                distance[other.name] = distance[note.name] + 1
                edge.append(other)
    far = {note.slug for note in NOTES if distance.get(note.name, 9) > 3}
    assert far == set()


def test_every_note_is_a_step_of_a_path_or_one_link_away_and_every_path_is_listed() -> None:
    paths = [note for note in OWN.notes if note.kind == "path"]
    steps = {step.name: step for path in paths for step in OWN.graph.steps(path)}
    near = {far.name for step in steps.values() for far in OWN.graph.targets(step, "mentions")}
    assert {note.name for note in NOTES} <= steps.keys() | near
    assert len(steps) > 60
    listed = OWN.graph.targets(OWN.by_name["paths/index"], "mentions")
    assert {path.name for path in paths} == {page.name for page in listed}


def test_no_path_needs_what_it_shows_later() -> None:
    assert list(OWN.graph.late()) == []
