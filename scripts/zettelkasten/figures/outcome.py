"""What a function of an experiment hands over, as a figure and as numbers in words.

It is the table of a computational graph, or a dictionary with `numbers`, by name, with `curves`,
each the arguments of a `plot.Curve`, and with the other arguments of `plot.plot`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from numbers import Real

from ..plot import Curve, plot
from .drawing import figure, said
from .letters import number, term
from .nodes import Node, PictureError, nodes, users

HOW = "give numbers by name, curves with name, x and y, and title, text, x, y, x_range and y_range"
_DRAWN = {"title", "text", "x", "y", "x_range", "y_range"}
_SMALL, _LARGE = 1e-4, 1e6
"""Numbers between these are written without a power of ten."""


@dataclass(frozen=True)
class Outcome:
    """An SVG; the numbers around it in the order of the page; the main ones, to be spoken."""

    svg: str
    numbers: list[str]
    words: str


def outcome(answer: object, given: Mapping[str, float]) -> Outcome:
    """What comes of an experiment with the numbers that were given. Raises `PictureError`."""
    if is_plot(answer):
        svg, names = _plot(answer), _numbers(answer)
        return Outcome(svg, list(names.values()), _in_words({**_shown(given), **names}))
    graph = nodes(answer)
    svg = figure(graph).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    last, inputs = graph[-1], (node for node in graph if not node.operation)
    slopes = {f"adjoint of {node.letter}": number(node.adjoint) for node in inputs}
    main = {**_shown(given), last.letter: number(last.value), **slopes}
    return Outcome(svg, list(_of_graph(graph)), _in_words(main))


def is_plot(answer: object) -> bool:
    """Whether curves were handed over; if not, it should be the table of a graph."""
    return isinstance(answer, Mapping) and "numbers" in answer


def shown(value: float) -> str:
    """A number with four digits; very small and very large ones with two, and a power of ten."""
    if value == 0 or _SMALL <= abs(value) < _LARGE:
        return number(value)
    digits, power = f"{value:.1e}".split("e")
    raised = str(int(power)).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))
    return f"{digits}\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}10{raised}".replace("-", "−")


def _numbers(answer: Mapping[str, object]) -> dict[str, str]:
    """The numbers of a plot by name. Raises `PictureError`."""
    for name, value in answer["numbers"].items():
        if not isinstance(value, Real) or not isfinite(value):
            raise PictureError(f"{name} is {value!r} where a number must stand")
    return _shown(answer["numbers"])


def _shown(numbers: Mapping[str, float]) -> dict[str, str]:
    return {name: shown(value) for name, value in numbers.items()}


def _plot(answer: Mapping[str, object]) -> str:
    """The curves. Axes do not move with the numbers, so their ends must be given."""
    options = {key: value for key, value in answer.items() if key not in ("numbers", "curves")}
    if missing := ", ".join(sorted((_DRAWN | {"curves"}) - set(answer))):
        raise PictureError(f"it does not say {missing}: {HOW}")
    try:
        return plot([Curve(**curve) for curve in answer["curves"]], **options).svg
    except (TypeError, ValueError) as error:
        raise PictureError(f"it cannot be drawn, {error}: {HOW}") from None


def _of_graph(graph: Sequence[Node]) -> Iterator[str]:
    """The numbers in the table below a graph, and in its steps, as `computation` writes them."""
    for node in graph:
        yield from map(number, (node.value, *node.slopes.values(), node.adjoint))
    for node in graph:
        yield number(node.value)
    for node in reversed(graph):
        sent = users(graph, node)
        yield from (term(user.slopes[node.letter]) for user in sent)
        if len(sent) > 1:
            yield from (term(user.adjoint * user.slopes[node.letter]) for user in sent)
        yield number(node.adjoint)


def _in_words(numbers: Mapping[str, str]) -> str:
    return ", ".join(f"{said(name)} = {text}" for name, text in numbers.items())
