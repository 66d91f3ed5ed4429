"""The links around a note: neighbours with arcs, steps of paths, and the trail of a visit."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from zettelkasten.library import Library
from zettelkasten.note import Note
from zettelkasten.render.addresses import between
from zettelkasten.render.arcs import AXIS
from zettelkasten.render.neighbourhood import LINES, neighbourhood
from zettelkasten.render.path_bar import path_bar

from tests.conftest import ROOT, settle

LIBRARY = Library(ROOT, ROOT / "docs")
GRAPH = LIBRARY.graph
DRAWN = [note for note in LIBRARY.notes if note.kind in {"note", "source", "lab"}]


def groups(note: Note) -> dict[str, list[str]]:
    """The addresses in each list of a note's neighbourhood."""
    html = neighbourhood(note, GRAPH)
    lists = re.findall(r'<ul aria-label="(.*?)">(.*?)</ul>', html)
    return {name: re.findall(r'href="(.*?)"', items) for name, items in lists}


@pytest.mark.parametrize("note", DRAWN, ids=lambda note: note.slug)
def test_each_neighbour_is_named_once_and_is_one(note: Note) -> None:
    found = groups(note)
    if not found:
        assert not GRAPH.backlinks(note)
        assert not GRAPH.targets(note, "needs")
        return
    assert found.pop("This note") == []
    names = [address for group in found.values() for address in group if address[0] != "#"]
    assert len(names) == len(set(names))
    needs = [between(note, one.url) for one in GRAPH.targets(note, "needs")]
    assert found.get("Needs", []) == needs
    leads_to = {between(note, one.url) for one in GRAPH.leads_to(note)}
    assert {one for one in found.get("Leads to", []) if one[0] != "#"} <= leads_to
    linking = {
        between(note, entry.source.url)
        for entries in GRAPH.backlinks(note).values()
        for entry in entries
    }
    others = linking - leads_to - set(needs)
    shown = found.get("Links here", [])
    assert {one for one in shown if one[0] != "#"} <= others
    assert len(shown) == min(len(others), LINES)


def test_where_there_are_more_the_best_known_are_shown_in_reading_order() -> None:
    note = LIBRARY.by_name["notes/reverse-mode-ad"]
    *shown, rest = groups(note)["Leads to"]
    all_of_them = GRAPH.leads_to(note)
    assert len(all_of_them) > LINES
    assert rest == "#leads-to"
    known = sorted(map(GRAPH.named_by, (one for one in all_of_them if one.kind == "note")))
    names = {between(note, one.url): one for one in all_of_them}
    assert [names[one] for one in shown] == [
        one for one in all_of_them if one in map(names.get, shown)
    ]
    assert sorted(GRAPH.named_by(names[one]) for one in shown) == known[-len(shown) :]


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize(
    "path", ["notes/reverse-mode-ad/", "notes/derivative/", "sources/linnainmaa-1970/"]
)
def test_arcs_end_at_their_links(page: Page, path: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    settle(page, path)
    around = page.locator(".around")
    box = around.bounding_box()
    lines = around.locator("li").evaluate_all(
        "lines => lines.filter(line => !line.textContent.startsWith('All '))"
        ".map(line => line.getBoundingClientRect()).map(({top, bottom}) => (top + bottom) / 2)"
    )
    dots = around.locator("circle").evaluate_all("dots => dots.map(dot => dot.cy.baseVal.value)")
    assert box
    assert sorted(dots) == pytest.approx([line - box["y"] for line in lines], abs=0.6)
    ends = around.locator("path").evaluate_all("arcs => arcs.map(arc => arc.getAttribute('d'))")
    for d in ends:
        x, top, *_, right, bottom = map(float, re.findall(r"-?[\d.]+", d))
        assert x == right == AXIS
        assert {top, bottom} <= set(dots)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_neighbours_stand_in_the_margin_and_nothing_lies_under_them(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    for note in ("backpropagation", "gradient", "worked-mazur"):
        settle(page, f"notes/{note}/")
        box = page.locator(".around").bounding_box()
        assert box
        others = page.locator(".margin, .wide").evaluate_all(
            "all => all.map(one => one.getBoundingClientRect().top)"
        )
        assert all(top >= box["y"] + box["height"] for top in others), note


def test_a_bar_shows_the_step_before_and_the_step_after() -> None:
    for path in (note for note in LIBRARY.notes if note.kind == "path"):
        steps = GRAPH.steps(path)
        for place, step in enumerate(steps):
            bars = path_bar(step, GRAPH).split("<nav")[1:]
            [bar] = [bar for bar in bars if f'href="{between(step, path.url)}"' in bar]
            assert f"step {place + 1} of {len(steps)}" in bar
            around = [*steps[max(place - 1, 0) : place], *steps[place + 1 : place + 2]]
            expected = [path, *around]
            assert re.findall(r'href="(.*?)"', bar) == [between(step, one.url) for one in expected]
            assert ("Previous" in bar) == (place > 0)
            assert ("Next" in bar) == (place + 1 < len(steps))


def test_the_bar_follows_the_path_on_which_the_reader_came(page: Page) -> None:
    [note, *_] = [one for one in DRAWN if len(GRAPH.paths_through(one)) > 1]
    for path, steps in reversed(GRAPH.paths_through(note)):
        settle(page, path.url)
        page.locator("article ol").get_by_role("link", name=note.title, exact=True).first.click()
        expect(page.locator("h1")).to_have_text(note.title)
        bar = page.locator(".path:visible")
        expect(bar).to_have_count(1)
        expect(bar).to_contain_text(f"step {steps.index(note) + 1} of {len(steps)}")
        expect(bar.locator("a").first).to_have_text(path.title)


def test_the_trail_grows_and_is_cut_where_the_reader_goes_back(page: Page) -> None:
    settle(page, "paths/training-networks/")
    trail = page.locator(".trail")
    expect(trail).to_have_text(re.compile(r"^\s*Paths\s*→\s*Training networks\s*$"))
    seen = ["Training networks"]
    page.locator("article ol a").first.click()
    expect(page.locator("h1")).not_to_have_text(seen[0])
    for _ in range(5):
        title = page.locator("h1").inner_text()
        seen.append(title)
        expect(trail.locator("b")).to_have_text(title)
        expect(trail).to_have_text("→".join(seen[-5:]))
        expect(trail.locator("[aria-current=page]")).to_have_count(1)
        page.locator(".path:visible p").last.get_by_role("link").click()
        expect(page.locator("h1")).not_to_have_text(title)
    back = trail.locator("a").nth(1)
    title = back.inner_text()
    back.click()
    expect(page.locator("h1")).to_have_text(title)
    expect(trail).to_have_text("→".join([seen[-4], title]))
    page.reload()
    expect(trail.locator("a")).to_have_count(1)


def test_a_note_at_random_is_a_note(page: Page, site: Path) -> None:
    settle(page, "notes/")
    chosen = set()
    for _ in range(4):
        link = page.locator("#random a")
        chosen.add(link.get_attribute("href"))
        page.reload()
        page.wait_for_load_state("networkidle")
    assert len(chosen) > 1
    for href in chosen:
        assert (site / "notes" / (href or "").split("/notes/")[1] / "index.html").is_file()


def test_the_map_has_every_note_once_and_an_arc_for_every_need(site: Path) -> None:
    html = (site / "map/index.html").read_text(encoding="utf-8")
    lists = re.findall(r'<nav class="arcs".*?</nav>', html)
    subjects = GRAPH.subjects("notes/index")
    assert len(lists) == len(subjects) + 1
    listed = [note for _, notes in subjects for note in notes]
    assert sorted(note.name for note in listed) == sorted(
        note.name for note in LIBRARY.notes if note.kind == "note"
    )
    for (_, notes), drawn in zip(subjects, lists[1:], strict=True):
        assert re.findall(r'href="\.\./(.*?)"', drawn) == [note.url for note in notes]
        rows = {note.name: row for row, note in enumerate(notes)}
        needs = {
            (rows[needed.name], rows[note.name])
            for note in notes
            for needed in GRAPH.targets(note, "needs")
            if needed in notes
        }
        assert all(above < below for above, below in needs), "a note stands above one it needs"
        ends = re.findall(r'd="M60 (\d+)A.*? 60 (\d+)"', drawn)
        assert {(int(top) // 28, int(bottom) // 28) for top, bottom in ends} == needs


@pytest.mark.parametrize("width", [320, 1280])
def test_the_map_fits(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    settle(page, "map/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    boxes = page.locator(".map li").evaluate_all(
        "lines => lines.map(line => line.getBoundingClientRect().right)"
    )
    assert max(boxes) <= width
