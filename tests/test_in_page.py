"""What runs programs in the page, run here: what a reader changes goes to its place."""

import ast
import sys
from pathlib import Path

import pytest
from zettelkasten import in_page
from zettelkasten.fences import includes, is_cell, is_session
from zettelkasten.in_page import Block
from zettelkasten.markup import Fence

from tests.test_site import LIBRARY

SOURCE = """\
import math

# --8<-- [start:one]

def one():
    return 1

# --8<-- [end:one]


class Two:
    # --8<-- [start:two]
    def two(self):
        return one() / 0
    # --8<-- [end:two]


Two().two()
"""


def text_of(lines: list[in_page._Line]) -> str:
    return "\n".join(line for line, _ in lines)


def shown_blocks() -> list[tuple[str, list[str]]]:
    """Module and sections of each block of all notes."""
    return [
        (wanted[0].module, [part.section for part in wanted])
        for note in LIBRARY.notes
        for token in note.markup.tokens
        if isinstance(token, Fence) and not is_session(token) and not is_cell(token)
        for wanted in [includes(token)]
    ]


def test_each_block_of_the_notes_goes_back_to_its_place() -> None:
    modules = LIBRARY.modules
    for name, sections in shown_blocks():
        source = modules.path(name).read_text(encoding="utf-8")
        code = "\n\n\n".join(modules.sections(name)[section] for section in sections)
        as_it_was = in_page._with_blocks(source, [(sections, None)])
        assert text_of(as_it_was) == source
        places = {at: line.strip() for line, at in as_it_was if at}
        shown = {(0, i): line.strip() for i, line in enumerate(code.split("\n"))}
        assert {at: line for at, line in shown.items() if line or at in places} == places
        changed = in_page._with_blocks(source, [(sections, f"{code}  # mine\n")])
        assert text_of(changed).count("# mine") == 1
        if len(sections) == 1:
            assert ast.dump(ast.parse(text_of(changed))) == ast.dump(ast.parse(source)), name


@pytest.fixture
def made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module of its own, where the runner looks for it."""
    folder = tmp_path / "snippets"
    folder.mkdir()
    (folder / "__init__.py").touch()
    file = folder / "made.py"
    file.write_text(SOURCE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    for name in [name for name in sys.modules if name.partition(".")[0] == "snippets"]:
        monkeypatch.delitem(sys.modules, name)
    return file


def run(*blocks: Block) -> tuple[str, int | None, int | None]:
    """The line that failed, and block and line that show it."""
    _, marked, _, block, line = in_page.run("made", blocks)
    return marked.split("\n")[1].strip(), block, line


def test_the_place_of_a_failure_is_that_on_the_page(made: Path) -> None:
    failing = "return one() / 0"
    one, two = (["one"], None), (["two"], None)
    assert run(one, two) == (failing, 1, 1)
    assert run(two) == (failing, 0, 1)
    assert run(one) == (failing, None, None)
    assert run((["one", "two"], None)) == (failing, 0, 5)
    longer = (["two"], "# a\n# b\ndef two(self):\n    return 1 / 0")
    assert run(one, longer) == ("return 1 / 0", 1, 3)
    assert run((["one"], "\n\ndef one(:\n")) == ("def one(:", 0, 2)


def test_a_change_is_there_for_one_run_only(made: Path) -> None:
    assert in_page.run("made", [(["two"], "def two(self): pass")]) is None
    assert made.read_text(encoding="utf-8") == SOURCE
    assert run((["two"], None))[0] == "return one() / 0"


def test_an_experiment_is_made_with_the_original_and_loads_it_once(made: Path) -> None:
    nodes = "{'k': ('', {}, k, 2 * k), 'y': ('square', {'k': 2 * k}, k * k, 1.0)}"
    text = f"def figure(k=1.0):\n    assert type(k) is float\n    return {nodes}"
    made.write_text(f"# --8<-- [start:one]\n{text}\n# --8<-- [end:one]\n", encoding="utf-8")
    assert in_page.run("made", [(["one"], "import snippets.made")]) is None
    failure, svg, numbers, words = in_page.experiment("made", "figure", {"k": 3})
    assert (failure, words) == ("", "k = 3, y = 9, adjoint of k = 6")
    assert numbers[:5] == ["3", "6", "9", "6", "1"]
    assert svg.startswith('<svg xmlns="http://www.w3.org/2000/svg"')
    loaded = in_page._FUNCTIONS["made", "figure"]
    assert in_page.experiment("made", "figure", {"k": 1})[3] == "k = 1, y = 1, adjoint of k = 2"
    assert in_page._FUNCTIONS.pop(("made", "figure")) is loaded


def test_sections_that_are_changed_as_one_stand_where_the_last_did(made: Path) -> None:
    changed = "def two(self):\n    return 2"
    text = text_of(in_page._with_blocks(SOURCE, [(["one", "two"], changed)]))
    assert "def one" not in text
    assert "class Two:\n    # --8<-- [start:two]\n    def two(self):\n        return 2\n" in text


def test_a_console_shows_statements_and_what_they_give(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = ">>> x = 2\n>>> x\n2\n>>> for i in range(x):\n...     i\n0\n1\n"
    assert in_page.session(session) is None
    assert capsys.readouterr().out == session
    assert in_page.session("# half\n1 / 2\n\n\n1 / 0\n'on'") is None
    out = capsys.readouterr().out
    half, error, on = out.split(">>> ")[1:]
    assert (half, on) == ("# half\n... 1 / 2\n0.5\n", "'on'\n'on'\n")
    assert error.count("Traceback") == 1
    assert "in_page" not in error
    failure = in_page.session("x = 1\ny = = 2\n")
    assert "y = = 2" in "".join(failure[:3])
    assert capsys.readouterr().out == ""


def test_a_line_that_is_read_in_part_or_holds_two_statements(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert in_page.session("x = 1; x") is None
    assert capsys.readouterr().out == ">>> x = 1; x\n1\n"
    failure = in_page.session(">>>x = 1")
    assert "SyntaxError: invalid syntax" in failure[0]


def test_nothing_of_a_program_goes_on_in_the_next(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made.write_text("# --8<-- [start:one]\n# --8<-- [end:one]\n", encoding="utf-8")

    def printed(text: str) -> str:
        assert in_page.run("made", [(["one"], text)]) is None
        return capsys.readouterr().out

    folder = Path.cwd()
    printed("import io, os, sys\nos.chdir('/')\nsys.stdout = sys.stderr = io.StringIO()")
    assert Path.cwd() == folder
    assert printed("print('here')") == "here\n"
    assert in_page.session("41") is None
    assert in_page.session("_") is None
    assert "NameError: name '_' is not defined" in capsys.readouterr().out


def test_a_line_is_shown_as_it_is_now(made: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for word in ("one", "another"):  # warnings show lines so
        source = f"from linecache import getline\nprint(getline(__file__, 3))\n# {word}\n"
        made.write_text(source, encoding="utf-8")
        assert in_page.run("made") is None
        assert capsys.readouterr().out.strip() == f"# {word}"
