"""The nodes of a computational graph: what a module's own run left behind, and what is refused.

A table has a row for each node, operands first: its letter, and (operation, slope by each operand,
value, adjoint).
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import isclose, isfinite
from numbers import Real

_GREEK = "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|mu|nu|xi|rho|sigma|tau|phi|psi|omega"
LETTER = re.compile(
    rf"(?P<base>[a-zA-Z]|\\(?:{_GREEK}))"
    r"(?:_(?P<below>\w|\{\w+\}))?(?:\^\{(?P<above>\(\w+\))\})?"
)
"""A letter of a node, as in `a_0^{(1)}`."""
MOST = 6
"""Of the nodes in a row that can be drawn."""
HOW = "give each node (operation, slope by each operand, value, adjoint), operands first"


class PictureError(ValueError):
    """What a module handed over cannot be drawn."""


@dataclass(frozen=True)
class Node:
    """A value of a computation. One that was not computed has no operation and no slopes."""

    letter: str
    operation: str
    slopes: Mapping[str, float]
    value: float
    adjoint: float


def nodes(table: object) -> list[Node]:
    """The nodes of a table, in its order. Raises `PictureError`."""
    if not isinstance(table, Mapping) or not table:
        raise PictureError(f"this is no table of nodes: {HOW}")
    found: dict[str, Node] = {}
    for letter, row in table.items():
        if not isinstance(row, Sequence) or len(row) != 4 or not isinstance(row[1], Mapping):
            raise PictureError(f"the node {letter} cannot be read: {HOW}")
        if not LETTER.fullmatch(str(letter)):
            raise PictureError(
                f"'{letter}' is no letter that can be drawn: write it as a_0^{{(1)}}"
            )
        node = Node(letter, *row)
        if later := sorted(set(node.slopes) - set(found)):
            raise PictureError(f"{letter} uses {', '.join(later)}, which comes later: {HOW}")
        for number in (*node.slopes.values(), node.value, node.adjoint):
            if not isinstance(number, Real) or not isfinite(number):
                raise PictureError(f"the node {letter} has {number!r} where a number must stand")
        found[letter] = node
    if (most := max(_depths(found.values()))) > MOST:
        raise PictureError(f"{most} nodes follow each other, and at most {MOST} can be drawn")
    _check_sweep(list(found.values()))
    return list(found.values())


def users(graph: Sequence[Node], node: Node) -> list[Node]:
    """The nodes that use a node, in order."""
    return [user for user in graph if node.letter in user.slopes]


def _depths(graph: Iterable[Node]) -> list[int]:
    """For each node, how many follow each other up to it."""
    depths: dict[str, int] = {}
    for node in graph:
        depths[node.letter] = 1 + max((depths[v] for v in node.slopes), default=0)
    return list(depths.values())


def _check_sweep(graph: Sequence[Node]) -> None:
    """The last node has the adjoint 1, and each other one what its users send back."""
    if graph[-1].adjoint != 1:
        raise PictureError(f"the last node, {graph[-1].letter}, is not the seed: its adjoint is 1")
    for node in graph[:-1]:
        sent = [user.adjoint * user.slopes[node.letter] for user in users(graph, node)]
        if not sent:
            raise PictureError(f"nothing uses {node.letter}: leave it out")
        if not isclose(node.adjoint, sum(sent), rel_tol=1e-9, abs_tol=1e-12):
            message = f"what comes back to {node.letter} is not its adjoint, {node.adjoint}"
            raise PictureError(f"{message}: a node or a slope is missing")
