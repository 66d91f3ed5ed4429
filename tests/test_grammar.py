"""The grammar of formulas: what the house notation allows is read, all else has a place."""

import random

import pytest
from zettelkasten.formulas import tree
from zettelkasten.formulas.grammar import FormulaSyntaxError, parse
from zettelkasten.library import Library
from zettelkasten.markup import Formula

from tests.conftest import ROOT

LATEX = [
    token.latex
    for note in Library(ROOT, ROOT / "docs").notes
    for token in note.markup.tokens
    if isinstance(token, Formula)
]


def test_every_published_formula_is_read() -> None:
    assert len(LATEX) > 300
    for latex in LATEX:
        parse(latex)


@pytest.mark.parametrize(
    "latex",
    [
        r"\left.\frac{d}{dx} f(x)\right|_{x=1}",
        r"f''(x) = \frac{d^2 f}{dx^2}",
        r"\begin{aligned} a &= b + c \\ &= d \\ e &= f \end{aligned}",
        r"f(x) = \begin{cases} x & \text{if } x > 0 \\ 0 & \text{if } x \le 0 \end{cases}",
        r"\lim_{h \to 0} \frac{f(x+h)-f(x)}{h}",
        r"J = J^{(L)} J^{(L-1)} \cdots J^{(1)}",
        r"\binom{c+t}{c} = \sum_{i=0}^{c} \binom{c}{i}",
        r"\mathbb{E}_B[C_i] = C",
        r"\hat m / (\sqrt{\hat v} + \epsilon)",
        r"\operatorname{Im} f(x + \mathrm{i} h) / h",
        r"\frac{\partial^2 f}{\partial x_i \partial x_j}",
        r"f(x + h) = f(x) + O(h^2)",
        r"x^\ast = \arg\min_x f(x)",
        r"\max(a, b) \ge a",
        r"W^{(l)\top} = (W^{(l)})^\top",
        r"\mathbb{1}[i = j]",
        r"\begin{bmatrix} a & \cdots & b \\ \vdots & \ddots & \vdots \\ c & \cdots & d"
        r"\end{bmatrix}",
        r"w \leftarrow w - \eta \nabla C",
        r"x \in \{0, 1\}",
        r"\sqrt[3]{x}",
        r"a = b \quad \text{for } l < L",
        r"a \approx b \quad (h \to 0)",
        r"a = b \qquad \text{where } a = 2c, b = d",
    ],
)
def test_what_notes_on_this_subject_need_is_read(latex: str) -> None:
    parse(latex)


@pytest.mark.parametrize(
    ("plain", "dressed"),
    [
        (r"(a) + b", r"\left( a \right)  +\, b"),
        (r"\frac{a}{b}", r"\tfrac{a}{b}"),
        (r"\frac{a}{b}", r"\displaystyle \dfrac a b"),
        (r"w_{jk}", r"w _ { j k }"),
        (r"z_j^{(l)}", r"z_{j}^{(l)}"),
        (r"\operatorname{relu}(z)", r"\operatorname{ relu } \big( z \big)"),
    ],
)
def test_dress_changes_nothing(plain: str, dressed: str) -> None:
    assert shape(parse(plain)) == shape(parse(dressed))


def shape(node: object) -> object:
    """A tree without its positions, and single signs as if in braces."""
    if isinstance(node, tree.Node):
        fields = [getattr(node, name) for name in node.__slots__]
        if isinstance(node, tree.Statement):
            fields = [node.sides, node.relations]
        return (type(node).__name__, *map(shape, fields))
    return tuple(map(shape, node)) if isinstance(node, tuple) else node


def test_aligned_rows_go_on_with_the_row_above() -> None:
    formula = parse(r"\begin{aligned} a &= b \\ &\le c \\ d &= e \end{aligned}")
    assert [statement.relations for statement in formula.statements] == [("=", "≤"), ("=",)]


def test_scripts_in_any_order() -> None:
    (first,), (second,) = (
        parse(latex).statements[0].sides[0].terms[0][1].factors
        for latex in (r"z_j^{(l)}", r"z^{(l)}_j")
    )
    assert isinstance(first, tree.Scripted)
    assert isinstance(second, tree.Scripted)
    assert shape(first.below) == shape(second.below)
    assert shape(first.above) == shape(second.above)


@pytest.mark.parametrize(
    ("latex", "offset", "message"),
    [
        (r"a = \foo x", 4, r"\foo is not in the house notation here"),
        (r"a + ", 4, "the formula ends too early"),
        (r"\frac{a}{b", 10, "the formula ends too early"),
        (r"|x|", 0, r"a bare bar has no direction: write \lvert … \rvert"),
        (r"a \text{hello} b", 2, r"\text is not in the house notation here"),
        (r"a}", 1, "} is not expected here"),
        (r"a == b", 3, "= is not expected here"),
        (r"x # y", 2, "'#' is not in the house notation here"),
        (r"\begin{aligned} &= b \end{aligned}", 16, "nothing before its relation"),
    ],
)
def test_all_else_is_refused_with_its_place(latex: str, offset: int, message: str) -> None:
    with pytest.raises(FormulaSyntaxError) as refusal:
        parse(latex)
    assert message in str(refusal.value)
    assert refusal.value.offset == offset


PIECES = [*"abxyl123+-=<>(){}[]_^'&,/ ", r"\frac", r"\sum", r"\delta", r"\left(", r"\right)"]
PIECES += [
    r"\begin{aligned}",
    r"\end{aligned}",
    r"\\",
    r"\quad",
    r"\text{for }",
    r"\bar",
    r"\nabla",
]
PIECES += [r"\left.", r"\right|", "|", "é", "\\", r"\sqrt", r"\mathbf{1}", r"\cdots", r"\top"]


@pytest.mark.parametrize("seed", range(300))
def test_nonsense_never_crashes_and_always_has_a_place(seed: int) -> None:
    chance = random.Random(seed)
    latex = "".join(chance.choices(PIECES, k=chance.randrange(1, 25)))
    if seed % 2:
        whole = chance.choice(LATEX)
        latex = whole[: chance.randrange(len(whole) + 1)]
    refusal = refused(latex)
    if refusal:
        assert 0 <= refusal.offset <= len(latex)
        assert str(refusal)


def refused(latex: str) -> FormulaSyntaxError | None:
    """What the parser says against a formula, if anything; any other error fails the test."""
    try:
        parse(latex)
    except FormulaSyntaxError as refusal:
        return refusal
    return None
