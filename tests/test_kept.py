"""What a build keeps for the next one: unchanged pages are not checked again, changed ones are."""

from pathlib import Path

import pytest
from zettelkasten import kept
from zettelkasten.checks import check
from zettelkasten.formulas import published
from zettelkasten.library import Library
from zettelkasten.modules import Modules
from zettelkasten.problem import Problem

from tests.conftest import Project

MODULE = """\
# --8<-- [start:part]
y = 2.5
# --8<-- [end:part]


def example():
    return {"y": y}


def symbols(rng=None):
    r'''What the symbols mean.

    y: a number
    z: the same number
    '''
    return {"y": y, "z": y}


if __name__ == "__main__":
    print(y)
"""
BODY = "Back to [{other}]({other}.md).\n\n$$\ny = z\n$$\n\n```python output\n{fence}\n```"


@pytest.fixture
def notes(project: Project) -> Project:
    """Two notes with a formula; the module of `two` imports that of `one`."""
    for slug, other in (("one", "two"), ("two", "one")):
        fence = f'--8<-- "snippets/{slug}.py:part"'
        project.note(slug, BODY.format(other=other, fence=fence), sources="book-1970")
        project.write(f"tests/snippets/test_{slug}.py", "")
    project.write("snippets/one.py", MODULE)
    project.write("snippets/two.py", MODULE.replace("y = 2.5", "from snippets.one import y"))
    return project


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is really run and judged, as it happens."""
    seen: list[str] = []
    run, judged = Modules._run, published.judge

    def spied_run(self: Modules, name: str) -> object:
        seen.append(f"run {name}")
        return run(self, name)

    def spied_judge(latex: str, *rest: object) -> object:
        seen.append(f"judge {latex.strip()}")
        return judged(latex, *rest)

    monkeypatch.setattr(Modules, "_run", spied_run)
    monkeypatch.setattr(published, "judge", spied_judge)
    return seen


def build(project: Project, *, keeps: bool = True) -> list[Problem]:
    """Check all notes as a build does."""
    library = Library(project.root, project.root / "docs", keeps=keeps)
    problems = check(library)
    for note in library.notes:
        library.checked(note)
    library.kept.save()
    return problems


def test_what_is_unchanged_is_neither_run_nor_judged_again(notes: Project, done: list[str]) -> None:
    assert build(notes) == []
    assert sorted(done) == ["judge y = z", "judge y = z", "run one", "run two"]
    done.clear()
    assert build(notes) == []
    assert done == []


def test_without_being_told_to_nothing_is_kept(notes: Project, done: list[str]) -> None:
    build(notes, keeps=False)
    assert not (notes.root / ".cache").exists()
    build(notes, keeps=False)
    assert len(done) == 8


def test_a_changed_note_is_checked_and_no_other(notes: Project, done: list[str]) -> None:
    build(notes)
    done.clear()
    text = (notes.root / "docs/notes/two.md").read_text()
    notes.write("docs/notes/two.md", text.replace("y = z", "y = z + 1"))
    [problem] = build(notes)
    assert problem.path == "docs/notes/two.md"
    assert done == ["judge y = z + 1"]


def test_a_module_that_is_imported_is_part_of_what_a_note_rests_on(
    notes: Project, done: list[str]
) -> None:
    build(notes)
    done.clear()
    notes.write("snippets/one.py", MODULE.replace("2.5", "3.5"))
    build(notes)
    assert sorted(done) == ["judge y = z", "judge y = z", "run one", "run two"]
    done.clear()
    notes.write("snippets/two.py", MODULE)
    build(notes)
    assert sorted(done) == ["judge y = z", "run two"]


def test_what_is_wrong_is_not_kept(notes: Project, done: list[str]) -> None:
    text = (notes.root / "docs/notes/two.md").read_text()
    notes.write("docs/notes/two.md", text.replace("y = z", "y = z + 1"))
    notes.write("snippets/two.py", MODULE.replace("2.5", "1 / 0"))
    first = build(notes)
    assert first
    done.clear()
    assert build(notes) == first
    assert "run two" in done
    notes.write("snippets/two.py", MODULE)
    notes.write("docs/notes/two.md", text)
    assert build(notes) == []


def test_a_link_that_breaks_is_seen_in_a_page_that_did_not_change(notes: Project) -> None:
    assert build(notes) == []
    (notes.root / "docs/notes/one.md").rename(notes.root / "docs/notes/uno.md")
    assert any("one.md" in problem.message for problem in build(notes))


def test_the_machinery_is_all_that_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "_HERE", tmp_path)
    (tmp_path / "figures").mkdir()
    found = [kept.machinery.__wrapped__()]
    for name in ("graph.py", "figures/letters.txt"):
        (tmp_path / name).write_text(name, encoding="utf-8")
        found.append(kept.machinery.__wrapped__())
    assert len(set(found)) == 3


def test_other_machinery_means_other_results(
    notes: Project, done: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build(notes)
    done.clear()
    monkeypatch.setattr(kept, "machinery", lambda: "numpy 99")
    build(notes)
    assert len(done) == 4


@pytest.mark.parametrize("damage", [b"", b"nonsense", b"\x80\x04\x95\xff"])
def test_a_damaged_file_is_made_anew(notes: Project, done: list[str], damage: bytes) -> None:
    build(notes)
    (notes.root / ".cache/checks.pickle").write_bytes(damage)
    done.clear()
    assert build(notes) == []
    assert len(done) == 4
    done.clear()
    build(notes)
    assert done == []


def test_where_nothing_can_be_written_all_is_made_each_time(
    notes: Project, done: list[str]
) -> None:
    notes.write(".cache", "a file where the folder should be")
    assert build(notes) == []
    assert build(notes) == []
    assert len(done) == 8


def test_what_no_build_asks_for_is_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = kept.Kept(tmp_path / "results")
    assert store.get(("old",), lambda: 1) == 1
    assert store.get(("asked for",), lambda: 1) == 1
    store.save()
    now = kept.time.time()
    for days in (kept.DAYS - 1, kept.DAYS + 1):
        monkeypatch.setattr(kept.time, "time", lambda days=days: now + days * 24 * 3600)
        store = kept.Kept(tmp_path / "results")
        assert store.get(("asked for",), lambda: 2) == 1
        store.save()
    assert store.get(("old",), lambda: 2) == 2


def test_a_page_is_checked_again_when_the_module_of_its_graph_changes(project: Project) -> None:
    rows = '{"x": ("", {}, 2.0, 3.0), "y": ("f", {"x": 3.0}, 6.0, 1.0)}'
    text = f"x = 1\n\n\ndef picture():\n    return {rows}\n"
    project.write("snippets/one.py", text)
    project.write("tests/snippets/test_one.py", "")
    fence = '```python\n--8<-- "snippets/two.py:part"\n```'
    project.note("two", f'Back to [one](one.md).\n\n<div data-graph="one"></div>\n\n{fence}')
    assert build(project) == []
    project.write("snippets/one.py", text.replace("3.0)", "4.00)"))
    (problem,) = build(project)
    assert problem.path == "docs/notes/two.md"
    assert "what comes back to x is not its adjoint" in problem.message
