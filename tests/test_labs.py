"""Labs: percent scripts that are read as notes, run when something changed, and shown."""

import gzip
import json
import re
import subprocess
import sys
from collections.abc import Callable
from html import escape
from pathlib import Path

import pytest
from zettelkasten import labs, percent
from zettelkasten.labs import Labs
from zettelkasten.library import Library
from zettelkasten.markup import Fence
from zettelkasten.note import Note

from tests.conftest import GOOD_NOTE, ROOT, Project

FRONT = GOOD_NOTE.format(
    id="2026-01-01t02-00-00z", title="Lab", needs="two", sources="", body=""
).rstrip("\n")
HEADER = "\n".join(f"# {line}" for line in FRONT.split("\n")) + "\n"
FIRST = HEADER.count("\n") + 1
"""Line of a lab below the front matter."""


def write(project: Project, body: str, name: str = "try-it") -> Path:
    """A lab around some cells, which begin at line FIRST; it has a test and a link to it."""
    project.write(f"tests/labs/test_{name.replace('-', '_')}.py", "")
    project.note("one", f"See [two](two.md) and [a lab](../labs/{name}.py).", sources="book-1970")
    return project.write(f"docs/labs/{name}.py", HEADER + body)


def lab_of(project: Project, name: str = "try-it") -> Note:
    return Library(project.root, project.root / "docs").by_file[f"labs/{name}.py"]


def run(project: Project, name: str = "try-it") -> labs.LabRun:
    return Labs(project.root, project.root / "docs").run(name)


# A percent script as a note


def test_each_line_of_the_markdown_is_the_same_line_of_the_script(project: Project) -> None:
    script = (
        "# %% [markdown]\n# ## Text\n#\n# - a [link](../notes/two.md)\n\n# %%\nx = 1\nprint(x)\n"
    )
    note = lab_of(write(project, script) and project)
    lines = (HEADER + script).split("\n")
    text = percent.as_markdown(HEADER + script, "try-it")[0].split("\n")
    assert len(text) == len(lines)
    assert text[FIRST] == "## Text"
    assert text[lines.index("x = 1")] == "x = 1"
    (link,) = (token for token in note.markup.tokens if getattr(token, "target", ""))
    line, column = note.place(link.start)
    assert lines[line - 1][column - 1 :].startswith("[link]")
    (fence,) = (token for token in note.markup.tokens if isinstance(token, Fence))
    assert fence.info == f"cell try-it:{lines.index('# %%') + 1}"
    assert fence.body == "x = 1\nprint(x)\n"
    assert note.title == "Lab"
    assert project.problems() == []


@pytest.mark.parametrize(
    ("script", "line", "message"),
    [
        ("# %%\nx = 1\n# %% [markdown]\n# A.\n", 1, "leave an empty line before the next # %%"),
        ("# %%\nx = 1", 1, "leave an empty line before the next # %%"),
        ("# %% [markdown]\n# A.\nx = 1\n", 2, "begin a cell of code with # %%"),
        ("x = 1\n\n# %%\nx = 2\n", 0, "this stands in no cell"),
        ("# %% [markdown]\n# ~~~~cell other:3\n# x\n# ~~~~\n", 1, "a fence is ```python"),
        ("# %% [markdown]\n# Text with $\\nope$.\n", 1, "nope"),
        ("# %% [markdown]\n# See [it](two.md).\n", 1, "there is no page two.md"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(
    project: Project, script: str, line: int, message: str
) -> None:
    write(project, script)
    found = project.problems()
    assert any(
        one.startswith(f"docs/labs/try-it.py:{FIRST + line}:") and message in one for one in found
    ), found


def test_a_formula_of_a_lab_is_judged_by_the_symbols_of_what_it_needs(project: Project) -> None:
    project.note(
        "two", 'Back to [one](one.md). $v = 2$\n\n```python\n--8<-- "snippets/two.py:part"\n```'
    )
    project.write(
        "snippets/two.py",
        "# --8<-- [start:part]\nx = 1\n# --8<-- [end:part]\n\n\ndef symbols(rng=None):\n"
        '    """Symbols.\n\n    v: two\n    """\n    return {"v": 2.0}\n',
    )
    write(project, "# %% [markdown]\n# Now $v = 2$.\n")
    assert project.problems() == []
    write(project, "# %% [markdown]\n# Now $v = 3$.\n")
    (problem,) = project.problems()
    assert problem.startswith(f"docs/labs/try-it.py:{FIRST + 1}:10: right side is 3")


def test_a_number_in_the_text_must_be_one_that_the_lab_prints(project: Project) -> None:
    write(project, "# %% [markdown]\n# It is 0.33, or 0.34.\n\n# %%\nprint(1 / 3)\n")
    (problem,) = project.problems()
    assert problem.startswith(f"docs/labs/try-it.py:{FIRST + 1}:18: 0.34 is not among the numbers")
    assert problem.endswith("correct it, or print it")


def test_a_cell_is_shown_in_its_lab_only(project: Project) -> None:
    write(project, "# %%\nprint(1)\n")
    project.note("two", f"Back to [one](one.md).\n\n```cell try-it:{FIRST}\nx\n```")
    (problem,) = project.problems()
    assert "a fence is ```python" in problem


def test_links_name_the_file_and_a_lab_needs_a_link_and_a_test(project: Project) -> None:
    write(project, "# %%\nprint(1)\n")
    project.note("one", "See [two](two.md) and [a lab](../labs/try-it.md).", sources="book-1970")
    (project.root / "tests/labs/test_try_it.py").unlink()
    found = project.problems()
    assert any("did you mean ../labs/try-it.py" in problem for problem in found)
    assert any("no other page links to this one" in problem for problem in found)
    assert any(problem.endswith("write tests/labs/test_try_it.py") for problem in found)


# Runs


def test_a_lab_shows_what_it_prints_and_the_value_of_a_last_line(project: Project) -> None:
    write(
        project,
        "# %%\nclass Drawn:\n    def _repr_svg_(self):\n        return '<svg/>'\n\n\n"
        "print('one')\n\n"
        "# %%\nDrawn()\n\n# %%\n6 * 7\n\n# %%\nx = 6 * 7\n",
    )
    shown = [(cell.output, cell.figure) for cell in run(project).cells.values()]
    assert shown == [("one\n", ""), ("", "<svg/>"), ("42\n", ""), ("", "")]


@pytest.mark.parametrize(
    ("cell", "line", "why"),
    [
        ("x = 1\n\nprint(x / 0)\n", 3, "ZeroDivisionError: division by zero"),
        ("import snippets.two as two\n\ntwo.f(1)\n", 3, "ValueError: no"),
        ("def f():\n    return 1 / 0\n\n\nf()\n", 2, "ZeroDivisionError: division by zero"),
        ("x = (\n", 1, "SyntaxError"),
        ("import warnings\n\nwarnings.warn('old')\n", 3, "UserWarning: old"),
        ("raise SystemExit(3)\n", 1, "SystemExit: 3"),
        ("import os\n\nos._exit(4)\n", None, "the process ended with status 4"),
    ],
)
def test_a_failure_is_named_with_the_line_of_the_lab(
    project: Project, cell: str, line: int | None, why: str
) -> None:
    project.write(
        "snippets/two.py",
        "# --8<-- [start:part]\n# --8<-- [end:part]\n\n\ndef f(x):\n    raise ValueError('no')\n",
    )
    write(project, f"# %% [markdown]\n# It is 0.5.\n\n# %%\nprint('before')\n\n# %%\n{cell}")
    (problem,) = project.problems()
    at = 1 if line is None else FIRST + 6 + line
    assert problem.startswith(f"docs/labs/try-it.py:{at}:1: fails when run: {why}"), problem
    assert problem.endswith("try python docs/labs/try-it.py")


def test_a_lab_that_does_not_end_is_stopped(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(labs, "LONGEST", 1)
    write(project, "# %%\nwhile True:\n    pass\n")
    assert run(project).failure == "takes longer than 1 seconds"


def test_how_far_a_run_is_can_be_seen(project: Project, capfd: pytest.CaptureFixture[str]) -> None:
    write(project, "# %%\nprint(1)\n\n# %% [markdown]\n# Text.\n\n# %%\nprint(2)\n")
    run(project)
    printed = capfd.readouterr()
    assert re.fullmatch(r"Running try-it\.py: 1 2 \(\d+\.\d s\)\n", printed.err)
    assert printed.out == ""


def test_a_run_is_on_one_thread_and_sees_the_snippets_of_its_project(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    write(
        project,
        "# %%\nimport os\n\nfrom snippets.two import x\n\n-x, os.environ['OMP_NUM_THREADS']\n",
    )
    assert run(project).output.endswith("(-1, '1')\n")


# The cache


@pytest.fixture
def counted(project: Project, tmp_path: Path) -> Callable[[], int]:
    """A lab that uses a snippet, which uses another one, and data; and how often it was run."""
    marks = tmp_path.parent / f"{tmp_path.name}-marks"
    project.write("snippets/deep.py", "y = 2\n")
    project.write("snippets/two.py", "from snippets.deep import y\n\nx = y\n")
    project.write("docs/labs/data/some.csv", "1\n")
    write(
        project,
        f"# %%\nfrom pathlib import Path\n\nfrom snippets.two import x\n\n"
        f"with open({str(marks)!r}, 'a') as file:\n    file.write('|')\n"
        f"print(x, Path(__file__).with_name('data').joinpath('some.csv').read_text())\n",
    )

    def runs() -> int:
        before = len(marks.read_text()) if marks.exists() else 0
        run(project)
        return len(marks.read_text()) - before

    return runs


def test_what_has_not_changed_is_not_run_again(
    project: Project, counted: Callable[[], int], capfd: pytest.CaptureFixture[str]
) -> None:
    assert counted() == 1
    first = run(project)
    capfd.readouterr()
    project.write("snippets/other.py", "z = 1\n")
    assert counted() == 0
    assert run(project) == first
    assert first.output == "2 1\n\n"
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("snippets/two.py", "from snippets.deep import y\n\nx = y + 1\n"),
        ("snippets/deep.py", "y = 3\n"),
        ("docs/labs/data/some.csv", "2\n"),
    ],
)
def test_a_change_of_what_a_lab_uses_runs_it_again(
    project: Project, counted: Callable[[], int], file: str, text: str
) -> None:
    assert counted() == 1
    before = run(project).output
    project.write(file, text)
    assert counted() == 1
    assert run(project).output != before
    assert counted() == 0


def test_a_change_of_the_lab_or_of_a_package_or_a_spoilt_cache_runs_it_again(
    project: Project, counted: Callable[[], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert counted() == 1
    lab = project.root / "docs/labs/try-it.py"
    lab.write_text(lab.read_text() + "print('more')\n")
    assert counted() == 1
    monkeypatch.setattr(labs, "packages", lambda: ("numpy 99",))
    assert counted() == 1
    assert counted() == 0
    (project.root / ".cache/labs/try-it.json").write_text("{")
    assert counted() == 1


def test_a_failed_run_is_not_kept(project: Project) -> None:
    write(project, "# %%\nprint(1 / 0)\n")
    assert run(project).failure
    assert not (project.root / ".cache").exists()


def test_the_machinery_and_the_snippets_of_a_real_lab_are_among_what_it_read() -> None:
    Labs(ROOT, ROOT / "docs").run("u-curve")
    kept = json.loads((ROOT / ".cache/labs/u-curve.json").read_text())
    assert {
        "docs/labs/u-curve.py",
        "snippets/complex_step.py",
        "snippets/numerical_differentiation.py",
        "scripts/zettelkasten/plot.py",
        "scripts/zettelkasten/run_lab.py",
    } <= set(kept["read"])
    assert not [file for file in kept["read"] if ".venv" in file or file.startswith("..")]


# The labs of this site

LIBRARY = Library(ROOT, ROOT / "docs")
LABS = [note for note in LIBRARY.notes if note.kind == "lab"]


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_two_runs_are_the_same_and_short(
    lab: Note, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a process with other hashes; a run of 60 s on a busy machine is one of 10 s elsewhere."""
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setattr(labs, "LONGEST", 60)
    monkeypatch.setattr(Labs, "_kept", lambda *_: None)
    again = Labs(ROOT, ROOT / "docs").run(lab.slug)
    assert again.failure == ""
    assert again == LIBRARY.modules.labs.run(lab.slug)


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_a_lab_runs_as_a_program_and_says_something_while_it_does(lab: Note) -> None:
    command = [sys.executable, "-W", "error", f"docs/{lab.file}"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert len(result.stdout.splitlines()) > 5


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_the_page_of_a_lab_is_light_and_complete(lab: Note, site: Path) -> None:
    html = (site / lab.url / "index.html").read_text(encoding="utf-8")
    assert len(gzip.compress(html.encode())) <= 120_000
    article = html[html.index("<article") : html.index("</article>")]
    prose = re.sub(r"<(pre|code|math|svg).*?</\1>", "", article, flags=re.DOTALL)
    assert not set("$\\") & set(prose)
    assert "broken" not in article
    assert article.count('<details class="checked"') == article.count('<div class="formula"') > 0
    assert f'<h1 id="top">{lab.title}</h1>' in article
    run = LIBRARY.modules.labs.run(lab.slug)
    for cell in run.cells.values():
        for line in filter(None, cell.output.splitlines()):
            assert escape(line, quote=False) in article
    program = site / lab.url / f"{lab.slug}.py"
    assert program.read_bytes() == (ROOT / "docs" / lab.file).read_bytes()
    assert f'labs/{lab.slug}/{lab.slug}.py">{lab.slug}.py</a>' in article
    assert article.count(f"python docs/{lab.file}") == 1


@pytest.mark.parametrize("lab", LABS, ids=lambda lab: lab.slug)
def test_each_figure_says_what_it_shows_and_keeps_its_text(lab: Note, site: Path) -> None:
    html = (site / lab.url / "index.html").read_text(encoding="utf-8")
    figures = re.findall(r"<figure.*?</figure>", html, re.DOTALL)
    assert figures
    for figure in figures:
        (label,) = re.findall(r'<svg [^>]*role="img" aria-label="([^"]{80,})"', figure)
        title = re.search(r'<text class="title"[^>]*>(.*?)</text>', figure)
        assert title
        assert label.startswith(f"{title[1]}. ")
        assert "var(--ink" in figure
        assert "<image" not in figure
        assert " id=" not in figure
