"""Bad input: each kind is named with file, line and what to do, and all are named at once."""

import subprocess
import sys
from pathlib import Path

import pytest
from zettelkasten.library import Library

from tests.conftest import ROOT, Project

ONE = "docs/notes/one.md"


def replace(project: Project, old: str, new: str, path: str = ONE) -> None:
    text = (project.root / path).read_text()
    assert old in text
    project.write(path, text.replace(old, new, 1))


def test_a_good_project_has_no_problems(project: Project) -> None:
    assert project.problems() == []


def test_no_front_matter(project: Project) -> None:
    project.write(ONE, "Just text, [two](two.md).")
    assert project.problems() == [
        f"{ONE}:1:1: no front matter: begin the file with a line ---, then id:, title:, claim:, "
        "aliases:, needs:, sources:, date:, then a line ---",
        # What rested on it is named as well.
        "docs/sources/book-1970.md:1:1: no other page links to this one: add a link where it helps "
        "a reader",
    ]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "claim: One is a thing.",
            "claim: one: two: three",
            "4:11: front matter is not valid YAML: mapping values are not allowed in this context; "
            "quote a value that holds ': '",
        ),
        (
            "title: One",
            "title: One\ntitle: Two",
            "4:1: front matter is not valid YAML: the key 'title' stands here twice; "
            "quote a value that holds ': '",
        ),
        (
            "claim: One is a thing.\n",
            "",
            "1:1: front matter has no 'claim': add claim: with one plain sentence on one line, "
            "without formulas or markup",
        ),
        (
            "aliases: []",
            "alias: []",
            "5:1: front matter has an unknown key 'alias': did you mean 'aliases'?",
        ),
        (
            "aliases: []",
            "aliases: backprop",
            "5:1: 'aliases' must be a list of names, such as [backprop, back-propagation], "
            "not 'backprop'",
        ),
        ("title: One", "title: $x$", "3:1: 'title' must be plain words on one line, not '$x$'"),
        (
            "id: 2026-01-01t00-00-22z",
            "id: 17",
            "2:1: 'id' must be a timestamp such as 2021-04-27t16-55-26z, not 17",
        ),
        (
            "date: 2026-11-22",
            "date: yesterday",
            "8:1: 'date' must be a day such as 2026-11-22, not 'yesterday'",
        ),
        (
            "date: 2026-11-22",
            "date: 2026-13-41",
            "8:7: front matter is not valid YAML: month must be in 1..12; "
            "quote a value that holds ': '",
        ),
        (
            "sources: [book-1970]",
            "sources: [book-1970, bok-1970]",
            "7:1: 'sources' names bok-1970, but there is no sources/bok-1970.md; "
            "did you mean book-1970?",
        ),
        (
            "needs: []",
            "needs: [twoo]",
            "6:1: 'needs' names twoo, but there is no notes/twoo.md; did you mean two?",
        ),
        ("(two.md)", "(too.md)", "10:12: there is no page too.md; did you mean two.md or one.md?"),
        (
            "(two.md)",
            "(two.md#nowhere)",
            "10:12: two.md has no heading #nowhere; it has none",
        ),
        (
            "(two.md)",
            "(two.md) and [up](#why)\n\n## Why not\n\n",
            "10:30: this page has no heading #why; did you mean #why-not?",
        ),
        (
            "(two.md)",
            "(two.md) and [there](/notes/two/)",
            "10:30: link to the file of a page, relative to this one, not to /notes/two/",
        ),
        (
            "(two.md)",
            "(two.md) and ![plot](plot.svg)",
            "10:30: there is no file plot.svg beside this page",
        ),
        (
            "(two.md)",
            "(two.md) and []()",
            "10:30: this link has no target: write [text](target.md)",
        ),
        (
            "(two.md)",
            "(two.md) and [two][ref]",
            "10:34: write links as [text](target.md): other forms are not read",
        ),
        (
            "for more.",
            "for $$x = y\n\nmore.",
            "10:30: this $$ is never closed; add the closing $$ before the next blank line",
        ),
        (
            "for more.",
            "for $x = y more.",
            "10:30: this $ is never closed; add the closing $ before the next blank line",
        ),
        (
            "for more.",
            "\n\n$$\nx +\n\\nosuch\n$$",
            '14:1: LaTeX does not convert: Unknown command "\\nosuch".',
        ),
        ("for more.", "for $\\frac{a}$.", "10:39: LaTeX does not convert: "),
        ("for more.", "for $$ $$.", "10:32: this formula is empty"),
        (
            "for more.",
            "\n\n```python\nprint(1)\n```",
            "12:1: code is not pasted into notes: include a tested section with a line "
            '--8<-- "snippets/MODULE.py:SECTION"',
        ),
        (
            "for more.",
            '\n\n```sh\n--8<-- "snippets/two.py:part"\n```',
            "12:1: a fence is ```python, ```python output or ```pycon, not ```sh",
        ),
        (
            "for more.",
            '\n\n```python\n--8<-- "snippets/three.py:part"\n```',
            "13:1: there is no module snippets/three.py",
        ),
        (
            "for more.",
            '\n\n```python\n--8<-- "snippets/two.py:prat"\n```',
            "13:1: snippets/two.py has no section 'prat'; it has part",
        ),
        ("for more.", "\n\n```python\nx", "12:1: this ``` is never closed; add a line ```"),
        (
            "First,",
            "# Title\n\nFirst,",
            "10:1: the title comes from the front matter: begin sections with ##",
        ),
    ],
)
def test_a_fault_in_a_note_is_named_with_its_place(
    project: Project, old: str, new: str, problem: str
) -> None:
    replace(project, old, new)
    problems = project.problems()
    assert [line for line in problems if line.startswith(f"{ONE}:{problem}")], problems


def test_bytes_that_are_not_utf_8(project: Project) -> None:
    text = (project.root / ONE).read_bytes()
    project.write(ONE, text.replace(b"for more", b"f\xfcr mehr"))
    assert project.problems() == [
        f"{ONE}:10:27: byte 0xfc is not UTF-8: save the file in the encoding UTF-8"
    ]


def test_a_duplicate_id(project: Project) -> None:
    replace(project, "2026-01-01t00-00-46z", "2026-01-01t00-00-22z", "docs/notes/two.md")
    assert project.problems() == [
        f"docs/notes/two.md:2:1: the id 2026-01-01t00-00-22z is already that of {ONE}: "
        "take a new one: an id is never used twice"
    ]


def test_a_duplicate_slug_and_what_it_makes_ambiguous(project: Project) -> None:
    project.note("more/two", "Again, see [one](../one.md).", note_id="2026-01-02t00-00-00z")
    replace(project, "needs: []", "needs: [two]")
    assert project.problems() == [
        "docs/notes/more/two.md:1:1: no other page links to this one: add a link where it helps "
        "a reader",
        f"{ONE}:6:1: 'two' is ambiguous: it names docs/notes/more/two.md and docs/notes/two.md",
        "docs/notes/two.md:1:1: the slug two is already that of docs/notes/more/two.md: "
        "rename one file: an idea has one name",
    ]


def test_a_circle_of_needs(project: Project) -> None:
    replace(project, "needs: []", "needs: [two]")
    replace(project, "needs: []", "needs: [one]", "docs/notes/two.md")
    problems = project.problems()
    assert len(problems) == 2
    assert problems[0].startswith(f"{ONE}:6:1: 'needs' goes in a circle: ")
    assert "one → two → one" in problems[0] or "two → one → two" in problems[0]


def test_two_circles_are_named_at_once(project: Project) -> None:
    for note, needed in [("one", "two"), ("two", "one"), ("six", "ten"), ("ten", "six")]:
        project.note(note, "See [one](one.md), [two](two.md).", needs=needed)
    circles = [line.partition("circle: ")[2] for line in project.problems() if "circle" in line]
    assert len(circles) == 4
    assert len(set(circles)) == 2


def test_a_note_that_needs_itself(project: Project) -> None:
    replace(project, "needs: []", "needs: [one]")
    assert project.problems() == [f"{ONE}:6:1: a note cannot need itself: take it out of 'needs'"]


def test_a_note_that_nothing_links_to(project: Project) -> None:
    project.note("three", "See [one](one.md). I link to [myself](three.md), which does not count.")
    assert project.problems() == [
        "docs/notes/three.md:1:1: no other page links to this one: add a link where it helps "
        "a reader"
    ]


def test_a_link_to_a_program_that_is_not_there_is_named(project: Project) -> None:
    project.note("two", "See [one](one.md), [it](../../snippets/two.py).")
    assert project.problems() == []
    project.note("two", "See [one](one.md), [it](../../snippets/too.py) and [x](../x.py).")
    assert project.problems() == [
        "docs/notes/two.md:10:20: there is no file ../../snippets/too.py beside this page",
        "docs/notes/two.md:10:52: there is no page ../x.py; write it, or take the link out",
    ]


def test_a_file_name_that_is_no_slug(project: Project) -> None:
    replace(project, "(two.md)", "(two.md) and [x](Two_Words.md)")
    project.note("Two_Words", "See [one](one.md).")
    assert project.problems() == [
        "docs/notes/Two_Words.md:1:1: 'Two_Words' is no slug: use a-z, 0-9 and hyphens, "
        "a letter first"
    ]


@pytest.mark.parametrize(
    ("module", "line", "failure"),
    [
        ("x = 1\ny = x / 0\n", 2, "ZeroDivisionError: division by zero"),
        ("def f(:\n", 1, "SyntaxError: invalid syntax"),
        ("import nosuch\n", 1, "ModuleNotFoundError: No module named 'nosuch'"),
        ("x = 1\nx = 1\nraise SystemExit(3)\n", 3, "SystemExit: 3"),
        ("import numpy as np\n\nnp.log(np.zeros(1))\n", 3, "RuntimeWarning: divide by zero"),
    ],
)
def test_a_module_that_fails_when_run(
    project: Project, module: str, line: int, failure: str
) -> None:
    project.write("snippets/two.py", f"# --8<-- [start:part]\n# --8<-- [end:part]\n{module}")
    (problem,) = project.problems()
    assert problem.startswith(
        f"snippets/two.py:{line + 2}:1: fails when run for docs/notes/two.md: {failure}"
    )
    assert problem.endswith("; try python -m snippets.two")


def test_a_module_without_note_and_test(project: Project) -> None:
    project.write("snippets/too.py", "")
    project.write("tests/snippets/test_tow.py", "")
    assert project.problems() == [
        "snippets/too.py:1:1: no note has this name: rename the module, or write docs/notes/too.md",
        "snippets/too.py:1:1: no test has this name: write tests/snippets/test_too.py",
        "tests/snippets/test_tow.py:1:1: no module has this name: rename the test, "
        "or write snippets/tow.py",
    ]


def run_check(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts/check.py"), *arguments]
    return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)


def test_the_command_names_everything_at_once_and_never_a_traceback(project: Project) -> None:
    project.write(ONE, b"\xff\xfe broken")
    replace(project, "(one.md)", "(noe.md) $$x", "docs/notes/two.md")
    result = run_check("--docs", str(project.root / "docs"))
    assert result.returncode == 1
    assert "Traceback" not in result.stdout + result.stderr
    assert "one.md:1:1: byte 0xff is not UTF-8" in result.stdout
    assert "two.md:10:9: there is no page noe.md" in result.stdout
    assert "two.md:10:23: this $$ is never closed" in result.stdout
    assert result.stdout.splitlines()[-1].endswith("to mend")


def test_the_command_limits_its_work_to_files(project: Project) -> None:
    replace(project, "\n\n```python", " $x\n\n```python", "docs/notes/two.md")
    docs = str(project.root / "docs")
    assert run_check("--docs", docs, str(project.root / ONE)).returncode == 0
    assert run_check("--docs", docs, str(project.root / "docs/notes/two.md")).returncode == 1


def test_the_command_refuses_a_file_or_folder_that_is_not_there(tmp_path: Path) -> None:
    result = run_check(str(tmp_path / "none.md"))
    assert result.returncode == 2
    assert "not among the notes below" in result.stderr
    result = run_check("--docs", str(tmp_path / "none"))
    assert result.returncode == 2
    assert "there is no folder" in result.stderr


def test_a_library_runs_its_own_modules_after_another_has_run_its_own(project: Project) -> None:
    here, there = Library(ROOT, ROOT / "docs"), Library(project.root, project.root / "docs")
    assert here.modules.run("gradient").output
    assert there.modules.symbols("two").failure == ""
    assert here.modules.run("jacobian").output
    assert here.modules.symbols("adjoint").draws
    assert there.modules.run("two").output == "1\n"
