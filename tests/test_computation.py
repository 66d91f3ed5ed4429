"""Computational graphs: their numbers, found again by other means, and what is refused."""

import re

import numpy as np
import pytest
from zettelkasten.figures.letters import letter, number
from zettelkasten.figures.nodes import users
from zettelkasten.library import Library
from zettelkasten.render.computation import computation, with_computations

from tests.conftest import ROOT, Project
from tests.drawn_graphs import (
    EXACT,
    GRAPHS,
    INPUTS,
    PLACES,
    SHOWN,
    adjoint,
    again,
    edges,
    figure,
    outlines,
    shown,
    slope,
    texts,
    words,
    written,
)


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
