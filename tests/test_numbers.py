"""Printed numbers: each is one that the note's module computes, or it is refused."""

from dataclasses import replace

import pytest
from zettelkasten.library import Library
from zettelkasten.markup import scan
from zettelkasten.modules import Modules
from zettelkasten.note import Note
from zettelkasten.numbers import Candidate, claims, number_problems, printed_numbers

from tests.conftest import ROOT, Project

MODULE = """\
def example():
    return {
        "slope": 2.506761534986894,
        "start": (-215.6, 88),
        "error": {"dual": 3.471e-8},
        "share": 0.5747654545804993,
        "quarter": 0.25,
        "yes": True,
        "word": "9.75",
        "none": None,
    }

if __name__ == "__main__":
    print("h = 1e-04   0.8413 -0.6300   step 12")
"""
NOTE = "docs/notes/one.md"
WHERE = f"{NOTE}:10:28"
ADVICE = "correct it, or return it from example() under a telling name"


def verdict(project: Project, text: str, module: str = MODULE) -> list[str]:
    """What the check of a note says that prints a text, from column 28 of its line 10."""
    project.write("snippets/one.py", module)
    project.write("tests/snippets/test_one.py", "")  # as each module has
    project.note("one", f"First, see [two](two.md). ~{text}", sources="book-1970")
    library = Library(project.root, project.root / "docs")
    return list(map(str, number_problems(library.by_name["notes/one"], library.modules)))


def texts(markdown: str) -> list[str]:
    return [number.text for number in printed_numbers(scan(markdown))]


def value(markdown: str) -> tuple[float, float]:
    (number,) = printed_numbers(scan(markdown))
    return number.value, number.tolerance


@pytest.mark.parametrize(
    "text",
    [
        "2.5068",
        "2.5",
        "$2.5068$",
        "$$\n\\frac{dy}{dx} = 2.5068\n$$",
        "**2.51**, _2.507_",
        "[the slope 2.51](two.md)",
        "\n\n## A slope of 2.51",
        "\n\n| slope |\n| --- |\n| 2.51 |\n| -215.6 |",
        '\n\n!!! mistake "Not 2.51"\n    But 2.507.\n',
        "\n\n* 2.507\n- 2.51",
        "$(-215.6, 88)$ and -215.6, −215.6, $\\approx -215.6$, $x = -215.60$",
        "$1 - 2.51$, $a -2.51$, 3-2.51, $1 - 215.6$",
        "$3.47 \\cdot 10^{-8}$, 3.5e-8, 3 × 10⁻⁸, $3.471\\times10^{-8}$, $3 \\cdot 10^{-8}$",
        "57 %, 57.48%, 57 per cent, $57\\,\\%$, $57.5$ %, 57.5 percentage points, 0.57",
        "0.841, -0.63, $10^{-4}$, 0.0001",
        "0.3 or 0.2, both half a unit from 0.25",
        "$2.506\\,761\\,53$",
    ],
)
def test_what_the_module_computes_may_be_printed(project: Project, text: str) -> None:
    assert verdict(project, text) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("2.5078", "2.5078"),
        ("2.506", "2.506"),  # cut off, not rounded
        ("2.50", "2.50"),  # claims a place that 2.5 does not
        ("$2.5078$", "2.5078"),
        ("$$\n\\frac{dy}{dx} = 2.5078\n$$", "2.5078"),
        ("**2.52**", "2.52"),
        ("[the slope 2.52](two.md)", "2.52"),
        ("\n\n## A slope of 2.52", "2.52"),
        ("\n\n| slope |\n| --- |\n| 2.52 |", "2.52"),
        ('\n\n!!! mistake "Not 2.52"\n    But 2.507.\n', "2.52"),
        ("\n\n* 2.52", "2.52"),
        ("215.6", "215.6"),  # the sign is part of the number
        ("$(-2.51, 88)$", "-2.51"),
        ("comes to -2.51", "-2.51"),
        ("$\\approx −2.51$", "−2.51"),
        ("$3.6 \\cdot 10^{-8}$", "3.6 \\cdot 10^{-8}"),
        ("$3.47 \\cdot 10^{-7}$", "3.47 \\cdot 10^{-7}"),
        ("3.47e-9", "3.47e-9"),
        ("3.5 × 10⁻⁷", "3.5 × 10⁻⁷"),
        ("$10^{-5}$", "10^{-5}"),
        ("58 %", "58 %"),
        ("$58\\,\\%$", "58\\,\\%"),
        ("58&nbsp;%", "58&nbsp;%"),
        ("$58$ %", "58$ %"),
        ("57.5", "57.5"),  # without a percent sign
        ("88.5", "88.5"),
        ("1.0", "1.0"),  # True is no number
        ("9.75", "9.75"),  # nor are words
        ("0.84130", "0.84130"),  # more places than were printed
        ("0.63", "0.63"),
        ("$2.506\\,761\\,63$", "2.506\\,761\\,63"),
        ("1,002.51", "1,002.51"),
        (".52", ".52"),
        ("1.5e999", "1.5e999"),
        (f"{'9' * 400}.5", f"{'9' * 400}.5"),
    ],
)
def test_what_it_does_not_compute_is_refused(project: Project, text: str, wrong: str) -> None:
    (problem,) = verdict(project, text)
    assert f": {wrong} is not among the numbers of snippets/one.py: nearest is " in problem
    line, column = map(int, problem.split(":")[1:3])
    assert (project.root / NOTE).read_text().splitlines()[line - 1][column - 1 :].startswith(wrong)


def test_the_message_says_where_what_and_what_to_do(project: Project) -> None:
    assert verdict(project, "2.5078, 0.8415 and $-2.507$") == [
        f"{WHERE}: 2.5078 is not among the numbers of snippets/one.py: "
        f"nearest is 2.50676 (slope); {ADVICE}",
        f"{NOTE}:10:36: 0.8415 is not among the numbers of snippets/one.py: "
        f"nearest is 0.8413 (in its output); {ADVICE}",
        f"{NOTE}:10:48: -2.507 is not among the numbers of snippets/one.py: "
        f"nearest is 2.5068 (slope); {ADVICE}",
    ]
    assert "nearest is -215.6 (start[0]);" in verdict(project, "-215.7")[0]
    assert "nearest is 3.471e-08 (error.dual);" in verdict(project, "3.6e-8")[0]


@pytest.mark.parametrize(
    "text",
    [
        "In 1986, at 3 of 24 places, a 2-2-2 network, 7094 and 12, $x_{10}$, $10^6$, $88$.",
        "See section 6.5, sec. 3.1, Chapter 2.4, eq. 8.3, Figure 1.2, § 4.4 and table 9.1.",
        "See sections 6.5, 7.5 and 8.1, eqs. 8.3 to 8.5, Python\n3.11, NumPy 2.4, v0.9 and 1.2.3.",
        "See [section 6.5](two.md), arXiv:1502.05767, doi 10.1038/323533 and 2018-05-04.",
        "`0.35` and ``0.35 ` 0.2``",
        "<https://example.org/0.35> and https://example.org/v1.25",
        '[there](https://example.org/0.35 "0.4")',
        "<!-- 0.35 -->",
        '<span data-x="0.35">word</span>',
        "$$\na = b \\tag{8.3}\n$$",
        "$$\n\\begin{matrix} a \\\\[0.5em] b \\hspace{0.5em} \\end{matrix}\n$$",
        "$x^{-2}$ and $2^{-8}$ and $a 10^{-t}$",
    ],
)
def test_what_is_no_number_of_the_computation(text: str) -> None:
    assert texts(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("section 6.5, 0.35 of it", ["0.35"]),
        ("section 6.5 and 0.35 of it", ["0.35"]),
        ("which 0.35, $\\sec 0.35$ and Figure: 0.35", ["0.35"] * 3),
        ("version 3.11: 0.35", ["0.35"]),
        ("W0.35, $\\cdot0.35$, $w_0.35$ and 0.35x", ["0.35"] * 4),
        ("0.35. Then 0.35, (0.35) and 0.35–0.45", ["0.35"] * 4 + ["0.45"]),
        ("```python\n0.35\n```\n\n0.45", ["0.45"]),
        ("a 0.35 `0.4` [0.45](0.5.md) $0.55$ $$0.6$$", ["0.35", "0.45", "0.55", "0.6"]),
        ("-0.35, (-0.35), =-0.35, and -0.35", ["-0.35"] * 4),
        ("1-0.35, $a - 0.35$, $\\alpha -0.35$, semi-0.35\n\n- 0.35", ["0.35"] * 5),
        ("| a |\n| --- |\n| -0.35 |", ["-0.35"]),
        ("These:\n\n- 0.35\n- 0.45", ["0.35", "0.45"]),
        ("3,247.16 and 3\u202f247.16 and $3{,}247.16$", ["3,247.16", "3 247.16", "3{,}247.16"]),
        ("$(0.5,123)$ and $(0.5, 0.25)$", ["0.5", "0.5", "0.25"]),
    ],
)
def test_where_a_number_begins_and_ends(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


@pytest.mark.parametrize(
    ("text", "number", "half"),
    [
        ("2.50", 2.5, 0.005),
        ("−0.0173", -0.0173, 0.00005),
        ("1.5e-7", 1.5e-7, 5e-9),
        ("$3.5 \\cdot 10^{-8}$", 3.5e-8, 5e-10),
        ("$2.5 \\times 10^{3}$", 2500, 50),
        ("$10^{ -8 }$", 1e-8, 5e-9),
        ("57 %", 57, 0.5),
        ("12.5 %", 12.5, 0.05),
        ("3,247.16", 3247.16, 0.005),
        ("$0.298\\,371\\,109$", 0.298371109, 5e-10),
        (".5", 0.5, 0.05),
    ],
)
def test_value_and_half_a_unit_of_the_last_place(text: str, number: float, half: float) -> None:
    assert value(text) == pytest.approx((number, half), rel=1e-15)


def test_half_a_unit_is_the_limit() -> None:
    (number,) = printed_numbers(scan("0.1888"))
    assert number.admits(Candidate("0.18875, as it was computed", 0.18874999999999992))
    (number,) = printed_numbers(scan("2.50"))
    assert all(map(number.admits, [Candidate("", 2.505), Candidate("", 2.495)]))
    assert not any(map(number.admits, [Candidate("", 2.505001), Candidate("", 2.494999)]))


def test_a_printed_number_is_known_to_its_printed_places_only() -> None:
    def admitted(text: str, candidate: Candidate) -> bool:
        return printed_numbers(scan(text))[0].admits(candidate)

    output = Candidate("in its output", 0.2577, 0.00005)
    assert admitted("0.2577", output)
    assert admitted("0.258", output)
    assert not admitted("0.25770", output)
    assert not admitted("0.3", Candidate("in its output", 0.25, 0.005))


def test_only_notes_are_checked(project: Project) -> None:
    source = (project.root / "docs/sources/book-1970.md").read_text()
    project.write("docs/sources/book-1970.md", source.replace("Body.", "It sold for 0.35."))
    project.write("docs/index.md", "---\ntitle: Home\nclaim: Home.\n---\n0.35")
    assert verdict(project, "2.51") == []
    assert project.problems() == []
    assert len(verdict(project, "2.52")) == 1
    assert project.problems() == verdict(project, "2.52")


def test_a_module_that_is_not_there(project: Project) -> None:
    project.note("one", "First, see [two](two.md). ~0.35", sources="book-1970")
    assert project.problems() == [
        f"{WHERE}: 0.35 is not among the numbers of snippets/one.py: it has none; {ADVICE}"
    ]


def test_a_module_without_example_is_named_once(project: Project) -> None:
    assert verdict(project, "0.35 and 0.45", "x = 1\n") == [
        "snippets/one.py:1:1: has no example(): write one that returns every number that the note "
        "prints, by name"
    ]
    assert verdict(project, "no number", "x = 1\n") == []


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("return 1 / 0", "ZeroDivisionError: division by zero"),
        ("raise SystemExit(3)", "SystemExit: 3"),
        ("return np.log(np.zeros(1))", "RuntimeWarning: divide by zero encountered in log"),
        ("return input()", "EOFError"),
    ],
)
def test_an_example_that_fails(project: Project, body: str, failure: str) -> None:
    module = f"import numpy as np\n\n\ndef example():\n    {body}\n"
    (problem,) = verdict(project, "0.35", module)
    assert problem.startswith(f"snippets/one.py:5:1: example() fails: {failure}")


def test_a_module_that_cannot_be_run_is_left_to_the_check_that_runs_it(project: Project) -> None:
    assert verdict(project, "0.35", "def example():\n    return {}\n\n1 / 0\n") == []
    assert project.problems()[0].startswith("snippets/one.py:4:1: fails when run for docs/notes/")


def test_the_numbers_of_an_example_by_name(project: Project) -> None:
    project.write(
        "snippets/one.py",
        "import numpy as np\n\n\n"
        "def example():\n"
        "    print('not seen')\n"
        "    matrix = np.array([[3.0], [4.0]])\n"
        "    others = {'f': 'x', 'g': np.bool_(True), 'h': float('inf'), 'i': 1j, 'j': None}\n"
        "    numbers = {'a': 1, 'b': np.float64(2), 'c': [matrix, {'d': (5,)}], 'e': np.array(6)}\n"
        "    return numbers | others\n",
    )
    example = Modules(project.root).example("one")
    assert example.failure == ""
    assert example.numbers == {
        "a": 1, "b": 2, "c[0][0][0]": 3, "c[0][1][0]": 4, "c[1].d[0]": 5, "e": 6
    }  # fmt: skip


def test_example_is_run_on_a_fresh_module(project: Project, capsys: pytest.CaptureFixture) -> None:
    """What it returns is not changed by a run before, and it prints nothing."""
    project.write(
        "snippets/one.py",
        "calls = []\n\n\ndef example():\n    calls.append(1)\n    print('loud')\n"
        "    return len(calls)\n\n\nif __name__ == '__main__':\n    print(example())\n",
    )
    modules = Modules(project.root)
    assert modules.run("one").output == "loud\n1\n"
    assert modules.example("one").numbers == {"": 1}
    assert modules.example("one") is modules.example("one")
    assert capsys.readouterr().out == ""


def test_modules_that_share_a_class_share_it_after_a_fresh_run(project: Project) -> None:
    project.write(
        "snippets/base.py", "class Base:\n    pass\n\n\ndef symbols(rng=None):\n    return {}\n"
    )
    project.write("snippets/user.py", "from snippets.base import Base\n\nmade = Base()\n")
    project.write(
        "snippets/one.py",
        "from snippets.base import Base\nfrom snippets.user import made\n\n"
        "print(isinstance(made, Base))\n",
    )
    modules = Modules(project.root)
    assert modules.symbols("user").failure == ""
    assert modules.symbols("base").failure == ""
    assert modules.run("one").output == "True\n"


def test_the_list_of_claims(project: Project) -> None:
    assert verdict(project, "$2.51$, 0.841 and 7.5 %.") != []
    library = Library(project.root, project.root / "docs")
    note = library.by_name["notes/one"]
    found = [
        (*note.place(number.offset), number.text, candidate and candidate.name)
        for number, candidate in claims(note, library.modules)
    ]
    assert found == [
        (10, 29, "2.51", "slope"),
        (10, 36, "0.841", "in its output"),
        (10, 46, "7.5 %", None),
    ]


def project_notes() -> tuple[Library, list[Note]]:
    library = Library(ROOT, ROOT / "docs")
    return library, [note for note in library.notes if note.kind == "note"]


def mutants(text: str) -> list[tuple[int, str]]:
    """A printed number with one digit changed, in every way."""
    return [
        (place, digit)
        for place, old in enumerate(text)
        if old.isdigit()
        for digit in "0123456789"
        if digit != old
    ]


def test_the_check_notices_a_changed_digit() -> None:
    """Change one digit of one printed number of the notes, in every way: the check must fail.

    A changed number may equal another that the module computes; those are printed as survivors.
    Numbers of a note do not depend on each other, so each round changes all of them at once.
    """
    library, notes = project_notes()
    made, survivors = 0, []
    for note in notes:
        waiting = {n.offset: (n.text, mutants(n.text)) for n in printed_numbers(note.markup)}
        while any(rest for _, rest in waiting.values()):
            text, changed = note.markup.text, {}
            for offset, (printed, rest) in waiting.items():
                if rest:
                    place, digit = rest.pop()
                    mutant = printed[:place] + digit + printed[place + 1 :]
                    place += offset
                    text = text[:place] + digit + text[place + 1 :]
                    changed[note.place(offset)] = f"{note.slug}: {printed} as {mutant}"
            mutated = replace(note, markup=scan.__wrapped__(text))
            caught = {(p.line, p.column) for p in number_problems(mutated, library.modules)}
            made += len(changed)
            survivors += [what for where, what in changed.items() if where not in caught]
    killed = 1 - len(survivors) / made
    print(f"{made - len(survivors)} of {made} mutants killed ({killed:.1%}); survivors:")
    print(*sorted(survivors), sep="\n")
    assert made > 3000
    assert killed >= 0.97


@pytest.mark.parametrize(
    "unit", ["-", "- ", "1", "1.", ",123", "a-", " ", "0.5 -", "sections 1.2, "]
)
def test_no_text_is_too_much(unit: str) -> None:
    """A pattern that tries all ways to split such a text would not come to an end."""
    text = unit * 8_000
    for before in ("0.5", "section ", "$10^{-", "1e-", "0.5 \\cdot "):
        printed_numbers(scan(f"{before}{text}"))
        printed_numbers(scan(f"${before}{text}$"))
