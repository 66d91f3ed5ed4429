"""The graphs of the site, computed once more by hand, and read back from their figures."""

import re
from collections.abc import Callable
from math import cos, hypot, radians, sin
from xml.etree import ElementTree

import numpy as np
from zettelkasten.figures.letters import letter
from zettelkasten.figures.nodes import Node
from zettelkasten.library import Library
from zettelkasten.pictures import PLACE, drawn
from zettelkasten.render.computation import computation

from tests.conftest import ROOT
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
