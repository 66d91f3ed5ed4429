"""A computational graph as an SVG that is complete as it stands, with its numbers as a table.

On each edge stands the slope that multiplies on the way back, and where several edges come back to
a node, what each of them brings. Each part has the number of the step at which it becomes known, in
the order of the trace and back; a script may hide those that come later.
"""

import re
from collections.abc import Sequence

from ..figures.drawing import figure, is_wide
from ..figures.letters import number, term
from ..figures.nodes import Node, PictureError, users
from ..mathml import mathml
from ..modules import Modules
from ..pictures import PLACE, drawn

_INFIX = {"+": "+", "−": "-", "×": r"\times"}
_SAID = {
    "square": "{}^2",
    "exp": "e^{{{}}}",
    "−ln": r"-\ln {}",
    "σ": r"\sigma({})",
    "Σ": r"\Sigma({}, \dots)",
}


def with_computations(html: str, modules: Modules) -> str:
    """Fill each `<div data-graph="MODULE"></div>` that can be drawn; the rest is a problem."""

    def filled(place: re.Match[str]) -> str:
        try:
            graph = drawn(place, modules)
        except PictureError:  # only a preview comes this far
            return place[0]
        words = place["words"]
        shown = modules.kept.get(("graph", repr(graph), words), lambda: computation(graph, words))
        return f"{place['start']}{shown}</div>"

    return PLACE.sub(filled, html)


def computation(graph: Sequence[Node], words: str = "", moves: bool = False) -> str:
    """The figure, its buttons and its caption, which `words` (HTML) end, and the table.

    If it `moves`, each number below the figure has `data-n`, so that others can take its place.
    """
    wide = " wide" if is_wide(graph) else ""
    region = 'role="group" aria-label="Computational graph" tabindex="0"'
    caption = f"<figcaption>{_caption(graph)} {words.strip()}</figcaption>"
    below = _marked(f"{_table(graph)}{_steps(graph)}", moves)
    return (
        f'<figure class="graph{wide}"><div {region}>{figure(graph)}</div>'
        f"{_BUTTONS}{caption}</figure><details><summary>The same numbers as a "
        f"table, and step by step</summary>{below}</details>"
    )


_BUTTONS = (
    '<p class="steps">'
    + "".join(
        f'<button type="button" data-go="{go}">{words}</button>'
        for go, words in {
            "-1": "Back one step",
            "1": "Forward one step",
            "0": "Show all",
        }.items()
    )
    + '<span role="status"></span></p>'
)


def _caption(graph: Sequence[Node]) -> str:
    """What is seen, in words."""
    adds = any(len(users(graph, node)) > 1 for node in graph)
    sums = "; where several come back, they are added" if adds else ""
    return (
        "<b>Values go right.</b> <i>Adjoints come back left.</i> "
        f"Each is the one to its right, times the number on the edge{sums}."
    )


# The same in words. Numbers are typed as text, since a sign is one of them, and named at the end.


def _marked(html: str, moves: bool) -> str:
    """Tables and steps with the elements that are to hold their numbers."""
    mark, (start, end) = " data-n" if moves else "", _CELL if moves else ("", "")
    html = html.replace(_CELL[0], start).replace(_CELL[1], end)
    return html.replace("<mtext>", f"<mn{mark}>").replace("</mtext>", "</mn>")


_CELL = "<span data-n>", "</span>"


def _cell(value: float) -> str:
    return number(value).join(_CELL)


def _table(graph: Sequence[Node]) -> str:
    """A row for each node."""
    rows = "".join(
        f"<tr><td>{_math(_made(node))}</td><td>{_cell(node.value)}</td>"
        f"<td>{', '.join(f'{_cell(d)} by {_math(v)}' for v, d in node.slopes.items())}</td>"
        f"<td>{_cell(node.adjoint)}</td></tr>"
        for node in graph
    )
    head = "<tr><th>Step</th><th>Value</th><th>Slope by each operand</th><th>Adjoint</th></tr>"
    return f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"


def _steps(graph: Sequence[Node]) -> str:
    """What becomes known at each step, values first, then adjoints."""
    values = (_math(f"{_made(node)} = {_typed(node.value)}") for node in graph)
    adjoints = (_come_back(node, users(graph, node)) for node in reversed(graph))
    return f"<ol>{''.join(f'<li>{step}</li>' for step in (*values, *adjoints))}</ol>"


def _made(node: Node) -> str:
    """A node and how it is computed, in LaTeX."""
    if not node.operation:
        return node.letter
    operands, operation = list(node.slopes), node.operation
    if operation in _INFIX:
        made = f" {_INFIX[operation]} ".join(operands)
    elif operation in _SAID:
        made = _SAID[operation].format(*operands)
    elif operation[0] in _INFIX:
        made = f"{operands[0]} {operation}"
    elif len(operands) == 1:
        made = rf"\operatorname{{{operation}}} {operands[0]}"
    else:
        made = rf"\operatorname{{{operation}}}({', '.join(operands)})"
    return f"{node.letter} = {made}"


def _come_back(node: Node, users: Sequence[Node]) -> str:
    """The adjoint of a node from those of its users."""
    bar, adjoint = rf"\bar {node.letter}", _typed(node.adjoint)
    if not users:
        return f"{_math(f'{bar} = {adjoint}')}, the seed"
    slopes = [user.slopes[node.letter] for user in users]
    pairs = list(zip(users, slopes, strict=True))
    terms = " + ".join(rf"\bar {user.letter} \times {_factor(slope)}" for user, slope in pairs)
    sums = " + ".join(_factor(user.adjoint * slope) for user, slope in pairs)
    middle = f" = {sums}" if len(users) > 1 else ""
    return _math(f"{bar} = {terms}{middle} = {adjoint}")


def _typed(value: float) -> str:
    return rf"\text{{{number(value)}}}"


def _factor(value: float) -> str:
    return rf"\text{{{term(value)}}}"


def _math(latex: str) -> str:
    return mathml(latex, display=False)
