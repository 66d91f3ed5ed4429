"""Where the nodes of a computational graph stand: in columns, operands left of their users.

A computed node stands in the column after that of its last operand, an input right before its first
user. An edge that passes a column keeps a place free in it. Within a column, nodes are ordered by
the mean place of their neighbours, to and fro until nothing changes; ties keep the order in which
steps name their operands.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .nodes import Node, users

ROUNDS = 8
"""Of ordering, at most; graphs that can be read settle after two."""


@dataclass(frozen=True)
class Place:
    """Column, counted from the left, and row, counted from the middle: 0 is the middle line."""

    column: int
    row: float


def is_chain(graph: Sequence[Node]) -> bool:
    """Whether each node has one operand, the node before it."""
    return all([*node.slopes] == [one.letter] for one, node in pairwise(graph))


def places(graph: Sequence[Node]) -> dict[str, Place]:
    """The place of each node by its letter."""
    columns = _columns(graph)
    levels = _levels(graph, columns)
    neighbours = _neighbours(graph, columns)
    for turn in range(ROUNDS):
        before = [list(level) for level in levels]
        for level in levels if turn % 2 == 0 else reversed(levels):
            row = {one: place for level in levels for one, place in _rows(level)}
            means = {one: _mean([row[other] for other in neighbours[one]]) for one in level}
            level.sort(key=means.__getitem__)
        if before == levels:
            break
    return {
        one: Place(column, row)
        for column, level in enumerate(levels)
        for one, row in _rows(level)
        if isinstance(one, str)
    }


def _columns(graph: Sequence[Node]) -> dict[str, int]:
    """A computed node stands right of its operands, an input right before its first user."""
    columns: dict[str, int] = {}
    for node in graph:
        columns[node.letter] = 1 + max((columns[v] for v in node.slopes), default=-1)
    for node in graph:
        if not node.slopes and (own := users(graph, node)):
            columns[node.letter] = min(columns[user.letter] for user in own) - 1
    return columns


def _edges(graph: Sequence[Node], columns: dict[str, int]) -> Iterable[list[object]]:
    """Each edge as what it passes: a node, a pair for each column between, and a node."""
    for node in graph:
        for operand in node.slopes:
            between = range(columns[operand] + 1, columns[node.letter])
            yield [operand, *((operand, node.letter, column) for column in between), node.letter]


def _levels(graph: Sequence[Node], columns: dict[str, int]) -> list[list[object]]:
    """What stands in each column: first operands first, from the result on."""
    levels: list[list[object]] = [[] for _ in range(1 + max(columns.values()))]
    for one in _from_result({node.letter: node for node in graph}, graph[-1].letter):
        levels[columns[one]].append(one)
    for edge in _edges(graph, columns):
        for place in edge[1:-1]:
            levels[place[-1]].append(place)
    return levels


def _from_result(graph: dict[str, Node], one: str) -> dict[str, None]:
    """A node and all that it needs, each once."""
    found = {one: None}
    for operand in graph[one].slopes:
        found |= {other: None for other in _from_result(graph, operand) if other not in found}
    return found


def _neighbours(graph: Sequence[Node], columns: dict[str, int]) -> dict[object, list[object]]:
    found: dict[object, list[object]] = {node.letter: [] for node in graph}
    for edge in _edges(graph, columns):
        for left, right in pairwise(edge):
            found.setdefault(left, []).append(right)
            found.setdefault(right, []).append(left)
    return found


def _rows(level: Sequence[object]) -> Iterable[tuple[object, float]]:
    """Evenly around the middle line."""
    return ((one, place - (len(level) - 1) / 2) for place, one in enumerate(level))


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0.0
