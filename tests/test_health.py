"""The health page: each thing that it looks for is found, and nothing else is."""

from pathlib import Path

import pytest
from zettelkasten import health
from zettelkasten.health import Finding, findings
from zettelkasten.library import Library

from tests.conftest import ROOT, Project

LONG = "word " * 200


@pytest.fixture
def notes(project: Project, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Notes with nothing to say of them; `one` is the centre."""
    monkeypatch.setattr(health, "CENTRE", "notes/one")
    code = '```python\n--8<-- "snippets/two.py:part"\n```\n'
    project.note("one", f"See [two](two.md).\n\n{LONG}\n\n{code}", sources="book-1970")
    project.note("two", f"See [one](one.md).\n\n{LONG}\n\n{code}")
    project.write(
        "docs/paths/way.md",
        "---\nid: 2026-01-01t00-00-59z\ntitle: Way\nclaim: A way.\ndate: 2026-11-22\n---\n"
        "1. [One](../notes/one.md)\n2. [Two](../notes/two.md)\n",
    )
    return project


def found(project: Project) -> dict[str, list[Finding]]:
    some = findings(Library(project.root, project.root / "docs"))
    return {what: list_ for what, list_ in some.items() if list_}


def only(project: Project, beginning: str) -> list[tuple[str, int, str]]:
    """What was found under one heading, which must be the only one with any."""
    [(what, some)] = found(project).items()
    assert what.startswith(beginning)
    return [(one.page.slug, one.line, one.paste) for one in some]


def third(project: Project, body: str, path: str = "3. [Three](../notes/three.md)\n") -> None:
    """A third note on the path, with code and enough words."""
    code = '```python\n--8<-- "snippets/two.py:part"\n```\n'
    project.note("three", f"{body}\n\n{LONG}\n\n{code}")
    for file in ("docs/paths/way.md",):
        text = (project.root / file).read_text()
        project.write(file, text + path)
    two = project.root / "docs/notes/two.md"
    two.write_text(two.read_text() + "\nThen [three](three.md).\n")


def test_good_notes_have_no_findings(notes: Project) -> None:
    assert found(notes) == {}


def test_a_mention_comes_with_the_link_to_paste(notes: Project) -> None:
    third(notes, "Back to [two](two.md).\n\nAs in one, and in One again, not in oneself or $one$.")
    assert only(notes, "Mentions") == [("three", 12, "[one](one.md)")]


def test_no_link_is_asked_for_what_a_note_needs_or_links_to_or_has_in_code(notes: Project) -> None:
    third(
        notes, "Back to [two](two.md), which is two steps away. Type `one` or [this one](two.md)."
    )
    assert found(notes) == {}
    notes.note("three", f"Back to [two](two.md). As in one.\n\n{LONG}", needs="one")
    assert "Mentions" not in "".join(found(notes))


def test_dead_ends(notes: Project) -> None:
    third(notes, "That is all.")
    assert only(notes, "Dead ends") == [("three", 10, "")]


def test_notes_on_no_path(notes: Project) -> None:
    third(notes, "Back to [two](two.md).", path="")
    assert only(notes, "Notes on no path") == [("three", 1, "")]


def test_notes_far_from_the_centre(notes: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "REACH", 1)
    third(notes, "Back to [two](two.md).")
    assert only(notes, "More than 1 links away") == [("three", 1, "")]


def test_orphans(notes: Project) -> None:
    notes.write("docs/sources/alone-1999.md", notes.source_text())
    assert ("alone-1999", 1, "") in only(notes, "Orphans")


def test_lengths_and_programs(notes: Project) -> None:
    notes.note("two", "See [one](one.md).")
    assert set(found(notes)) == {
        "Notes without a program",
        "Notes shorter than 150 or longer than 500 words",
    }


def test_what_is_wrong_with_the_site_itself_is_within_bounds(site: Path) -> None:
    some = findings(Library(ROOT, ROOT / "docs"))
    for nothing in ("Orphans", "Dead ends", "More than", "Notes on no path", "Notes without"):
        [what] = [what for what in some if what.startswith(nothing)]
        assert some[what] == []
    html = (site / "health/index.html").read_text(encoding="utf-8")
    for what, list_ in some.items():
        assert f"{what}</a></td>" in html or f"{what}</td>" in html
        for one in list_:
            assert f"{one.page.shown}:{one.line}</code>" in html
