"""Experiments: figures that follow a number which readers move.

A line `<div data-experiment="MODULE:FUNCTION" data-NAME="LOW to HIGH by STEP">words</div>` asks for
one, with a range for each parameter of the function. `times STEP` multiplies instead. The defaults
are the worked example, which is shown before anything is moved. The docstring says what each
parameter and number means, in lines `NAME: meaning`. Every position is tried before it is offered.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice, product

from .figures.nodes import PictureError, nodes
from .figures.outcome import Outcome, is_plot, outcome
from .modules import Modules
from .note import Note
from .plot import number
from .problem import Problem
from .symbols import defaults, meanings

PLACE = re.compile(
    r'^(?P<start><div data-experiment="(?P<module>\w*):(?P<function>\w+)"(?P<ranges>[^>\n]*)>)'
    r"(?P<words>.*?)</div>",
    re.MULTILINE | re.DOTALL,
)
"""Where a page shows an experiment; the words inside end its caption."""
MOST = 200
"""Positions of an experiment, over all its parameters."""
_ANY = re.compile(r"^<div[^>\n]*\bdata-experiment\b", re.MULTILINE)
_BEGINNING = 'this is no experiment: begin it <div data-experiment="MODULE:FUNCTION"'
_RANGE = re.compile(r'data-(?P<name>\w+)="(?P<range>[^"]*)"')
_NUMBER = r"-?\d+(?:\.\d+)?(?:e-?\d+)?"
_SPAN = re.compile(
    rf"(?P<low>{_NUMBER}) to (?P<high>{_NUMBER}) (?P<how>by|times) (?P<step>{_NUMBER})"
)
_ZERO = Decimal(0)


@dataclass(frozen=True)
class Name:
    """Of a number: in LaTeX, and what it means."""

    latex: str
    meaning: str


@dataclass(frozen=True)
class Slider:
    """A parameter that readers move: its values, as numbers and as texts, and which comes first."""

    name: str
    label: Name
    values: list[float]
    texts: list[str]
    start: int


@dataclass(frozen=True)
class Experiment:
    """A function of a module, what moves, and what it hands over for the worked example."""

    module: str
    function: str
    sliders: list[Slider]
    answer: Mapping[str, object]
    outcome: Outcome
    names: dict[str, Name]
    """By what they are called in the program: a Greek letter without its backslash."""

    def named(self, number: str) -> Name:
        """What one of the numbers is called."""
        return self.names[_plain(number)]

    def positions(self) -> Iterator[dict[str, float]]:
        """The numbers of every position."""
        for values in product(*(slider.values for slider in self.sliders)):
            yield dict(zip((slider.name for slider in self.sliders), values, strict=True))


def experiment(place: re.Match[str], modules: Modules) -> Experiment:
    """What a page asks for at a place, with its worked example. Raises `PictureError`."""
    module, function = place["module"], place["function"]
    if module not in modules.names():
        raise PictureError(f"there is no module snippets/{module}.py to make experiments with")
    given = defaults(modules, module, function)
    answer, found = tried(module, function, given, modules)
    said = meanings(modules, module, function)
    names = {_plain(name): Name(name, meaning) for name, meaning in said.items()}
    wanted = [*given, *(answer["numbers"] if is_plot(answer) else ())]
    if unsaid := ", ".join(name for name in wanted if _plain(name) not in names):
        message = f"the docstring of {function}() does not say what {unsaid} means"
        raise PictureError(f"{message}: add a line NAME: meaning for each")
    ranges = {one["name"]: one["range"] for one in _RANGE.finditer(place["ranges"])}
    if ranges.keys() != given.keys():
        message = f"{function}() has the parameters {', '.join(given) or 'none'}"
        raise PictureError(f'{message}: give each a range, as in data-x="0 to 2 by 0.1"')
    sliders = [_slider(name, ranges[name], given[name], names[name]) for name in given]
    return Experiment(module, function, sliders, answer, found, names)


def tried(
    module: str, function: str, given: Mapping[str, float], modules: Modules
) -> tuple[Mapping[str, object], Outcome]:
    """What the function hands over for these numbers, and as it is drawn. Raises `PictureError`."""
    picture = modules.picture(module, function, **given)
    if picture.failure:
        raise PictureError(f"snippets/{module}.py:{picture.line}: {picture.failure}")
    try:
        return picture.table, outcome(picture.table, given)
    except PictureError as error:
        at = ", ".join(f"{name}={value}" for name, value in given.items())
        raise PictureError(f"{function}({at}) of snippets/{module}.py: {error}") from None


def _plain(latex: str) -> str:
    return latex.lstrip("\\")


def _slider(name: str, span: str, default: float, label: Name) -> Slider:
    """The positions of a range, written as it is. Raises `PictureError`."""
    parts = _SPAN.fullmatch(span)
    if not parts:
        advice = "write it as in '0 to 2 by 0.1' or '1e-9 to 0.1 times 10'"
        raise PictureError(f"the range '{span}' of {name} cannot be read: {advice}")
    low, high, step = (Decimal(parts[key]) for key in ("low", "high", "step"))
    grows = parts["how"] == "times"
    if low >= high or step <= (1 if grows else 0) or (grows and low <= 0):
        message = f"the range '{span}' of {name} does not go up"
        raise PictureError(f"{message}: let the first number be the smaller, and the step lead up")
    found = [low]
    while found[-1] < high and len(found) <= MOST:
        found.append(found[-1] * step if grows else found[-1] + step)
    values = [float(value) for value in found]
    if len(found) > MOST:
        raise PictureError(f"the range '{span}' of {name} has more than {MOST} steps")
    if found[-1] != high:
        message = f"the steps of '{span}' do not meet its end"
        raise PictureError(f"{message}: {name} comes to {found[-1]}")
    if default not in values:
        message = f"the range '{span}' does not hold {default}, which {name} is by default"
        raise PictureError(f"{message}: the worked example must be among the steps")
    texts = [number(value, is_log=grows and step == 10) for value in values]
    return Slider(name, label, values, texts, values.index(default))


def experiment_problems(note: Note, modules: Modules) -> Iterator[Problem]:
    """Experiments of a note that cannot be shown, or not at every position."""
    places = {place.start(): place for place in PLACE.finditer(note.markup.text)}
    for start in (found.start() for found in _ANY.finditer(note.markup.text)):
        try:
            if start not in places:
                raise PictureError(_BEGINNING)
            _try_all(experiment(places[start], modules), modules)
        except PictureError as error:
            yield note.problem(start, str(error))


def _try_all(shown: Experiment, modules: Modules) -> None:
    """Raises `PictureError` unless each position gives a figure of the same kind and size."""
    if len([*islice(shown.positions(), MOST + 1)]) > MOST:
        raise PictureError(f"there are more than {MOST} positions: take longer steps")
    first = _kind(shown.answer, shown.outcome)
    for position in shown.positions():
        if _kind(*tried(shown.module, shown.function, position, modules)) != first:
            at = ", ".join(f"{name} = {value}" for name, value in position.items())
            message = f"the figure at {at} is of another kind or size than the worked example"
            raise PictureError(f"{message}: give it the same nodes, or the same numbers and axes")


def _kind(answer: Mapping[str, object], found: Outcome) -> tuple[object, ...]:
    """What may not change when a number is moved, since the page around it stays."""
    parts = (
        [*answer["numbers"], answer["x_range"], answer["y_range"]]
        if is_plot(answer)
        else [(node.letter, node.operation, *node.slopes) for node in nodes(answer)]
    )
    size = re.search(r'viewBox="[^"]*"', found.svg)
    return size and size[0], len(found.numbers), *parts
