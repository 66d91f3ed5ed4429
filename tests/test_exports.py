"""What the site offers to other programs, and the days on which its pages were changed."""

import os
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from xml.etree import ElementTree

import pytest
from zettelkasten.library import Library
from zettelkasten.revisions import Revisions

from tests.conftest import ROOT, Project

LIBRARY = Library(ROOT, ROOT / "docs")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def history(project: Project) -> Project:
    """Two notes committed on one day, and one of them again a week later."""
    git(project.root, 1_700_000_000, "init", "-q")
    commit(project.root, 1_700_000_000)
    note = project.root / "docs/notes/two.md"
    note.write_text(note.read_text() + "\nMore.\n")
    commit(project.root, 1_700_600_000)
    return project


def git(root: Path, seconds: int, *command: str) -> None:
    day = f"{seconds} +0000"
    person = {
        f"GIT_{who}_{what}": value
        for who in ("AUTHOR", "COMMITTER")
        for what, value in (("NAME", "A"), ("EMAIL", "a@example.org"), ("DATE", day))
    }
    subprocess.run(["git", *command], cwd=root, check=True, env=os.environ | person)


def commit(root: Path, seconds: int) -> None:
    git(root, seconds, "add", "-A")
    git(root, seconds, "commit", "-q", "-m", "A change")


def moments(root: Path) -> dict[str, datetime]:
    library = Library(root, root / "docs")
    revisions = Revisions(root, library.docs)
    return {page.slug: revisions.moment(page) for page in library.notes}


def test_a_page_was_changed_when_its_last_commit_was_written(history: Project) -> None:
    found = moments(history.root)
    assert found["one"] == datetime.fromtimestamp(1_700_000_000, UTC)
    assert found["two"] == datetime.fromtimestamp(1_700_600_000, UTC)


def test_the_newest_come_first(history: Project) -> None:
    library = Library(history.root, history.root / "docs")
    newest = Revisions(history.root, library.docs).newest(library.notes, 2)
    assert [page.slug for page in newest] == ["two", "one"]


def test_without_a_whole_history_the_day_of_the_front_matter_counts(
    history: Project, tmp_path: Path
) -> None:
    shallow = tmp_path / "shallow"
    git(
        tmp_path,
        1_700_000_000,
        "clone",
        "-q",
        "--depth",
        "1",
        f"file://{history.root}",
        str(shallow),
    )
    assert moments(shallow)["two"] == datetime(2026, 11, 22, tzinfo=UTC)


def test_without_git_the_day_of_the_front_matter_counts(
    history: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "")
    assert moments(history.root)["two"] == datetime(2026, 11, 22, tzinfo=UTC)


def test_the_feed_is_atom_and_leads_to_pages(site: Path) -> None:
    feed = ElementTree.parse(site / "feed.xml").getroot()
    address = feed.findtext(f"{ATOM}id") or ""
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 20
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 20
    times = [entry.findtext(f"{ATOM}updated") or "" for entry in entries]
    assert times == sorted(times, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == times[0]
    assert all(datetime.fromisoformat(time).tzinfo for time in times)
    for entry in entries:
        for target in (entry.find(f"{ATOM}link").get("href"), entry.findtext(f"{ATOM}id")):
            assert (site / target.removeprefix(address) / "index.html").is_file()
        assert entry.findtext(f"{ATOM}title")
        assert entry.findtext(f"{ATOM}summary")


def test_llms_txt_names_every_page_with_its_claim(site: Path) -> None:
    text = (site / "llms.txt").read_text(encoding="utf-8")
    address = ElementTree.parse(site / "feed.xml").getroot().findtext(f"{ATOM}id")
    found = re.findall(rf"^- \[(.*?)\]\({address}(.*?)\): (.*)$", text, re.MULTILINE)
    pages = [page for page in LIBRARY.notes if page.kind != "page"]
    assert sorted(found) == sorted((page.title, page.url, page.claim) for page in pages)


def test_recently_changed_pages_stand_with_their_claims(site: Path) -> None:
    html = (site / "recent/index.html").read_text(encoding="utf-8")
    linked = re.findall(r'<dt><a href="\.\./(.*?)">', html)
    assert len(set(linked)) == 20
    assert all((site / url / "index.html").is_file() for url in linked)
    assert re.search(r"<h2>\d+ \w+ 20\d\d</h2>", html)
