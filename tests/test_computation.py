"""Computational graphs: their numbers, found again by other means, and where everything stands."""

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import cos, hypot, radians, sin
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from zettelkasten.library import Library
from zettelkasten.pictures import PLACE, Node, drawn, users
from zettelkasten.render.computation import computation, with_computations
from zettelkasten.render.layout import places
from zettelkasten.render.letters import letter, number

from tests.conftest import ROOT, Project
from tests.independent import STEP

LIBRARY = Library(ROOT, ROOT / "docs")
DRAWN = [(note, place) for note in LIBRARY.notes for place in PLACE.finditer(note.markup.text)]


def name_of(place: re.Match[str]) -> str:
    return ":".join(filter(None, (place["module"], place["function"])))


PLACES = {name_of(place): place for _, place in DRAWN}


class Graphs(dict[str, list[Node]]):
    """Every graph of the site, drawn when a test asks for it: no module is run before."""

    def __missing__(self, name: str) -> list[Node]:
        self[name] = drawn(PLACES[name], LIBRARY.modules)
        return self[name]


GRAPHS = Graphs()


def sigmoid(z: complex) -> complex:
    return 1 / (1 + np.exp(-z))


# Each graph once more, by hand: its inputs, and how each other node is made.
INPUTS = {
    "chain_rule_scalar": {"x": 1},
    "computational_graph": {"x": -2, "y": 5, "z": -4},
    "computational_graph:picture_multiplied_out": {"x": -2, "y": 5, "z": -4},
    "reverse_mode_ad": {"v_0": 2, "v_1": 5},
    "fan_out_accumulation": {"a": 2, "b": 1},
    "softmax_cross_entropy": {"z_0": 1, "z_1": 2, "z_2": 3},
    "worked_mazur": {"w_{00}^{(1)}": 0.15},
}
OTHER = sigmoid(0.25 * 0.05 + 0.30 * 0.10 + 0.35)
"""The activation of Mazur's second hidden neuron, which the first weight does not move."""
MADE: dict[str, dict[str, Callable]] = {
    "chain_rule_scalar": {"v": lambda x: x * x, "u": np.sin, "y": np.exp},
    "computational_graph": {"q": lambda x, y: x + y, "f": lambda q, z: q * z},
    "computational_graph:picture_multiplied_out": {
        "p": lambda x, z: x * z,
        "r": lambda y, z: y * z,
        "g": lambda p, r: p + r,
    },
    "reverse_mode_ad": {
        "v_2": np.log,
        "v_3": lambda v, w: v * w,
        "v_4": np.sin,
        "v_5": lambda v, w: v + w,
        "v_6": lambda v, w: v - w,
    },
    "fan_out_accumulation": {
        "u": lambda a, b: a + b,
        "v": lambda b: b + 1,
        "y": lambda u, v: u * v,
    },
    "softmax_cross_entropy": {
        "p_2": lambda *z: np.exp(z[2]) / sum(np.exp(one) for one in z),
        "C": lambda p: -np.log(p),
    },
    "worked_mazur": {
        "z_0^{(1)}": lambda w: w * 0.05 + 0.20 * 0.10 + 0.35,
        "a_0^{(1)}": sigmoid,
        "z_0^{(2)}": lambda a: 0.40 * a + 0.45 * OTHER + 0.60,
        "z_1^{(2)}": lambda a: 0.50 * a + 0.55 * OTHER + 0.60,
        "a_0^{(2)}": sigmoid,
        "a_1^{(2)}": sigmoid,
        "C": lambda a, b: ((a - 0.01) ** 2 + (b - 0.99) ** 2) / 2,
    },
}
EXACT = {"rel": 1e-12, "abs": 1e-15}
SHOWN = {"rel": 0.51e-3, "abs": 0}
"""Four significant digits."""


def again(name: str, moved: str = "") -> dict[str, complex]:
    """All values of a graph, one of them moved by a complex step after it was made."""
    values: dict[str, complex] = {}
    for node in GRAPHS[name]:
        made = MADE[name].get(node.letter)
        operands = [values[v] for v in node.slopes]
        values[node.letter] = made(*operands) if made else INPUTS[name][node.letter]
        if node.letter == moved:
            values[moved] = values[moved] + 1j * STEP
    return values


def adjoint(name: str, letter: str) -> float:
    """The slope of the result by a value, found without a sweep."""
    return float(np.imag(again(name, letter)[GRAPHS[name][-1].letter]) / STEP)


def slope(name: str, node: Node, operand: str) -> float:
    """The slope of one step by an operand, the others held."""
    values = again(name)
    moved = {v: values[v] + (1j * STEP if v == operand else 0) for v in node.slopes}
    return float(np.imag(MADE[name][node.letter](*moved.values())) / STEP)


# What is drawn, read back from the figure


def figure(name: str) -> ElementTree.Element:
    html = computation(GRAPHS[name])
    return ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])


def words(element: ElementTree.Element) -> str:
    return "".join(element.itertext())


def shown(text: str) -> float:
    """The number at the end of a text, whose minus is a real one."""
    assert "-" not in text
    found = re.search(r"\(?(−?[\d.]+)\)?$", text)
    assert found, text
    return float(found[1].replace("−", "-"))


def texts(svg: ElementTree.Element, colour: str) -> list[str]:
    return [words(one) for one in svg.iter("text") if one.get("fill") == f"var(--{colour})"]


def written(latex: str, bar: bool = False) -> str:
    """A letter as it stands in the text of the figure."""
    return letter(latex, bar).said.replace("_", "").replace("^", "")


Point = tuple[float, float]


def outlines(svg: ElementTree.Element) -> list[tuple[Point, float]]:
    """The middle of each circle and box, and half its width, in the order of the trace."""
    found = []
    for shape in svg[-1]:
        if shape.tag == "circle":
            x, y, half = (float(shape.get(key) or 0) for key in ("cx", "cy", "r"))
            found.append(((x, y), half))
        elif shape.tag == "rect":
            x, y, width, height = (
                float(shape.get(key) or 0) for key in ("x", "y", "width", "height")
            )
            found.append(((x + width / 2, y + height / 2), width / 2))
    return found


def lanes(svg: ElementTree.Element) -> list[tuple[Point, Point]]:
    """Each edge from end to end, from the lane of its value."""
    found = []
    for path in svg.iter("path"):
        if path.get("stroke") == "var(--fwd)":
            place, turn, way = path.get("transform") or "", 0.0, path.get("d") or ""
            x, y = map(float, re.findall(r"translate\(([^\s)]+) ([^\s)]+)\)", place)[0])
            if "rotate" in place:
                turn = radians(float(re.findall(r"rotate\((\S+)\)", place)[0]))
            end = float(re.findall(r"H([-\d.]+)", way)[0]) + 10
            found.append(((x, y), (x + end * cos(turn), y + end * sin(turn))))
    return found


def pills(svg: ElementTree.Element) -> list[tuple[Point, str]]:
    """The middle of each pill, and its slope."""
    found = []
    for group in svg[-1]:
        if group.tag == "g" and group.get("data-step") and group[0].tag == "rect":
            x, y, width, height = (
                float(group[0].get(key) or 0) for key in ("x", "y", "width", "height")
            )
            found.append(((x + width / 2, y + height / 2), words(group[1])))
    return found


def beside(point: Point, line: tuple[Point, Point]) -> float:
    """How far a point is from a line between two others."""
    (x, y), ((a, b), (c, d)) = point, line
    along = ((x - a) * (c - a) + (y - b) * (d - b)) / ((c - a) ** 2 + (d - b) ** 2)
    along = min(max(along, 0), 1)
    return hypot(x - a - along * (c - a), y - b - along * (d - b))


def edges(name: str) -> dict[tuple[str, str], str]:
    """What stands on each edge, by the nodes that its lane joins in the drawing."""
    svg = figure(name)
    shapes, graph = outlines(svg), GRAPHS[name]
    letters = [node.letter for node in graph] + ["end"] * (len(shapes) - len(graph))
    found = {}
    for start, end in lanes(svg):
        ends = []
        for point in (start, end):
            near = [hypot(point[0] - x, point[1] - y) - half for (x, y), half in shapes]
            assert min(near) < 12
            ends.append(letters[near.index(min(near))])
        on = [text for place, text in pills(svg) if beside(place, (start, end)) < 0.6]
        assert len(on) <= 1
        found[tuple(ends)] = on[0] if on else ""
    return found


@pytest.mark.parametrize("name", PLACES)
def test_the_trace_has_the_values_slopes_and_adjoints_of_the_function(name: str) -> None:
    values = again(name)
    for node in GRAPHS[name]:
        assert (node.letter in INPUTS[name]) == (not node.operation)
        assert node.value == pytest.approx(np.real(values[node.letter]), **EXACT)
        assert node.adjoint == pytest.approx(adjoint(name, node.letter), **EXACT)
        for operand, found in node.slopes.items():
            assert found == pytest.approx(slope(name, node, operand), **EXACT)


@pytest.mark.parametrize("name", PLACES)
def test_each_value_and_adjoint_is_shown_with_its_letter(name: str) -> None:
    svg, values = figure(name), again(name)
    at_values, at_adjoints = texts(svg, "fwd"), texts(svg, "bwd")
    for node in GRAPHS[name]:
        (text,) = [one for one in at_values if one.startswith(f"{written(node.letter)} = ")]
        assert shown(text) == pytest.approx(np.real(values[node.letter]), **SHOWN)
        bar = f"{written(node.letter, bar=True)} = "
        (text,) = [one for one in at_adjoints if one.startswith(bar)]
        assert shown(text) == pytest.approx(adjoint(name, node.letter), **SHOWN)
    assert len(at_values) == len(GRAPHS[name])
    assert texts(svg, "mute") == ["seed, start here"]


@pytest.mark.parametrize("name", PLACES)
def test_each_edge_joins_operand_and_step_and_carries_the_slope_between_them(name: str) -> None:
    found, graph = edges(name), GRAPHS[name]
    pairs = {(v, node.letter): node for node in graph for v in node.slopes}
    assert {pair for pair in found if "end" not in pair} == pairs.keys()
    for (operand, _), node in pairs.items():
        text = found[operand, node.letter]
        assert text.startswith("× ")
        assert shown(text) == pytest.approx(slope(name, node, operand), **SHOWN)
    assert {found[pair] for pair in found if "end" in pair} <= {""}


@pytest.mark.parametrize("name", PLACES)
def test_pill_times_right_adjoint_is_left_adjoint_and_where_several_come_they_are_added(
    name: str,
) -> None:
    svg, on = figure(name), edges(name)
    adjoints = {
        node.letter: shown(text)
        for node in GRAPHS[name]
        for text in texts(svg, "bwd")
        if text.startswith(f"{written(node.letter, bar=True)} = ")
    }
    sums = [text for text in texts(svg, "bwd") if text.startswith("= ") and " + " in text]
    brought = [text for text in texts(svg, "bwd") if text.startswith("= ") and " + " not in text]
    for node in GRAPHS[name][:-1]:
        sent = [
            adjoints[user.letter] * shown(on[node.letter, user.letter])
            for user in users(GRAPHS[name], node)
        ]
        assert adjoints[node.letter] == pytest.approx(sum(sent), rel=2e-3)
        if len(sent) > 1:
            terms = [shown(term) for term in sums.pop(0).removeprefix("= ").split(" + ")]
            assert terms == pytest.approx(sent, rel=2e-3)
            assert sum(terms) == pytest.approx(adjoints[node.letter], rel=2e-3)
            if brought:
                on_edges = [shown(brought.pop(0)) for _ in terms]
                assert on_edges == terms
    assert not sums
    assert not brought


@pytest.mark.parametrize("name", PLACES)
def test_values_stand_above_and_bold_and_adjoints_below_each_at_its_step(name: str) -> None:
    svg, graph = figure(name), GRAPHS[name]
    labels = [one for one in svg[-1] if one.tag == "text" and one.get("data-step")]
    for place, (node, ((_, middle), _)) in enumerate(zip(graph, outlines(svg), strict=False)):
        for bar, colour, step in [(False, "fwd", place + 1), (True, "bwd", 2 * len(graph) - place)]:
            start = f"{written(node.letter, bar)} = "
            (label,) = [one for one in labels if words(one).startswith(start)]
            assert label.get("fill") == f"var(--{colour})"
            assert label.get("data-step") == str(step)
            assert (label.get("font-weight") == "600") == (not bar)
            assert (float(label.get("y") or 0) > middle) == bar


@pytest.mark.parametrize("name", PLACES)
def test_there_is_a_solid_lane_above_and_a_dashed_one_below(name: str) -> None:
    svg, last = figure(name), 2 * len(GRAPHS[name])
    there = [one for one in svg.iter("path") if one.get("fill") == "var(--fwd)"]
    back = [one for one in svg.iter("g") if one.get("stroke") == "var(--bwd)"]
    for solid, dashed in zip(there, back, strict=True):
        assert solid.get("transform") == dashed.get("transform")
        assert solid.get("stroke-dasharray") is None
        assert dashed[0].get("stroke-dasharray")
        heights = [
            float((one.get("d") or "").split()[1].split("H")[0]) for one in (solid, dashed[0])
        ]
        assert heights[0] < 0 < heights[1]
        steps = [int(one.get("data-step") or 0) for one in (solid, dashed)]
        assert steps[0] <= last // 2 < steps[1]
        # A value goes on no sooner than it is known, an adjoint arrives where it becomes known.
        assert steps[0] + steps[1] >= last + 1


def test_steps_say_how_each_value_is_made() -> None:
    html = computation(GRAPHS["chain_rule_scalar"]) + computation(GRAPHS["reverse_mode_ad"])
    steps = [re.sub(r"<[^>]*>|&[a-zA-Z]+;", "", one) for one in re.findall("<li>(.*?)</li>", html)]
    made = ["v=x2=1", "u=sinv=0.8415", "y=eu=2.320", "v2=lnv0=0.6931", "v6=v5−v4=11.65"]
    made += ["u¯=y¯×2.320=2.320", "v¯1=v¯3×2+v¯4×0.2837=2+(−0.2837)=1.716"]
    assert [one for one in steps if one in made] == [made[0], made[1], made[2], made[5], made[3],
                                                     made[4], made[6]]  # fmt: skip


def test_what_fan_out_brings_stands_on_its_edges_too() -> None:
    on = texts(figure("fan_out_accumulation"), "bwd")
    assert {"= 2", "= 3", "= 2 + 3"} <= set(on)
    on = texts(figure("reverse_mode_ad"), "bwd")
    assert {"= 0.5", "= 5", "= 2", "= −0.2837", "= 0.5 + 5", "= 2 + (−0.2837)"} <= set(on)


@pytest.mark.parametrize("name", PLACES)
def test_the_description_and_the_table_have_all_numbers(name: str) -> None:
    html = computation(GRAPHS[name])
    svg = figure(name)
    said = words(svg[1])
    assert [one.tag for one in svg[:2]] == ["title", "desc"]
    rows = re.findall(r"<tr><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td><td>(.*?)</td></tr>", html)
    for node, row, part in zip(GRAPHS[name], rows, said.split("; "), strict=True):
        assert row[1] == number(node.value)
        assert row[3] == number(node.adjoint)
        assert f" = {number(node.value)}" in part
        assert re.search(rf"adjoint {number(node.adjoint)}\.?$", part)
        for found in node.slopes.values():
            assert f"slope {number(found)} by" in part
            assert f"{number(found)} by <math>" in row[2]


@pytest.mark.parametrize("name", PLACES)
def test_the_steps_are_sentences_that_hold(name: str) -> None:
    html, graph = computation(GRAPHS[name]), GRAPHS[name]
    steps = [re.sub(r"<[^>]*>|&[a-zA-Z]+;", "", one) for one in re.findall("<li>(.*?)</li>", html)]
    values, adjoints = steps[: len(graph)], steps[len(graph) :]
    assert len(steps) == 2 * len(graph)
    for node, step in zip(graph, values, strict=True):
        assert shown(step) == pytest.approx(node.value, **SHOWN)
    assert adjoints[0].endswith("=1, the seed")
    for node, step in zip(reversed(graph[:-1]), adjoints[1:], strict=True):
        _, *sides = step.split("=")
        assert shown(sides[-1]) == pytest.approx(node.adjoint, **SHOWN)
        assert sides[0].count("×") == len(users(graph, node))
        for side in sides[1:-1]:
            terms = side.replace("(", "").replace(")", "").replace("−", "-").split("+")
            assert sum(map(float, terms)) == pytest.approx(node.adjoint, rel=2e-3)


@pytest.mark.parametrize("name", PLACES)
def test_no_colour_or_size_is_written_into_the_figure(name: str) -> None:
    """So that it follows both schemes, and a policy against inline styles lets it be."""
    for element in figure(name).iter():
        assert element.get("style") is None
        assert element.get("href") is None
        for paint in ("fill", "stroke"):
            assert re.fullmatch(r"var\(--\w+\)|none|None", str(element.get(paint)))


# Where things stand


def node(letter: str, *operands: str) -> Node:
    return Node(letter, "+" if operands else "", dict.fromkeys(operands, 1.0), 1.0, 1.0)


@pytest.mark.parametrize("name", PLACES)
def test_operands_stand_left_of_their_users_and_no_two_nodes_share_a_place(name: str) -> None:
    found = places(GRAPHS[name])
    assert len(set(found.values())) == len(found)
    for one in GRAPHS[name]:
        assert all(found[v].column < found[one.letter].column for v in one.slopes)
        if not one.slopes:
            beside = min(found[user.letter].column for user in users(GRAPHS[name], one))
            assert found[one.letter].column == beside - 1


def test_crossings_are_taken_out_and_ties_keep_their_order() -> None:
    crossed = [node("a"), node("b"), node("u", "b", "a"), node("v", "b"), node("y", "u", "v")]
    rows = [places(crossed)[letter].row for letter in "abuv"]
    assert rows == [-0.5, 0.5, -0.5, 0.5]
    straight = [node("a"), node("b"), node("u", "a"), node("v", "b"), node("y", "u", "v")]
    rows = [places(straight)[letter].row for letter in "abuv"]
    assert rows == [-0.5, 0.5, -0.5, 0.5]


def test_where_edges_cross_their_pills_make_room() -> None:
    graph = [node("a"), node("b"), node("u", "a", "b"), node("v", "a", "b"), node("y", "u", "v")]
    html = computation(graph)
    svg = ElementTree.fromstring(html[html.index("<svg") : html.index("</svg>") + 6])
    found = [place for place, _ in pills(svg)]
    assert len(found) == 6
    for (x, y), (u, v) in combinations(found, 2):
        assert abs(x - u) > 54 or abs(y - v) > 24


def test_an_edge_that_passes_a_column_keeps_a_place_free() -> None:
    found = places([node("a"), node("u", "a"), node("v", "u"), node("y", "v", "a")])
    assert found["u"].row != 0
    assert found["v"].row != 0
    assert found["y"].row == 0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "0"),
        (2.319776824715853, "2.320"),
        (0.1 + 0.2, "0.3"),
        (-0.28366218546322625, "−0.2837"),
        (0.00043856773447434685, "0.0004386"),
        (9.99996, "10.00"),
        (12345.678, "12350"),
        (1000.0, "1000"),
        (1.5e-7, "0.00000015"),
    ],
)
def test_numbers_have_four_digits_unless_they_are_shorter(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize("latex", [*"abcdefghijklmnopqrstuvwxyz", "C", "W", r"\delta", r"\eta"])
def test_every_letter_is_in_the_math_font_and_has_its_bar(latex: str) -> None:
    listed = (ROOT / "docs/assets/fonts/lm-math.txt").read_text().split()
    with_bar = letter(f"{latex}_0^{{(1)}}", bar=True)
    assert {f"U+{ord(sign):04X}" for run in with_bar.runs for sign in run.signs} <= set(listed)
    assert with_bar.said[1:] == "¯_0^(1)"
    assert with_bar.width > letter(latex).width > 4


# What cannot be drawn


ROWS = '{"x": ("", {}, 2.0, 3.0), "y": ("f", {"x": 3.0}, 6.0, 1.0)}'


@pytest.mark.parametrize(
    ("place", "table", "message"),
    [
        ("three", ROWS, "there is no module snippets/three.py"),
        ("two:drawing", ROWS, "snippets/two.py:1: has no drawing()"),
        ("two", "1 / 0", "picture() fails: ZeroDivisionError"),
        ("two", "[]", "this is no table of nodes"),
        ("two", '{"x": 1}', "the node x cannot be read"),
        ("two", ROWS.replace('"x": ("', '"x y": ("'), "'x y' is no letter"),
        ("two", ROWS.replace('"x": ("', r'"\\foo": ("'), r"'\foo' is no letter"),
        ("two", ROWS.replace('{"x": 3.0}', '{"z": 3.0}'), "y uses z, which comes later"),
        ("two", ROWS.replace("2.0", "float('nan')"), "the node x has nan"),
        ("two", ROWS.replace("1.0", "2.0"), "the last node, y, is not the seed"),
        ("two", ROWS.replace('{"x": 3.0}', "{}"), "nothing uses x"),
        ("two", ROWS.replace("3.0)", "4.0)"), "what comes back to x is not its adjoint, 4.0"),
        ("two", "{c: ('f' * bool(i), {'abcdefg'[i - 1]: 1.0} if i else {}, 1.0, 1.0)"
         " for i, c in enumerate('abcdefg')}", "7 nodes follow each other"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_a_problem_with_its_place(
    project: Project, place: str, table: str, message: str
) -> None:
    program = "# --8<-- [start:part]\nx = 1\n# --8<-- [end:part]\nprint(x)\n"
    project.write("snippets/two.py", f"{program}\n\ndef picture():\n    return {table}\n")
    text = f'Back to [one](one.md).\n\n<div data-graph="{place}"></div>'
    project.note("two", f'{text}\n\n```python\n--8<-- "snippets/two.py:part"\n```')
    (problem,) = project.problems()
    assert problem.startswith("docs/notes/two.md:12:1: ")
    assert message in problem
    library = Library(project.root, project.root / "docs")
    html = f'<div data-graph="{place}"></div>'
    assert with_computations(html, library.modules) == html  # a preview shows the rest of the page


def test_a_good_graph_is_no_problem_and_keeps_its_words(project: Project) -> None:
    program = "# --8<-- [start:part]\nx = 1\n# --8<-- [end:part]\nprint(x)\n"
    project.write("snippets/two.py", f"{program}\n\ndef picture():\n    return {ROWS}\n")
    html = '<p>One.</p>\n<div data-graph="two">See <b>there</b>.</div>\n<p>Two.</p>'
    assert project.problems() == []
    library = Library(project.root, project.root / "docs")
    filled = with_computations(html, library.modules)
    assert filled.startswith('<p>One.</p>\n<div data-graph="two"><figure')
    assert "number on the edge. See <b>there</b>.</figcaption>" in filled
    assert filled.endswith("</div>\n<p>Two.</p>")


# In a browser


@pytest.fixture
def context(browser: Browser, site: Path, address: str) -> Iterator[BrowserContext]:
    opened = browser.new_context(base_url=address)
    opened.set_default_timeout(15_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def settle(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")


URLS = list(dict.fromkeys(note.url for note, _ in DRAWN))
BOXES = """
(graph) => [...graph.querySelectorAll("text")].map((text) => {
  const { left, top, right, bottom } = text.getBoundingClientRect();
  return [left, top, right, bottom, text.textContent];
})
"""
SHAPES = """
(graph) => [...graph.querySelectorAll("svg > g > :is(circle, rect), g > rect")].map((shape) => {
  const { left, top, right, bottom } = shape.getBoundingClientRect();
  return [left, top, right, bottom, shape.tagName];
})
"""
POINTS = """
(graph) => [...graph.querySelectorAll("path")].flatMap((path) => {
  const [all, matrix] = [path.getTotalLength(), path.getScreenCTM()];
  const points = Array.from({ length: 41 }, (_, k) => path.getPointAtLength((k / 40) * all));
  return points.map((point) => point.matrixTransform(matrix)).map(({ x, y }) => [x, y]);
})
"""
Box = Sequence[float]


def overlap(one: Box, other: Box) -> float:
    """By how many pixels two boxes lie over each other, at their narrower side."""
    across = min(one[2], other[2]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[1], other[1])
    return min(across, down)


def holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[2] >= inner[2] and overlap(outer, inner) > 0


@pytest.mark.parametrize("spread", ["0", ".5px"], ids=["as it is", "in a wider font"])
@pytest.mark.parametrize("url", URLS)
def test_no_label_lies_over_anything_else(page: Page, url: str, spread: str) -> None:
    page.set_viewport_size({"width": 1280, "height": 900})
    settle(page, url)
    page.add_style_tag(content=f".graph text {{ letter-spacing: {spread} }}")
    for graph in page.locator("[data-graph]").all():
        labels, shapes = graph.evaluate(BOXES), graph.evaluate(SHAPES)
        whole = graph.locator("svg").bounding_box()
        assert whole
        assert len(labels) > 8
        for one, other in combinations(labels, 2):
            assert overlap(one, other) <= 1.5, (one[4], other[4])
        for label in labels:
            assert whole["x"] <= label[0], label[4]
            assert label[2] <= whole["x"] + whole["width"], label[4]
            assert whole["y"] - 1 <= label[1], label[4]
            assert label[3] <= whole["y"] + whole["height"] + 1, label[4]
            for shape in shapes:
                assert overlap(label, shape) <= 1.5 or holds(shape, label), label[4]
        for one, other in combinations(shapes, 2):
            assert overlap(one, other) <= 0
        outside = [box for box in labels if not any(holds(shape, box) for shape in shapes)]
        for x, y in graph.evaluate(POINTS):
            for left, top, right, bottom, text in outside:
                assert not (left < x < right and top + 3 < y < bottom - 3), text


@pytest.mark.parametrize("width", [390, 800, 1280])
@pytest.mark.parametrize("url", URLS)
def test_words_are_never_small_and_the_figure_scrolls_by_itself(
    page: Page, url: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    settle(page, url)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for graph in page.locator(".graph > div").all():
        expect(graph).to_have_attribute("tabindex", "0")
        drawing = graph.locator("svg")
        scale = drawing.evaluate("e => e.getBoundingClientRect().width / e.viewBox.baseVal.width")
        sizes = drawing.evaluate(
            "e => [...e.querySelectorAll('text, tspan')].map("
            "one => parseFloat(getComputedStyle(one).fontSize))"
        )
        assert min(sizes) * scale >= 12
        assert scale < 1.3


BARS = """
(graph) => [...graph.querySelectorAll(".o")].map((bar) => {
  const [letter, text] = [bar.previousSibling.textContent, bar.parentNode];
  const pen = document.createElement("canvas").getContext("2d");
  pen.font = '18px "LM Math"';
  const ink = (sign, place) => {
    const at = text.getStartPositionOfChar(place), box = pen.measureText(sign);
    return [
      at.x - box.actualBoundingBoxLeft,
      at.x + box.actualBoundingBoxRight,
      at.y - box.actualBoundingBoxAscent,
      at.y + box.actualBoundingBoxDescent,
    ];
  };
  const colours = [bar, text].map((one) => getComputedStyle(one).fill);
  return [ink(letter, 0), ink(bar.textContent, letter.length), colours];
})
"""


@pytest.mark.parametrize("url", URLS)
def test_bars_sit_on_their_letters_in_the_colour_of_adjoints(page: Page, url: str) -> None:
    settle(page, url)
    graph = page.locator("[data-graph]").first
    bars = graph.evaluate(BARS)
    assert len(bars) == len(GRAPHS[graph.get_attribute("data-graph") or ""])
    for sign, bar, (colour, around) in bars:
        assert sign[0] - 3.5 < bar[0] < bar[1] < sign[1] + 2
        assert 1 < sign[2] - bar[3] < 4.5  # above the letter, and near it
        assert colour == around


def test_the_graph_of_the_home_page_is_seen_at_once(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    settle(page, "")
    expect(page.locator(".graph svg")).to_be_in_viewport(ratio=1)
    box = page.locator(".graph svg").bounding_box()
    assert box
    assert box["width"] > 900
    page.get_by_role("link", name="How this works").click()
    expect(page.locator("#top")).to_have_text("Chain rule for one variable")


HIDDEN = "[data-step][style*=hidden]"


def test_the_keyboard_steps_forth_and_back_and_each_step_is_said(page: Page) -> None:
    settle(page, "notes/chain-rule-scalar/")
    graph = page.locator("[data-graph]")
    region, said = graph.locator("[role=group]"), graph.get_by_role("status")
    expect(graph.locator(HIDDEN)).to_have_count(0)
    region.focus()
    sentences = []
    for known in range(1, 9):
        page.keyboard.press("ArrowRight")
        sentences.append(said.text_content() or "")
        parts = graph.locator("[data-step]").evaluate_all(
            "all => all.map(e => [+e.dataset.step, getComputedStyle(e).visibility])"
        )
        assert {visible for step, visible in parts if step <= known} == {"visible"}
        assert {visible for step, visible in parts if step > known} <= {"hidden"}
    listed = graph.locator("ol > li").all_text_contents()
    assert [re.sub(r"\s", "", one) for one in sentences] == [re.sub(r"\s", "", o) for o in listed]
    assert "0.8415" in sentences[2]
    assert "1.253" in sentences[6]
    page.keyboard.press("ArrowLeft")
    expect(said).to_contain_text("1.253")
    expect(graph.locator("text", has_text="2.507")).to_be_hidden()
    page.emulate_media(media="print")
    expect(graph.locator("text", has_text="2.507")).to_be_visible()
    expect(graph.locator(".steps")).to_be_hidden()
    page.emulate_media(media="screen")
    page.keyboard.press("Alt+ArrowRight")  # the browser's own
    expect(said).to_contain_text("1.253")


def test_the_buttons_step_too_on_every_page_that_is_reached(page: Page) -> None:
    settle(page, "notes/automatic-differentiation/")
    page.locator("article a", has_text="reverse").first.click()
    expect(page.locator("#top")).to_have_text("Reverse-mode differentiation")
    graph = page.locator("[data-graph]")
    said = graph.get_by_role("status")
    last = 2 * len(GRAPHS["reverse_mode_ad"])
    names = ("Back one step", "Forward one step", "Show all")
    button = {name: graph.get_by_role("button", name=name) for name in names}
    for one in button.values():
        box = one.bounding_box()
        assert box
        assert box["height"] >= 24
    values = graph.locator("text:visible", has_text="=")
    button["Forward one step"].click()  # from the whole it starts over
    expect(values).to_have_count(1)
    button["Forward one step"].click()
    expect(values).to_have_count(2)
    button["Back one step"].click()
    expect(values).to_have_count(1)
    button["Show all"].click()
    expect(graph.locator(HIDDEN)).to_have_count(0)
    button["Back one step"].focus()
    page.keyboard.press("Enter")
    expect(graph.locator(HIDDEN)).not_to_have_count(0)
    expect(said).to_contain_text("1.716")
    button["Forward one step"].click()
    expect(said).to_contain_text("5.5")
    expect(graph.locator(HIDDEN)).to_have_count(0)
    button["Back one step"].click()
    assert last == len(graph.locator("ol > li").all())


def test_a_step_that_is_out_of_sight_is_brought_there(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    settle(page, "notes/worked-mazur/")
    graph = page.locator("[data-graph]")
    graph.locator("[role=group]").focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    expect(graph.locator("text", has_text="0.2984")).to_be_in_viewport()


@pytest.mark.parametrize("url", URLS)
def test_without_scripts_everything_is_seen_and_no_button_is_offered(
    browser: Browser, site: Path, address: str, url: str
) -> None:
    context = browser.new_context(base_url=address, java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    graph = page.locator("[data-graph]").first
    for text in graph.locator("text").all():
        expect(text).to_be_visible()
    expect(graph.get_by_role("button")).to_have_count(0)
    graph.locator("summary").click()
    expect(graph.locator("table")).to_be_visible()
    name = graph.get_attribute("data-graph") or ""
    expect(graph.locator("ol > li")).to_have_count(2 * len(GRAPHS[name]))
    context.close()
