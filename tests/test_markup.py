"""The parser of notes: tokens with exact positions, sentences, and no failure on any text."""

import random
from itertools import pairwise

import pytest
from zettelkasten.markup import Code, Fence, Formula, Heading, Link, Markup, Token, scan


def found(text: str, kind: type[Token]) -> list[str]:
    return [text[token.start : token.end] for token in scan(text).tokens if isinstance(token, kind)]


def test_formulas_in_lines_and_in_display() -> None:
    text = "Let $a_i$ and $b$ be.\n\n$$\na = b\n$$\n\nSo $$c$$."
    assert found(text, Formula) == ["$a_i$", "$b$", "$$\na = b\n$$", "$$c$$"]
    assert [token.display for token in scan(text).tokens] == [False, False, True, True]


@pytest.mark.parametrize(
    "text",
    [
        "It costs \\$5 or \\$6.",
        "`$x$` and ``a ` $y$``",
        "```python\n$x$\n```\n",
        "<!-- $x$ [a](b.md) -->",
    ],
)
def test_what_is_no_formula(text: str) -> None:
    assert found(text, Formula) == []
    assert scan(text).flaws == ()


def test_links_with_brackets_formulas_and_titles() -> None:
    text = 'See [a [b] $x[0](1)$](one.md "T"), [c](<two.md>), ![d](e.png) and `[f](g.md)`.'
    links = [token for token in scan(text).tokens if isinstance(token, Link)]
    assert [(link.label, link.target, link.image) for link in links] == [
        ("a [b] $x[0](1)$", "one.md", False),
        ("c", "two.md", False),
        ("d", "e.png", True),
    ]


def test_a_link_over_two_lines() -> None:
    assert found("a [b\nc](d.md) e", Link) == ["[b\nc](d.md)"]


def test_anchors_of_links_and_headings_are_unique() -> None:
    text = "## To one\n\n[a](one.md) [b](one.md#x)\n\n## Why? {#why}\n\n## Why\n"
    anchors = [token.anchor for token in scan(text).tokens if isinstance(token, Link | Heading)]
    assert anchors == ["to-one", "to-one-2", "to-one-3", "why", "why-2"]


def test_a_link_inside_a_heading_is_found() -> None:
    markup = scan("## On [one](one.md) and $x$\n")
    assert [type(token) for token in markup.tokens] == [Heading, Link, Formula]
    assert markup.anchors == {"on-one-and-x"}


def test_a_fence_ends_at_its_own_mark() -> None:
    (fence,) = scan("a\n\n````python output\n```\nx\n```\n````\nb").tokens
    assert isinstance(fence, Fence)
    assert (fence.info, fence.body) == ("python output", "```\nx\n```\n")


def test_positions_count_from_one() -> None:
    markup = scan("a\n\n  $x$")
    assert markup.position(markup.tokens[0].start) == (3, 3)


def context(text: str) -> str:
    markup = scan(text)
    link = next(token for token in markup.tokens if isinstance(token, Link))
    start, end = markup.sentence(link)
    return text[start:end]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("One. Two [x](x.md) two.\nThree.", "Two [x](x.md) two."),
        ("It is $a. b$ here, e.g. [x](x.md). Next.", "It is $a. b$ here, e.g. [x](x.md)."),
        ("By S. Linnainmaa, see [x](x.md)! $y$ is next.", "By S. Linnainmaa, see [x](x.md)!"),
        ("First.\n\n- item\n- see [x](x.md)\n  and more. Last.", "see [x](x.md)\n  and more."),
        ("1. see [x](x.md)\n2. other", "see [x](x.md)"),
        ("## All about [x](x.md)\ntext", "All about [x](x.md)"),
        ("| a | b [x](x.md) |\n| --- | --- |", "b [x](x.md)"),
        ('!!! mistake "M"\n    Do not [x](x.md). Ever.', "Do not [x](x.md)."),
        ("> quoted [x](x.md)\n\nafter", "quoted [x](x.md)"),
        ('Called *back.* "See" [x](x.md)', '"See" [x](x.md)'),
        ("before\n\n$$\ny\n$$\n\nafter [x](x.md)", "after [x](x.md)"),
    ],
)
def test_the_sentence_around_a_link(text: str, sentence: str) -> None:
    assert context(text) == sentence


def test_masking_keeps_every_position() -> None:
    text = "a `b` $c$\n\n```x\ny\n```\n[d](e.md)"
    masked = scan(text).masked
    assert len(masked) == len(text)
    assert [i for i, c in enumerate(masked) if c == "\n"] == [
        i for i, c in enumerate(text) if c == "\n"
    ]
    assert "b" not in masked
    assert "e.md" not in masked


PIECES = ["$", "$$", "`", "```", "\n", "\n\n", "[", "](", ")", "x", "a.md", "#", "## ", "\\", "| "]
PIECES += ["<!--", "-->", "!!! ", "    ", "- ", "{#a}", "~~~", "![", "*", "é", "1. "]


@pytest.mark.parametrize("seed", range(200))
def test_any_text_can_be_scanned(seed: int) -> None:
    """Tokens and flaws lie within the text; opaque tokens do not overlap; sentences exist."""
    text = "".join(random.Random(seed).choices(PIECES, k=60))
    markup = scan(text)
    for token in markup.tokens:
        assert 0 <= token.start < token.end <= len(text)
        start, end = markup.sentence(token)
        assert 0 <= start <= end <= len(text)
    assert all(0 <= flaw.offset < len(text) for flaw in markup.flaws)
    opaque = [token for token in markup.tokens if isinstance(token, Fence | Formula | Code)]
    assert all(a.end <= b.start for a, b in pairwise(opaque))


def test_scanning_is_linear_in_practice() -> None:
    """A pathological text must not hang the preview; the parser has no nested repetition."""
    assert isinstance(scan("[" * 5000 + "$" * 5001 + "`" * 5000), Markup)
