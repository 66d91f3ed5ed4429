"""A sentence of a note as HTML, to stand as context elsewhere."""

import re
from html import escape

from ..links import Relation
from ..markup import Code, Formula, Link, Markup
from ..mathml import FormulaError, inline

_SPACE = re.compile(r"\s+")
_ESCAPE = re.compile(r"\\([\\`*_{}\[\]()#+\-.!$])")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(?P<strong>.+?)(?<=\S)\1|([*_])(?=\S)(?P<em>.+?)(?<=\S)\3")
_CURLY = [
    (re.compile(r"(?<=\w)'"), "’"),
    (re.compile(r"(^|(?<=[\s(\[—]))'"), "‘"),
    (re.compile(r'(^|(?<=[\s(\[—]))"'), "“"),
    (re.compile(r'"'), "”"),
    (re.compile(r"'"), "’"),
]


def sentence_html(relation: Relation, href: str) -> str:
    """The sentence around a link; the link's own words are marked and lead to its place."""
    markup, link = relation.source.markup, relation.link
    if not link:
        return ""
    start, end = relation.place
    before = _inline(markup, start, link.start)
    after = _inline(markup, link.end, end)
    words = _inline(markup, link.label_start, link.label_start + len(link.label))
    return f'{before}<a href="{escape(href)}"><mark>{words}</mark></a>{after}'


def _inline(markup: Markup, start: int, end: int) -> str:
    """Running text as HTML: formulas, code and emphasis; links become their words."""
    text, pieces, position = markup.text, [], start
    for token in markup.between(start, end):
        if token.start < position:  # inside a link whose words were written already
            continue
        first, last = token.start, token.end
        match token:
            case Formula():
                outer = markup.with_punctuation(token)
                first, last = max(outer[0], position), min(outer[1], end)
                html = _formula(token.latex, text[first : token.start], text[token.end : last])
            case Code(code=code):
                html = f"<code>{escape(code, quote=False)}</code>"
            case Link(label=label, label_start=label_start):
                html = _inline(markup, label_start, label_start + len(label))
            case _:
                html = ""
        pieces += [_text(text[position:first]), html]
        position = last
    return "".join([*pieces, _text(text[position:end])])


def _formula(latex: str, before: str, after: str) -> str:
    try:
        return inline(latex, before, after)
    except FormulaError:
        return f"{before}<code>{escape(latex, quote=False)}</code>{after}"


def _text(text: str) -> str:
    """Plain words with emphasis and curly quotes."""
    text = _SPACE.sub(" ", text)
    if "\\" in text:
        text = _ESCAPE.sub(r"\1", text)
    if "'" in text or '"' in text:
        for straight, curly in _CURLY:
            text = straight.sub(curly, text)
    text = escape(text, quote=False)
    return _EMPHASIS.sub(_emphasis, text) if "*" in text or "_" in text else text


def _emphasis(match: re.Match[str]) -> str:
    return f"<b>{match['strong']}</b>" if match["strong"] else f"<i>{match['em']}</i>"
