"""Where the parts of a computational graph stand."""

from itertools import combinations
from xml.etree import ElementTree

import pytest
from zettelkasten.figures.layout import places
from zettelkasten.figures.nodes import Node, users
from zettelkasten.render.computation import computation

from tests.drawn_graphs import GRAPHS, PLACES, pills


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
