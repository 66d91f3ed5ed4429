"""What readers take home: each program and each lab of this site shows alone what it shows here."""

import ast
import json
import re
import sys
from pathlib import Path

import pytest
from zettelkasten.library import Library
from zettelkasten.note import Note
from zettelkasten.take_home import LICENCE, TakeHome

from tests.alone import alone, printed
from tests.conftest import GOOD_NOTE, ROOT, Project

LIBRARY = Library(ROOT, ROOT / "docs")
NAMES = sorted(file.stem for file in ROOT.glob("snippets/*.py") if file.stem != "__init__")
LABS = [note for note in LIBRARY.notes if note.kind == "lab"]
ADDRESS = "https://site.example/"


@pytest.fixture(scope="module")
def home() -> TakeHome:
    return TakeHome(LIBRARY, ADDRESS)


@pytest.mark.parametrize("name", NAMES)
def test_each_program_prints_alone_what_it_prints_here(
    home: TakeHome, name: str, tmp_path: Path
) -> None:
    text = home.module(name)
    assert alone(text, tmp_path) == LIBRARY.modules.run(name).output
    imported = {
        one.module if isinstance(one, ast.ImportFrom) else one.names[0].name
        for one in ast.walk(ast.parse(text))
        if isinstance(one, ast.Import | ast.ImportFrom)
    }
    packages = {module.partition(".")[0] for module in imported if module}
    assert packages <= {*sys.stdlib_module_names, "numpy"}
    assert not re.search(r"^def (symbols|picture)\(|--8<--", text, re.MULTILINE)
    assert "\0" not in text
    assert f"{ADDRESS}notes/{name.replace('_', '-')}/" in text


def test_each_program_holds_what_its_note_shows(home: TakeHome) -> None:
    """Letter by letter, unless that names a whole module: sgd.step is step there."""

    def flush(text: str) -> str:  # a section may be a method
        return "\n".join(map(str.strip, text.split("\n")))

    compared = 0
    for name in NAMES:
        text, source = home.module(name), LIBRARY.modules.path(name).read_text(encoding="utf-8")
        lines = re.findall(r"^from snippets import (.*)$", source, re.MULTILINE)
        whole = re.findall(r"(\w+)(?:,|$)", ",".join(lines))
        for section in LIBRARY.modules.sections(name).values():
            if not re.search(rf"\b({'|'.join(whole) or '!'})\.", section):
                assert flush(section) in flush(text), f"{name}: {section}"
                compared += 1
    assert compared > 100


def test_no_file_has_names_that_are_undefined_or_of_no_use(home: TakeHome, tmp_path: Path) -> None:
    count = 0
    for place, text in home.files():
        if place.endswith(".py"):
            (tmp_path / place.replace("/", "_")).write_text(text, encoding="utf-8")
            count += 1
    assert count == len(NAMES) + len(LABS)
    # Labs import numpy again in their own first cell, and what they take may have imported a log.
    config = 'lint.per-file-ignores={"labs_*"=["F811"]}'
    rules = "--isolated", "--no-cache", "--select=F,E9", f"--config={config}"
    printed(tmp_path, "-m", "ruff", "check", "-q", *rules)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_each_lab_prints_alone_what_it_prints_here(
    home: TakeHome, lab: Note, tmp_path: Path
) -> None:
    cells = LIBRARY.modules.labs.run(lab.slug).cells.values()
    assert alone(home.script(lab), tmp_path) == "".join(cell.output for cell in cells)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_each_notebook_is_its_lab(home: TakeHome, lab: Note) -> None:
    """Cells with what the schema of version 4.5 asks for, the script's program, all outputs."""
    script, book = home.script(lab), json.loads(home.notebook(lab))
    assert "](../" not in script
    assert (book["nbformat"], book["nbformat_minor"]) == (4, 5)
    assert book["metadata"]["kernelspec"]["name"] == "python3"
    names = [cell["id"] for cell in book["cells"]]
    assert all(re.fullmatch(r"[\w-]{1,64}", name) for name in names)
    assert len({*names}) == len(names)
    shown = []
    for cell in book["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "markdown":
            assert {*cell} == {"cell_type", "id", "metadata", "source"}
            assert not re.search(
                r"\]\((?!https://)|^# |^!!!", source.removeprefix("# "), re.MULTILINE
            )
            continue
        assert source in script
        for output in cell["outputs"]:
            if output["output_type"] == "stream":
                shown.append("".join(output["text"]))
            else:
                assert output["execution_count"] == cell["execution_count"]
                shown.append("".join(output["data"]["image/svg+xml"]))
    cells = LIBRARY.modules.labs.run(lab.slug).cells.values()
    assert shown == [one for cell in cells for one in (cell.output, cell.figure) if one]
    assert book["cells"][0]["source"][0] == f"# {lab.title}\n"
    assert f"{ADDRESS}{lab.url}" in book["cells"][0]["source"][-1]


def test_the_licence_is_that_of_the_project() -> None:
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert all(part.removesuffix(" licence") in licence for part in LICENCE.split(", "))


def test_a_lab_without_cells_and_one_without_a_word_on_its_data_are_named(project: Project) -> None:
    front = GOOD_NOTE.format(
        id="2026-01-01t02-00-00z", title="Lab", needs="two", sources="", body=""
    )
    header = "\n".join(f"# {line}" for line in front.strip().split("\n")) + "\n"
    project.write("tests/labs/test_lab.py", "")
    project.note("one", "See [two](two.md) and [a lab](../labs/lab.py).", sources="book-1970")
    project.write("docs/labs/lab.py", header)
    assert not [problem for problem in project.problems() if "taken home" in problem]
    project.write("docs/labs/data/lab.csv", "1")
    project.write("docs/labs/lab.py", f"{header}\n# %%\nprint('data(\"lab.csv\")')\n")
    (problem,) = project.problems()
    assert problem == (
        "docs/labs/lab.py:1:1: cannot be taken home: there is no docs/labs/data/lab-source.txt"
    )


def test_a_check_finds_what_cannot_be_taken_home(project: Project) -> None:
    module = project.root / "snippets/two.py"
    module.write_text(module.read_text() + "\n\nprint(__file__)\n")
    (problem,) = project.problems()
    line = module.read_text().count("\n")
    assert problem == (
        f"snippets/two.py:{line}:1: cannot be taken home: __file__ has no meaning in a single file"
    )
