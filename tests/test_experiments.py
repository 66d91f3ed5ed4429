"""Experiments: every position is drawn, what the page fills in is what the build writes."""

import ast
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from zettelkasten import in_page
from zettelkasten.experiments import PLACE, Experiment, experiment, tried
from zettelkasten.figures import drawing
from zettelkasten.figures.nodes import nodes
from zettelkasten.figures.outcome import is_plot, shown
from zettelkasten.library import Library
from zettelkasten.modules import Modules
from zettelkasten.render.experiment import with_experiments

from tests.conftest import ROOT, Project

LIBRARY = Library(ROOT, ROOT / "docs")
PLACES = {
    place["module"]: place for note in LIBRARY.notes for place in PLACE.finditer(note.markup.text)
}
NUMBER = re.compile(r"\(?−?\d[\d.]*( · 10⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)?\)?")
CELL = re.compile(r"(<(\w+) data-n>)([^<]*)(?=</\2>)")
XMLNS = ' xmlns="http://www.w3.org/2000/svg"'
MODULE = '''\
import numpy as np

# --8<-- [start:part]
x = 1
# --8<-- [end:part]


def line(k=1.0):
    """A line.

    k: its slope
    y: its height
    """
    return {
        "numbers": {"y": k / (2 - k)},
        "title": "A line",
        "text": "It rises.",
        "x": "x",
        "y": "y",
        "x_range": (0, 1),
        "y_range": (0, 1),
        "curves": [{"name": "line", "x": [0, 1], "y": [0, k]}],
    }


def jumps(k=1.0):
    """A graph that changes.

    k: a number
    """
    nodes = {"k": ("", {}, k, 2.0), "y": ("double", {"k": 2.0}, 2 * k, 1.0)}
    return nodes | ({} if k < 2 else {"z": ("same", {"y": 1.0}, 2 * k, 1.0)})


print(x)
'''
LINE = '<div data-experiment="two:line" data-k="0 to 1.5 by 0.5">Words.</div>'


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """Snippets that are loaded anew, as in the page, do not stay for other tests."""
    before = {name: one for name, one in sys.modules.items() if name.startswith("snippets")}
    yield
    for name in [name for name in sys.modules if name.startswith("snippets")]:
        del sys.modules[name]
    sys.modules.update(before)
    in_page._FUNCTIONS.clear()


def of(module: str) -> Experiment:
    return experiment(PLACES[module], LIBRARY.modules)


def page(place: re.Match[str], runs: bool = True) -> str:
    return with_experiments(place[0], LIBRARY.modules, runs)


def with_line(project: Project, line: str, old: str = "", new: str = "") -> Project:
    assert old in MODULE
    project.write("snippets/two.py", MODULE.replace(old, new) if old else MODULE)
    project.note(
        "two", f'Back to [one](one.md).\n\n```python\n--8<-- "snippets/two.py:part"\n```\n\n{line}'
    )
    return project


# What is on the site


def test_there_are_experiments_of_both_kinds() -> None:
    kinds = [is_plot(of(module).answer) for module in PLACES]
    assert len(kinds) >= 4
    assert set(kinds) == {True, False}


@pytest.mark.parametrize("module", PLACES)
def test_every_position_is_drawn_with_finite_numbers(module: str) -> None:
    made = of(module)
    found = [tried(module, made.function, at, LIBRARY.modules) for at in made.positions()]
    assert len(found) >= 10
    for answer, outcome in found:
        svg = ElementTree.fromstring(outcome.svg)
        assert svg.tag == "{http://www.w3.org/2000/svg}svg"
        assert not re.search(r"\b(nan|inf)\b", outcome.svg + outcome.words)
        for text in outcome.numbers:
            assert NUMBER.fullmatch(text.replace("\xa0", " ")), text
        if not is_plot(answer):
            tries = [drawing._tried(nodes(answer), row, True) for row in drawing.ROWS]
            assert min(sum(pill.harm for pill in pills) for _, _, pills, _ in tries) == 0
    assert len({outcome.svg for _, outcome in found}) == len(found)


@pytest.mark.parametrize("module", PLACES)
def test_what_the_page_fills_in_is_what_the_build_would_write(module: str, tmp_path: Path) -> None:
    """The worked example with the numbers of another place, beside a page made for that place."""
    made, html = of(module), page(PLACES[module])
    assert [found[3] for found in CELL.finditer(html)] == made.outcome.numbers
    *_, at = made.positions()
    _, last = tried(module, made.function, at, LIBRARY.modules)
    numbers = iter(last.numbers)
    filled = CELL.sub(lambda found: found[1] + next(numbers), html)
    ((name, value),) = at.items()
    shutil.copytree(ROOT / "snippets", tmp_path / "snippets")
    file = tmp_path / f"snippets/{module}.py"
    source = file.read_text(encoding="utf-8")
    moved = re.sub(rf"(def {made.function}\({name}=)[^)]*", rf"\g<1>{value!r}", source)
    file.write_text(moved, encoding="utf-8")
    other = with_experiments(PLACES[module][0], Modules(tmp_path), runs=True)
    assert filled.rpartition("</svg>")[2] == other.rpartition("</svg>")[2]
    assert filled.rpartition("</svg>")[2] != html.rpartition("</svg>")[2]
    assert (last.svg if is_plot(made.answer) else last.svg.replace(XMLNS, "")) in other


@pytest.mark.usefixtures("as_it_was")
@pytest.mark.parametrize("module", PLACES)
def test_the_page_runs_what_the_build_ran(module: str) -> None:
    made = of(module)
    for at in list(made.positions())[::6]:
        _, wanted = tried(module, made.function, at, LIBRARY.modules)
        whole = {name: int(value) if value == int(value) else value for name, value in at.items()}
        found = in_page.experiment(module, made.function, whole)  # JavaScript has no 1.0
        assert found == ("", wanted.svg, wanted.numbers, wanted.words)


@pytest.mark.usefixtures("as_it_was")
def test_an_error_is_told_as_that_of_a_program() -> None:
    (told,) = in_page.experiment("chain_rule_scalar", "picture", {"of": 1.0})
    assert isinstance(told, str)
    assert told.rstrip().endswith("unexpected keyword argument 'of'")


def test_sliders_say_what_they_move_and_begin_at_the_worked_example() -> None:
    html = page(PLACES["gradient_checking"])
    (values,) = re.findall(r'data-values="([^"]*)"', html)
    (texts,) = re.findall(r'data-texts="([^"]*)"', html)
    (start,) = re.findall(r'type="range" max="12" value="(\d+)"', html)
    assert [float(value) for value in values.split()] == [10.0**-k for k in range(13, 0, -1)]
    assert texts.split()[int(start)] == "10⁻⁵"
    assert float(values.split()[int(start)]) == 1e-5
    assert '<div class="sliders" hidden>' in html
    assert "the step of the central differences</label>" in html
    assert "<button" not in page(PLACES["gradient_checking"], runs=False).partition("<figure")[0]


def test_what_draws_needs_nothing_else_of_the_site() -> None:
    package = ROOT / "scripts/zettelkasten"
    allowed = {"plot", "drawing", "edges", "layout", "letters", "nodes", "outcome"}
    for file in (package / "plot.py", *(package / "figures").glob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.level:
                assert node.module in allowed, f"{file.name} imports {node.module}"
            elif isinstance(node, ast.Import | ast.ImportFrom):
                names = [getattr(node, "module", None) or node.names[0].name]
                top = names[0].partition(".")[0]
                assert top == "numpy" or top in sys.stdlib_module_names, f"{file.name}: {top}"


def test_numbers_have_four_digits_or_a_power_of_ten() -> None:
    written = {0.25: "0.25", 1 / 3: "0.3333", 0.0: "0", -2.5: "−2.5", 1e-4: "0.0001"}
    written |= {4.45e-11: "4.5 · 10⁻¹¹", -3e-5: "−3.0 · 10⁻⁵", 2e7: "2.0 · 10⁷"}
    for value, text in written.items():
        assert shown(value).replace("\xa0", " ") == text


# What is refused


def test_a_good_experiment_is_not_refused(project: Project) -> None:
    assert with_line(project, LINE).problems() == []
    times = LINE.replace("0 to 1.5 by 0.5", "0.01 to 1 times 10")
    assert with_line(project, times).problems() == []


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (LINE.replace("two:", "tow:"), "there is no module snippets/tow.py to make experiments"),
        (LINE.replace(":line", ":lien"), "has no lien()"),
        (LINE.replace("data-k", "data-j"), "line() has the parameters k: give each a range"),
        (LINE.replace(' data-k="0 to 1.5 by 0.5"', ""), "line() has the parameters k: give each"),
        (LINE.replace("by 0.5", "step 0.5"), "the range '0 to 1.5 step 0.5' of k cannot be read"),
        (LINE.replace("by 0.5", "by 0"), "of k does not go up"),
        (LINE.replace("by 0.5", "by -0.5"), "of k does not go up"),
        (LINE.replace("by 0.5", "times 10"), "of k does not go up"),
        (LINE.replace("0 to 1.5", "1.5 to 0"), "of k does not go up"),
        (LINE.replace('0.5"', '0.4"'), "the steps of '0 to 1.5 by 0.4' do not meet its end"),
        (LINE.replace("0 to", "0.3 to").replace("by 0.5", "by 0.4"), "does not hold 1.0, which k"),
        (LINE.replace("by 0.5", "by 0.001"), "of k has more than 200 steps"),
        (LINE.replace("0 to 1.5", "0 to 2"), "line(k=2.0) fails: ZeroDivisionError"),
        (LINE.replace("two:line", "two"), "this is no experiment: begin it"),
        (
            LINE.replace(":line", ":jumps").replace("1.5", "2"),
            "the figure at k = 2.0 is of another kind or size than the worked example",
        ),
    ],
)
def test_what_cannot_be_moved_is_refused_where_it_stands(
    project: Project, line: str, message: str
) -> None:
    (problem,) = with_line(project, line).problems()
    assert problem.startswith("docs/notes/two.md:16:1: ")
    assert message in problem


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    y: its height\n", "", "the docstring of line() does not say what y means"),
        ("    k: its slope\n", "", "the docstring of line() does not say what k means"),
        ("k / (2 - k)", "float('nan')", "y is nan where a number must stand"),
        ("k / (2 - k)", "k / (k - 0.5)", "line(k=0.5) fails: ZeroDivisionError"),
        ("k / (2 - k)", "np.log(k - 1)", "RuntimeWarning: divide by zero"),
        ('        "x_range": (0, 1),\n', "", "it does not say x_range: give numbers by name"),
        ('"name": "line"', '"nam": "line"', "unexpected keyword argument 'nam'"),
        ("[0, k]", "[0, k, 1]", "it cannot be drawn, zip() argument 2 is longer"),
        ('"x_range": (0, 1)', '"x_range": (0, 1 + k)', "is of another kind or size"),
        ("line(k=1.0)", "line(k)", "missing 1 required positional argument: 'k'"),
        ("(0, 1),\n        \"curves\"", "(0, 1),\n        \"colour\": 1,\n        \"curves\"",
         "unexpected keyword argument 'colour'"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_refused(
    project: Project, old: str, new: str, message: str
) -> None:
    (problem,) = with_line(project, LINE, old, new).problems()
    assert problem.startswith("docs/notes/two.md:16:1: ")
    assert message in problem


def test_too_many_positions_together_are_refused(project: Project) -> None:
    two = 'line(k=1.0, j=0.0):\n    """A line.\n\n    j: nothing'
    line = LINE.replace('">Words', '" data-j="0 to 9 by 0.1">Words')
    (problem,) = with_line(project, line, 'line(k=1.0):\n    """A line.\n', two).problems()
    assert "there are more than 200 positions: take longer steps" in problem
