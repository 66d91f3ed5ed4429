"""Console sessions: each is run by itself, once, and compared with what the reader sees."""

import sys
import warnings
from textwrap import indent

import markdown
import pytest
from zettelkasten.checks import check
from zettelkasten.library import Library
from zettelkasten.report import report

from tests.conftest import Project

ONE = "docs/notes/one.md"
FIRST = 13
"""Line of the file at which the first session of `library` begins."""
MODULE = """\
# --8<-- [start:part]
x = 1
# --8<-- [end:part]
if __name__ == "__main__":
    print(x)
"""


def library(project: Project, *texts: str) -> Library:
    """The project with these sessions in its first note."""
    project.write("snippets/two.py", MODULE)
    fences = "\n\n".join(f"```pycon\n{text}\n```" for text in texts)
    project.note("one", f"First, see [two](two.md).\n\n{fences}", sources="book-1970")
    return Library(project.root, project.root / "docs")


def problems(project: Project, *texts: str) -> list[str]:
    found = map(str, check(library(project, *texts)))
    return [problem.removeprefix(f"{ONE}:") for problem in found]


def render(notes: Library, text: str) -> str:
    name = "zettelkasten.markdown"
    config = {name: {"modules": notes.modules}}
    return markdown.markdown(text, extensions=[name], extension_configs=config)


@pytest.mark.parametrize(
    "text",
    [
        ">>> from snippets.two import x\n>>> x + 0.5\n1.5",
        ">>> # three\n>>> for i in range(3):\n...     print(i)\n...\n0\n1\n2\n\n>>> i\n2",
        ">>> int('x')\nTraceback (most recent call last):\n    ...\n"
        "ValueError: invalid literal for int() with base 10: 'x'",
        ">>> 1 / 0\nTraceback (most recent call last):\nZeroDivisionError: division ...",
        ">>> print('a b c d')\na ... d",
        ">>> print('a\\n\\nb')\na\n<BLANKLINE>\nb",
        ">>> class A: ...\n>>> A\n<class '__main__.A'>",
        ">>> raise SystemExit(3)\nTraceback (most recent call last):\nSystemExit: 3",
    ],
)
def test_a_session_that_shows_what_happens_holds(project: Project, text: str) -> None:
    assert problems(project, text) == []


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        (">>> 3.126\n3.125", 1, "this prints 3.126, the note shows 3.125"),
        (">>> 1 == 1\n1", 1, "this prints True, the note shows 1"),
        (
            ">>> for i in range(3):\n...     print(i / 2)\n0.0\n0.6\n1.0",
            3,
            "this prints 0.5, the note shows 0.6",
        ),
        (">>> x = 1\n>>> x", 1, "this prints 1, the note shows nothing"),
        (">>> x = 1\n1", 1, "this prints nothing, the note shows 1"),
        (">>> print('a\\nb')\na", 1, "this prints b, the note shows nothing more"),
        (">>> print('a')\na\nb", 2, "this prints nothing more, the note shows b"),
        (">>> print()\n1", 1, "this prints an empty line, the note shows 1"),
        (">>> print('a  b')\na b", 1, "this prints a  b, the note shows a b"),
        (">>> 'x' * 99\n1", 1, f"this prints '{'x' * 79}…, the note shows 1"),
        (">>> x = 1\n>>> x / 0\n1.0", 1, "raises ZeroDivisionError: division by zero"),
        (">>> raise SystemExit(3)", 0, "raises SystemExit: 3"),
        (">>> raise BaseException('all')", 0, "raises BaseException: all"),
        (">>> import nosuch", 0, "raises ModuleNotFoundError: No module named 'nosuch'"),
        (">>> x = = 1", 0, "raises SyntaxError: invalid syntax"),
        (">>> input()", 0, "raises EOFError: EOF when reading a line"),
        (
            ">>> 1 / 0\nTraceback (most recent call last):\nValueError: no",
            1,
            "raises ZeroDivisionError: division by zero, the note shows ValueError: no",
        ),
        (
            ">>> x = 1\nTraceback (most recent call last):\nValueError: no",
            1,
            "raises nothing, the note shows ValueError: no",
        ),
    ],
)
def test_what_a_session_shows_wrongly_is_named_at_its_line(
    project: Project, text: str, line: int, message: str
) -> None:
    assert problems(project, text) == [f"{FIRST + line}:1: {message}"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("print(1)\n1", -1, "a session shows code: begin each line of it with >>> and a space"),
        ("", -1, "a session shows code: "),
        (">>> # nothing", -1, "a session runs something: this one holds only comments"),
        (">>> 1\n1\n>>>2", 2, "this line lacks blank after >>>: '>>>2'"),
        (">>> if 1:\n...    2\n...x", 2, "this line lacks blank after ...: '...x'"),
        (">>> 1\n1\n  >>> 2\n1", 3, "this line has inconsistent leading whitespace: '1'"),
        ("Look:\n>>> 1\n1", 0, "this line is neither code nor its output: "),
        (">>> print('a\\n\\nb')\na\n\nb", 3, "this line is neither code nor its output: "),
        # doctest would pass over these, so what they show would go unseen.
        (">>> 1\n1\n>>> # so the loss is\n3.125", 3, "this line is neither code nor its output: "),
        (">>> 1  # doctest: +SKIP\n2", 0, "a session takes no directives: "),
        (
            '>>> 1\n1\n--8<-- "snippets/two.py:part"\n\n# end',
            4,
            "this line is neither code nor its output: ",
        ),
    ],
)
def test_a_text_that_is_no_session_is_refused(
    project: Project, text: str, line: int, message: str
) -> None:
    (problem,) = problems(project, text)
    assert problem.startswith(f"{FIRST + line}:1: {message}")


def test_every_wrong_output_is_named_and_nothing_that_follows_from_an_exception(
    project: Project,
) -> None:
    text = ">>> 1\n2\n>>> 3\n4\n>>> x = nosuch\n>>> x\n5"
    assert problems(project, text) == [
        f"{FIRST + 1}:1: this prints 1, the note shows 2",
        f"{FIRST + 3}:1: this prints 3, the note shows 4",
        f"{FIRST + 4}:1: raises NameError: name 'nosuch' is not defined",
    ]


def test_a_warning_is_an_exception(project: Project) -> None:
    text = ">>> import numpy as np\n>>> np.log(np.zeros(1))\narray([-inf])"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # these tests make errors of them anyway
        (problem,) = problems(project, text)
    assert problem == f"{FIRST + 1}:1: raises RuntimeWarning: divide by zero encountered in log"


def test_a_session_in_a_box_has_its_place(project: Project) -> None:
    project.note(
        "one",
        'See [two](two.md).\n\n!!! mistake "Common mistake"\n    Why.\n\n'
        "    ```pycon\n    >>> 1\n    1\n    >>> 2\n    3\n    ```",
        sources="book-1970",
    )
    assert project.problems() == [f"{ONE}:19:1: this prints 2, the note shows 3"]


def test_each_session_has_its_own_names_and_its_own_modules(project: Project) -> None:
    change = (
        ">>> import numpy as np\n>>> from snippets import two\n>>> two.x = 7\n>>> 8\n8\n"
        ">>> np.set_printoptions(precision=1)"
    )
    fresh = ">>> from snippets import two\n>>> two.x\n1"
    notes = library(project, change, fresh, ">>> two", ">>> _", ">>> import snippets.two")
    assert [str(problem).partition(": ")[2] for problem in check(notes)] == [
        "raises NameError: name 'two' is not defined",
    ]
    assert (
        notes.modules.session(">>> import numpy as np\n>>> np.array([0.25])\narray([0.25])") == []
    )


def test_what_a_session_does_to_a_module_does_not_reach_what_is_run_later(project: Project) -> None:
    project.write("snippets/three.py", "from snippets import two\nprint(two.x)\n")
    modules = library(project).modules
    assert modules.run("three").output == "1\n"
    before = sys.modules["snippets.two"]
    assert modules.session(">>> from snippets import two\n>>> two.x = 7") == []
    assert sys.modules["snippets.two"] is before
    assert before.x == 1


def test_a_session_is_run_once_for_check_report_and_page_and_prints_nothing(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    log = project.root / "log"
    text = f">>> with open({str(log)!r}, 'a') as log:\n...     log.write('x')\n1"
    notes = library(project, f"{text}\n>>> print('loud')\nloud")
    assert check(notes) == []
    rows = report(notes, notes.notes)["fences"]
    assert "loud" in render(notes, notes.by_name["notes/one"].markup.text)
    assert log.read_text() == "x"
    assert capsys.readouterr() == ("", "")
    assert rows[0] == {
        "file": ONE,
        "line": FIRST - 1,
        "kind": "session",
        "includes": [],
        "output": False,
        "verdict": "holds",
    }


def test_rows_say_what_came_of_each_fence(project: Project) -> None:
    texts = [">>> 1\n1", ">>> 1\n2", "1"]
    project.note("two", '[one](one.md)\n\n```python\n--8<-- "snippets/two.py:no"\n```')
    notes = library(project, *texts)
    rows = report(notes, notes.notes)["fences"]
    assert [(row["kind"], row["verdict"]) for row in rows] == [
        ("session", "holds"),
        ("session", "fails"),
        ("session", "refused"),
        ("include", "fails"),
    ]


@pytest.mark.parametrize(
    "line", ["from snippets.bad import x", "import snippets.bad", "from snippets import bad"]
)
def test_a_module_that_a_session_imports_counts_as_used(project: Project, line: str) -> None:
    project.write("snippets/bad.py", "x = 1\nif __name__ == '__main__':\n    x / 0\n")
    notes = library(project, f">>> {line}")
    (problem,) = check(notes, [notes.by_name["notes/one"]])
    assert str(problem).startswith(f"snippets/bad.py:3:1: fails when run for {ONE}: ZeroDivision")


def test_numbers_in_a_session_need_no_other_claim(project: Project) -> None:
    assert problems(project, ">>> 3.125\n3.125") == []
    (problem,) = problems(project, ">>> 3.125\n3.125\n```\n\nIt is 3.125.\n\n```pycon\n>>> 1\n1")
    assert problem.startswith(f"{FIRST + 4}:7: 3.125 is not among the numbers of ")


def test_a_session_stands_in_the_frame_of_code(project: Project) -> None:
    shown = ">>> print('<a>\\n\\nb')\n<a>\n<BLANKLINE>\nb"
    notes = library(project)

    def page(text: str) -> str:
        return render(notes, f"```pycon\n{text}\n```")

    html = page(shown)
    assert html in render(notes, "*   a\n\n" + indent(f"```pycon\n{shown}\n```", "    ")) + "\n"
    assert html.startswith('<div class="example"><div class="bar">')
    assert ">Console session, run at build</span></div>" in html
    assert "Download" not in html
    assert '<span class="gp">&gt;&gt;&gt; </span><span class="nb">print</span>' in html
    assert '<span class="go">&lt;a&gt;</span>\n\n<span class="go">b</span>' in html
    assert '<div class="example wide">' in page(f">>> '{'x' * 70}'")
    assert page("1 < 2") == '<pre class="broken"><code>1 &lt; 2\n</code></pre>'
