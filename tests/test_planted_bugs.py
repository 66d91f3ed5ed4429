"""A bug planted in a snippet must be noticed by a formula, not merely by printed numbers.

Each bug of `tests/planted_bugs.py` is put into a copy of the snippets, and the formulas of the
notes that rest on the module are judged there.
"""

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from zettelkasten.checks import check
from zettelkasten.library import Library
from zettelkasten.note import Note

from tests.conftest import ROOT
from tests.planted_bugs import SEEN, STOPPED, UNSEEN, Bugs


def planted(bugs: Bugs) -> list:
    """Module, old and new text, under a name that can be read."""
    return [
        pytest.param(module, *bug[:2], id=f"{module}: {name}", marks=expected(*bug[2:]))
        for module, named in bugs.items()
        for name, bug in named.items()
    ]


def expected(reason: str = "") -> list[pytest.MarkDecorator]:
    """How a bug that no formula sees is marked."""
    return [pytest.mark.xfail(strict=True, raises=AssertionError, reason=reason)] if reason else []


@pytest.fixture(autouse=True)
def own_snippets() -> Iterator[None]:
    """Other tests find the snippets that they had loaded."""
    loaded = {name: module for name, module in sys.modules.items() if name.startswith("snippets")}
    yield
    for name in [name for name in sys.modules if name.startswith("snippets")]:
        del sys.modules[name]
    sys.modules.update(loaded)


def copied(root: Path) -> Library:
    """The snippets and the notes in another folder, where they may be changed."""
    for folder in ("snippets", "docs/notes"):
        shutil.copytree(ROOT / folder, root / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return Library(root, root / "docs")


def plant(library: Library, module: str, old: str, new: str) -> list[Note]:
    """Change a module; the notes that rest on it, its own first. Raises `ValueError`."""
    path = library.root / "snippets" / f"{module}.py"
    source = path.read_text(encoding="utf-8")
    if source.count(old) != 1:
        raise ValueError(f"{old!r} stands {source.count(old)} times in {module}: plant it anew")
    path.write_text(source.replace(old, new), encoding="utf-8")
    users = resting_on(module, path.parent)
    notes = [note for note in library.notes if note.module in users]
    return sorted(notes, key=lambda note: note.module != module)


def resting_on(module: str, snippets: Path) -> set[str]:
    """A module and all that import it, directly or not."""
    imported = {
        path.stem: set(re.findall(r"^from snippets\.(\w+) import", path.read_text(), re.MULTILINE))
        for path in snippets.glob("*.py")
    }
    found, size = {module}, 0
    while len(found) > size:
        size = len(found)
        found |= {name for name, needed in imported.items() if needed & found}
    return found


def noticed(library: Library, notes: list[Note]) -> list[str]:
    """What the first note that notices something says of its formulas."""
    for note in notes:
        verdicts = [(one.formula.latex, one.verdict) for one in library.checked(note)]
        found = [f"{latex}: {v.reason}" for latex, v in verdicts if v.verdict != "holds"]
        if found:
            return found
    return []


def test_the_formulas_hold_where_nothing_is_planted(tmp_path: Path) -> None:
    library = copied(tmp_path)
    assert noticed(library, library.notes) == []
    assert sum(len(library.checked(note)) for note in library.notes) > 300


@pytest.mark.parametrize(("module", "old", "new"), planted(SEEN) + planted(UNSEEN))
def test_a_formula_notices_the_bug(module: str, old: str, new: str, tmp_path: Path) -> None:
    library = copied(tmp_path)
    assert noticed(library, plant(library, module, old, new))


@pytest.mark.parametrize(("module", "old", "new"), planted(STOPPED))
def test_a_bug_of_shapes_stops_the_run(module: str, old: str, new: str, tmp_path: Path) -> None:
    library = copied(tmp_path)
    notes = plant(library, module, old, new)
    stopped = [note for note in notes if library.modules.symbols(note.module).failure]
    assert stopped
    for note in stopped:
        assert library.checked(note) == []
        assert any(problem.path.startswith("snippets/") for problem in check(library, [note]))


def test_bugs_are_planted_all_over() -> None:
    assert len(SEEN) >= 15
    assert sum(map(len, SEEN.values())) >= 50


def test_a_bug_that_cannot_be_planted_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="stands 0 times in gradient: plant it anew"):
        plant(copied(tmp_path), "gradient", "no such line", "another")
