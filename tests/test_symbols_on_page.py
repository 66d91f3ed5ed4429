"""What the symbols of a display formula mean: marked, listed, and said by every module."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from xml.etree import ElementTree

import pytest
from zettelkasten.formulas.published import module_behind
from zettelkasten.mathml import mathml
from zettelkasten.modules import Modules
from zettelkasten.render.symbols import Legends

from tests.conftest import ROOT, Project
from tests.test_site import LIBRARY

MODULE = r"""
import numpy as np


def symbols(rng=None):
    r'''What the symbols mean. Sizes: see below.

    C: the loss of the batch, one number
    C_i: loss of sample i, a number
    n: samples in the batch
    n_L: neurons in layer L
    L: number of layers, see `network`
    W: weights of layer l, (n_l, n_{l-1}),
        a row for each neuron
    x: the input's column
    \bar x: what comes back to it
    \Delta: errors of a batch
    \sigma: entry by entry
    w: weights
    w^\ast: the best of them
    U: for each step j, its users
    '''
    return {
        "C": 0.5, "C_i": [0.25, 0.75], "n": 2, "n_L": 4, "L": 3,
        "W": {1: np.ones((3, 2)), 2: np.ones((4, 3)), 3: np.ones((4, 3)), 4: np.ones((4, 3))},
        "x": np.ones(3), r"\bar x": np.ones((3, 1)), r"\Delta": {1: np.ones((2, 5))},
        r"\sigma": np.tanh, "w": np.ones(2), r"w^\ast": np.ones(2), r"\le": {"x": np.ones(3)},
        r"w \leftarrow": np.ones(2), "U": {1: {2}, 4: {5, 6}},
    }
"""
FORMULAS = [
    (one, module_behind(note, LIBRARY.modules))
    for note in LIBRARY.notes
    for one in LIBRARY.checked(note)
    if one.formula.display and one.verdict.comparisons
]


@pytest.fixture(autouse=True)
def _own_snippets() -> Iterator[None]:
    yield
    Modules(ROOT)  # forgets what was imported from a small project


@pytest.fixture
def legends(project: Project) -> Legends:
    project.write("snippets/two.py", MODULE)
    return Legends(Modules(project.root))


def marked(formula: str) -> list[tuple[str, str]]:
    """The letters that are marked, with their numbers, in order."""
    found = ElementTree.fromstring(formula).iterfind(".//*[@data-symbol]")
    return [("".join(one.itertext()), one.attrib["data-symbol"]) for one in found]


def entries(html: str) -> list[tuple[str, str]]:
    """The symbols of a list and what is said of each, as plain text."""
    pairs = re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html)
    return [tuple(unescape(re.sub(r"<[^>]*>", "", part)) for part in pair) for pair in pairs]


@pytest.mark.parametrize(
    ("latex", "used", "expected"),
    [
        ("x = x", {"x"}, [("x", "0"), ("x", "0")]),
        (r"\bar x = W^\top x", {r"\bar x", "W", "x"}, [("x¯", "0"), ("W", "1"), ("x", "2")]),
        (r"C = \frac{1}{n} \sum_i C_i", {"C", "C_i", "n"}, [("C", "0"), ("n", "1"), ("C", "2")]),
        ("C_{j+1} = C_{i}", {"C", "C_i"}, [("C", "0"), ("C", "0")]),
        ("n_L + n + L", {"n_L", "n", "L"}, [("n", "0"), ("n", "1"), ("L", "2")]),
        ("x_L = W^{(L)}", {"x", "W", "L"}, [("x", "0"), ("L", "1"), ("W", "2"), ("L", "1")]),
        (r"w^\ast = w^2", {r"w^\ast", "w"}, [("w", "0"), ("w", "1")]),
        (r"\Delta \sigma(\Delta)", {r"\Delta", r"\sigma"}, [("Δ", "0"), ("σ", "1"), ("Δ", "0")]),
        (r"\frac{dC}{dx} = e^{-x}", {"C", "x"}, [("C", "0"), ("x", "1"), ("x", "1")]),
        (
            r"w \leftarrow w - x \le 1",
            {"w", "x", r"\le", r"\nabla"},
            [("w", "0")] * 2 + [("x", "1")],
        ),
    ],
)
def test_the_letters_of_a_formula_are_marked_by_symbol(
    legends: Legends, latex: str, used: set[str], expected: list[tuple[str, str]]
) -> None:
    legend = legends.of("two", latex, frozenset(used))
    assert marked(legend.formula) == expected
    assert len(entries(legend.entries)) == len(set(expected))
    unmarked = re.sub(r' data-symbol="\d+"', "", legend.formula)
    assert unmarked == mathml(latex, display=True).replace("&ApplyFunction;", "\u2061")


@pytest.mark.parametrize(
    ("name", "latex", "said"),
    [
        ("C", "C", "the loss of the batch · a number"),
        ("C_i", "C_i", "loss of sample i · members 0 and 1: each a number"),
        ("n", "n", "samples in the batch · a number, here 2"),
        ("L", "L", "number of layers, see network · a number, here 3"),
        (
            "W",
            "W^{(l)}",
            "weights of layer l, (nl, nl−1), a row for each neuron · "
            "layer 1: a 3 × 2 matrix; layers 2 to 4: each a 4 × 3 matrix",
        ),
        (r"\Delta", r"\Delta^{(1)}", "errors of a batch · layer 1: a 2 × 5 matrix"),
        ("x", "x", "the input’s column · a column of 3"),
        (r"\sigma", r"\sigma", "entry by entry · a function"),
        ("U", "U_j", "for each step j, its users · members 1 and 4: each a set"),
        ("s", "s", "defined by this formula"),
    ],
)
def test_meaning_and_size_are_said_in_words(
    legends: Legends, name: str, latex: str, said: str
) -> None:
    (entry,) = entries(legends.of("two", latex, frozenset({name})).entries)
    assert entry[1].replace("\u00a0", " ") == said


def test_words_stay_words_and_letters_become_formulas(legends: Legends) -> None:
    html = legends.of("two", "W", frozenset({"W"})).entries
    assert "<msub><mi>n</mi><mrow><mi>l</mi>" in html
    assert "a row" in html
    assert "<code>network</code>" in legends.of("two", "L", frozenset({"L"})).entries


def test_a_symbol_without_a_meaning_is_named_with_module_and_line(project: Project) -> None:
    project.note("two", "Back to [one](one.md). $$C = x^2, \\quad \\text{where } x = 2$$")
    body = 'def symbols(rng=None):\n    """What they mean.\n\n    C: the loss\n    """\n'
    project.write("snippets/two.py", f'"""Two."""\n\n\n{body}    return {{"C": 4.0, "x": 2.0}}\n')
    assert project.problems() == [
        "snippets/two.py:4:1: the docstring of symbols() does not say what x means: "
        "add a line NAME: meaning for each"
    ]


@pytest.mark.parametrize(
    "text", ["    return {'C': 4.0}\n", "    r'''C is it.'''\n    return {'C': 4.0}\n"]
)
def test_no_docstring_says_nothing(project: Project, text: str) -> None:
    project.note("two", "Back to [one](one.md). $$C = 4$$")
    project.write("snippets/two.py", f"def symbols(rng=None):\n{text}")
    assert [problem for problem in project.problems() if "does not say what C means" in problem]


def test_every_symbol_of_every_display_formula_is_marked_and_listed() -> None:
    assert len(FORMULAS) > 30
    legends = Legends(LIBRARY.modules)
    for one, module in FORMULAS:
        latex = one.formula.latex
        legend = legends.of(module, latex, one.verdict.used)
        numbers = [int(number) for _, number in marked(legend.formula)]
        assert sorted(set(numbers), key=numbers.index) == list(range(len(set(numbers)))), latex
        # The checker uses L for the range of a layer l as well, where no L stands in the formula.
        hidden = {"L"} if "L" not in latex else set()
        used = {
            name for name in one.verdict.used - hidden if not name.startswith((r"\nabla", r"\le"))
        }
        assert len(entries(legend.entries)) == len(used) == len(set(numbers)), latex
        for _, said in entries(legend.entries):
            assert said == "defined by this formula" or " · " in said or "dual" in said, latex


def test_each_page_lists_the_symbols_below_their_formula(site: Path) -> None:
    for note in LIBRARY.notes:
        html = (site / note.url / "index.html").read_text(encoding="utf-8")
        blocks = re.findall(
            r'<div class="formula"[^>]*>(<math.*?</math>)</div><details class="checked".*?>'
            r"<summary>✓ checked · symbols</summary>(<dl>.*?</dl>)<p>",
            html,
            re.DOTALL,
        )
        assert len(blocks) == html.count('<details class="checked"'), note.slug
        for formula, listed in blocks:
            assert {int(n) for _, n in marked(formula)} == set(range(len(entries(listed))))
    assert "data-symbol" in (site / "notes/backpropagation/index.html").read_text(encoding="utf-8")
