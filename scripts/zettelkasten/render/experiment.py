"""An experiment before anything is moved: complete, with a button that lets its numbers move."""

import re
from html import escape

from ..experiments import PLACE, Experiment, Name, Slider, experiment
from ..figures.nodes import PictureError, nodes
from ..figures.outcome import is_plot
from ..mathml import mathml
from ..modules import Modules
from .computation import computation
from .symbols import in_words


def with_experiments(html: str, modules: Modules, runs: bool) -> str:
    """Fill each `<div data-experiment="MODULE:FUNCTION" …></div>` that can be shown."""

    def filled(place: re.Match[str]) -> str:
        try:
            shown = experiment(place, modules)
        except PictureError:  # only a preview comes this far
            return place[0]
        start = f'<div data-experiment="{shown.module}:{shown.function}">'
        return f"{start}{_controls(shown, runs)}{_figure(shown, place['words'].strip())}</div>"

    return PLACE.sub(filled, html)


def _figure(shown: Experiment, words: str) -> str:
    """The figure, and every number around it with `data-n`."""
    if not is_plot(shown.answer):
        return f"<div data-graph>{computation(nodes(shown.answer), words, moves=True)}</div>"
    caption = f"<figcaption>{words}</figcaption>" if words else ""
    rows = "".join(
        f"<tr><td>{_math(shown.named(name))}</td><td data-n>{number}</td>"
        f"<td>{in_words(shown.named(name).meaning)}</td></tr>"
        for name, number in zip(shown.answer["numbers"], shown.outcome.numbers, strict=True)
    )
    head = "<tr><th>Number</th><th>Value</th><th>What it is</th></tr>"
    table = f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
    return f"<figure>{shown.outcome.svg}{caption}</figure>{table}"


def _controls(shown: Experiment, runs: bool) -> str:
    """What the numbers are, a button, and what moves them, hidden until it is pressed."""
    given = ", ".join(
        f"{_math(slider.label)} = {slider.texts[slider.start]}" for slider in shown.sliders
    )
    button = '<button data-run type="button">Run with other numbers</button>' if runs else ""
    sliders = "".join(_slider(slider, shown) for slider in shown.sliders)
    return (
        f'<div class="experiment example"><div class="bar"><span>With {given}</span>'
        f'<span class="actions">{button}</span></div><div class="sliders" hidden>{sliders}</div>'
        "</div>"
    )


def _slider(slider: Slider, shown: Experiment) -> str:
    name, text = f"{shown.function}-{slider.name}", slider.texts[slider.start]
    values = " ".join(f"{value!r}" for value in slider.values)
    return (
        f'<p><label for="{name}">{_math(slider.label)}, {in_words(slider.label.meaning)}</label>'
        f'<input id="{name}" type="range" max="{len(slider.values) - 1}" value="{slider.start}" '
        f'autocomplete="off" aria-valuetext="{text}" data-name="{slider.name}" '
        f'data-values="{values}" data-texts="{escape(" ".join(slider.texts))}">'
        f'<output for="{name}">{text}</output></p>'
    )


def _math(name: Name) -> str:
    return mathml(name.latex, display=False)
