r"""Everything published, one test each: every formula, every printed number and every fence.

A test has the name of what it checks, so `-k` finds it:

    pytest tests/test_published.py -k "gradient-descent and formula"
    pytest tests/test_published.py -k "number:jacobian: or fence:jacobian:"
    pytest tests/test_published.py -k "formula:gradient:34:"
"""

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import pytest
from zettelkasten.checks import check
from zettelkasten.fences import Include, fence_problems, includes, shows_output
from zettelkasten.library import Library
from zettelkasten.markup import Fence, Formula
from zettelkasten.note import Note
from zettelkasten.numbers import Printed, claims, number_problems, printed_numbers

from tests.conftest import ROOT, Project

LENGTH = 60
"""Characters of a formula or of a fence that the name of its test keeps."""

Thing = Formula | Printed | Fence


@dataclass(frozen=True)
class Published:
    """Something that stands on a page, with the name that pytest shows for it."""

    note: Note
    thing: Thing
    __name__: str  # pytest escapes no backslash in the name of a thing that has one


@cache
def site() -> Library:
    """The pages of the project, read once; nothing is judged before a test asks for it."""
    return Library(ROOT, ROOT / "docs")


def published(library: Library) -> dict[str, list[Published]]:
    """Formulas, numbers and fences of all pages, each with a name that no other has."""
    found: dict[str, list[Published]] = {"formula": [], "number": [], "fence": []}
    taken: Counter[str] = Counter()
    for note in library.notes:
        page = note.slug if note.kind == "note" else note.name
        for kind, thing, offset, text in things(note):
            name = f"{kind}:{page}:{note.place(offset)[0]}:{readable(text)}"
            taken[name] += 1
            unique = f"{name}#{taken[name]}" if taken[name] > 1 else name
            found[kind].append(Published(note, thing, unique))
    return found


def things(note: Note) -> Iterator[tuple[str, Thing, int, str]]:
    """What of a page is tested: its kind, itself, where it stands, and its text."""
    for token in note.markup.tokens:
        if isinstance(token, Formula):
            yield "formula", token, token.latex_start, token.latex
        elif isinstance(token, Fence):
            shown = (
                token.body.replace('--8<-- "snippets/', "").replace(".py:", ":").replace('"', "")
            )
            yield "fence", token, token.start, shown
    for number in printed_numbers(note.markup) if note.kind == "note" else ():
        yield "number", number, number.offset, number.text


def readable(text: str) -> str:
    """A text in one line of ASCII, cut."""
    line = " ".join(text.split()).encode("ascii", "backslashreplace").decode()
    return line if len(line) <= LENGTH else f"{line[: LENGTH - 3].rstrip()}..."


ALL = published(site())


@pytest.mark.parametrize("published", ALL["formula"])
def test_formula(published: Published) -> None:
    fail_with(formula_flaw(site(), published.note, published.thing))


@pytest.mark.parametrize("published", ALL["number"])
def test_number(published: Published) -> None:
    fail_with(number_flaw(site(), published.note, published.thing))


@pytest.mark.parametrize("published", ALL["fence"])
def test_fence(published: Published) -> None:
    fail_with(fence_flaw(site(), published.note, published.thing))


def fail_with(flaw: str) -> None:
    """Fail with the checker's words alone: file, line, column, and what is wrong."""
    if flaw:
        pytest.fail(flaw, pytrace=False)


def formula_flaw(library: Library, note: Note, formula: Formula) -> str:
    """What is wrong with a formula; empty if it holds."""
    for one in library.checked(note):
        if one.formula.start == formula.start:
            if one.verdict.verdict == "holds":
                return ""
            return str(note.problem(formula.latex_start + one.verdict.at, one.verdict.reason))
    causes = [str(note.problem(formula.latex_start, "was not judged")), *check(library, [note])]
    return "\n".join(map(str, causes))


def number_flaw(library: Library, note: Note, number: Printed) -> str:
    """What is wrong with a printed number; empty if the note's module computes it."""
    place = (note.shown, *note.place(number.offset))
    flaws = [
        str(problem)
        for problem in number_problems(note, library.modules)
        if (problem.path, problem.line, problem.column) == place or problem.path != note.shown
    ]
    claimed = {one.offset for one, candidate in claims(note, library.modules) if candidate}
    if not flaws and number.offset not in claimed:
        flaws.append(str(note.problem(number.offset, f"{number.text} is claimed by nothing")))
    return "\n".join(flaws)


def fence_flaw(library: Library, note: Note, fence: Fence) -> str:
    """What is wrong with a fence; empty if it can be shown, and what it includes runs."""
    lines = range(note.place(fence.start)[0], note.place(fence.end)[0] + 1)
    if flaws := [p for p in fence_problems(note, library.modules) if p.line in lines]:
        return "\n".join(map(str, flaws))
    for module in sorted({part.module for part in parts(fence)}):
        run = library.modules.run(module)
        if run.failure:
            return f"snippets/{module}.py:{run.line}:1: {run.failure}"
        if shows_output(fence) and not run.output.strip():
            return str(note.problem(fence.start, f"snippets/{module}.py prints nothing"))
    return ""


def parts(fence: Fence) -> list[Include]:
    """The sections that a fence includes; a console session includes none."""
    try:
        return includes(fence)
    except ValueError:
        return []


def test_nothing_published_is_left_out() -> None:
    library = site()
    assert len(ALL["formula"]) == library.count("formulas") > 300
    numbers = [one for note in library.notes if note.kind == "note" for one in claimed_in(note)]
    assert [one.thing for one in ALL["number"]] == numbers
    lines = [line for note in library.notes for line in note.markup.text.splitlines()]
    included = sum(len(parts(one.thing)) for one in ALL["fence"])
    assert included == sum(line.lstrip().startswith("--8<--") for line in lines) > 15


def claimed_in(note: Note) -> list[Printed]:
    """The numbers of a note that the checker asks a claim for."""
    return [number for number, _ in claims(note, site().modules)]


def test_names_are_unique_and_plain() -> None:
    names = [one.__name__ for kind in ALL.values() for one in kind]
    assert len(names) == len(set(names))
    assert all(name.isascii() and name.isprintable() and len(name) < 120 for name in names)


def test_names_do_not_depend_on_the_run() -> None:
    again = published(Library(ROOT, ROOT / "docs"))
    assert [one.__name__ for one in again["formula"]] == [one.__name__ for one in ALL["formula"]]


def test_the_formulas_of_a_note_are_found_by_its_name() -> None:
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
    wanted = ["-k", "gradient-descent and formula", "tests/test_published.py"]
    run = subprocess.run([*command, *wanted], cwd=ROOT, capture_output=True, text=True)
    found = [line for line in run.stdout.splitlines() if "::" in line]
    slug = "formula:gradient-descent:"
    assert len(found) == sum(one.__name__.startswith(slug) for one in ALL["formula"]) > 20
    assert all(line.startswith(f"tests/test_published.py::test_formula[{slug}") for line in found)
    assert sum(line.endswith(r"w \leftarrow w - \eta \nabla C]") for line in found) == 1


# The tests above can fail: the same on a small project that says something wrong.

MODULE = """\
def example():
    return {"x": 2.5}


def symbols(rng=None):
    return {"x": 2.5}


# --8<-- [start:part]
PART = 1
# --8<-- [end:part]
if __name__ == "__main__":
    print(PART)
"""
FLAWS: dict[type, Callable[[Library, Note, Thing], str]] = {
    Formula: formula_flaw,
    Printed: number_flaw,
    Fence: fence_flaw,
}


def flaws(project: Project, body: str, module: str = MODULE) -> list[str]:
    """What the tests would say of a note with this body, which begins in line 10."""
    project.write("snippets/one.py", module)
    project.note("one", body)
    library = Library(project.root, project.root / "docs")
    found = [one for kind in published(library).values() for one in kind if one.note.slug == "one"]
    return [FLAWS[type(one.thing)](library, one.note, one.thing) for one in found]


def fence(section: str, info: str = "python") -> str:
    return f'```{info}\n--8<-- "snippets/{section}"\n```'


def test_what_is_right_has_no_flaw(project: Project) -> None:
    body = f"$x = 2.5$ and\n\n$$\n2 x = x + x\n$$\n\n{fence('one.py:part', 'python output')}"
    assert flaws(project, body) == [""] * 4


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("Say $x = 3$", "docs/notes/one.md:10:8: right side is 3, left side is 2.5"),
        ("Say $$\nx = \\omega\n$$", "docs/notes/one.md:11:5: \\omega is no symbol of this note"),
        ("Say 2.6", "docs/notes/one.md:10:5: 2.6 is not among the numbers of snippets/one.py"),
        (fence("one.py:port"), "docs/notes/one.md:11:1: snippets/one.py has no section 'port'"),
        (fence("none.py:part"), "docs/notes/one.md:11:1: there is no module snippets/none.py"),
        ("```python\nprint(1)\n```", "docs/notes/one.md:10:1: code is not pasted into notes"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(project: Project, body: str, message: str) -> None:
    (flaw,) = flaws(project, body)
    assert flaw.startswith(message)


@pytest.mark.parametrize(
    ("body", "old", "new", "message"),
    [
        ("$x$", "def symbols(", "def others(", "docs/notes/one.md:10:2: was not judged"),
        ("$x$", 'return {"x": 2.5}\n\n\n#', "return 1 / 0\n\n\n#", "symbols() fails: ZeroDivision"),
        ("2.5", 'return {"x": 2.5}\n\n\nd', "return 1 / 0\n\n\nd", "example() fails: ZeroDivision"),
        (fence("one.py:part"), "PART = 1", "PART = 1 / 0", "snippets/one.py:10:1: ZeroDivision"),
        (fence("one.py:part", "python output"), "print(PART)", "pass", "prints nothing"),
    ],
)
def test_a_broken_module_breaks_what_rests_on_it(
    project: Project, body: str, old: str, new: str, message: str
) -> None:
    assert MODULE.count(old) == 1
    (flaw,) = flaws(project, body, MODULE.replace(old, new))
    assert message in flaw


def test_what_is_said_twice_in_a_line_has_two_names(project: Project) -> None:
    project.note("one", "$x$ and $x$, then 2.5 and −2.5")
    found = published(Library(project.root, project.root / "docs"))
    names = [one.__name__ for kind in found.values() for one in kind if one.note.slug == "one"]
    numbers = ["number:one:10:2.5", r"number:one:10:\u22122.5"]
    assert names == ["formula:one:10:x", "formula:one:10:x#2", *numbers]
