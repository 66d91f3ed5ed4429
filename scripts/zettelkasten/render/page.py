"""The parts that stand around the text of a note: its head, and what follows from its links."""

import re
from collections.abc import Callable, Iterable
from datetime import date
from html import escape
from posixpath import join, normpath

from ..formulas.published import Checked
from ..formulas.verdict import Verdict
from ..graph import ROUTE, Backlink, Graph
from ..links import RelationKind
from ..mathml import FormulaError, mathml
from ..modules import DRAWS
from ..note import Note, minutes
from ..problem import Problem
from ..revisions import day_in_words
from .addresses import between, link, words
from .neighbourhood import neighbourhood
from .path_bar import path_bar
from .sentence import sentence_html
from .symbols import Legends

TOP = "top"
"""Id of a page's title, to which "skip to content" leads."""
SHOWN = 6
"""Backlinks of one group that stand open; the rest folds away."""
STATUS: dict[str, str] = {
    "identity": "an identity",
    "definition": "a definition",
    "value": "a number",
    "update": "an update",
    "approximation": "an approximation, by its order",
    "asymptotic": "an order, by the slope that it has",
    "bound": "a bound, and where it is reached",
    "shape": "a shape",
}
"""What a formula of each status claims, in words."""

_BARE_LINK = re.compile(r'<li>(?P<link><a href="(?P<href>[^"]+)"[^>]*>(?:(?!</a>).)*</a>)</li>\n')
_BARE_LINKS = re.compile(r"<ul>\n(?P<items>(?:<li><a [^>]*>(?:(?!</a>).)*</a></li>\n)+)</ul>")
_COUNT = re.compile(r'(?P<tag><\w+ data-count="(?P<what>[^"]+)">)')
_DISPLAY = re.compile(r'<div class="formula".*?</div>', re.DOTALL)
_GROUP_TITLES: dict[RelationKind, str] = {
    "needs": "Needs this note",
    "cites": "Cites this source",
    "mentions": "Mentions",
}
_KNOWN = {
    "read": "The text itself was read.",
    "referenced": "Seen in independent references; the text itself was not read.",
    "unverified": "Not verified.",
}


def head(note: Note, graph: Graph) -> str:
    """Title, other names, claim and needs; of a literature note its facts, of a path its length.

    A page that is no note shows its claim to search engines only.
    """
    parts = [f'<h1 id="{TOP}">{words(note.title)}</h1>']
    if note.front["aliases"]:
        names = ", ".join(map(words, note.front["aliases"]))
        parts.append(f'<p class="aliases">Also called {names}</p>')
    if note.kind != "page":
        parts.append(f'<p class="claim">{words(note.claim)}</p>')
    if needs := graph.targets(note, "needs"):
        links = " · ".join(link(note, other) for other in needs)
        parts.append(f'<p class="needs"><b>Needs</b> {links}</p>')
    if note.kind == "source":
        parts.append(_facts(note))
    if steps := graph.steps(note):
        parts.append(_walk(note, steps, "Assumes", graph.assumed(note)))
    return "\n".join(parts) + "\n"


def tail(note: Note, graph: Graph, revised: date, repository: str = "") -> str:
    """Neighbours, leads to, what links here, sources and colophon."""
    return "\n".join(
        filter(
            None,
            [
                path_bar(note, graph),
                neighbourhood(note, graph) if note.kind != "path" else "",
                _leads_to(note, graph.leads_to(note)),
                _backlinks(note, graph),
                _references(note, graph.targets(note, "cites")),
                _colophon(note, revised, repository),
            ],
        )
    )


def with_claims(html: str, hub: Note, notes: Iterable[Note]) -> str:
    """A hub's lists of bare links, each link with the claim of the page that it leads to."""
    claims = {note.url: note.claim for note in notes}

    def entry(item: re.Match[str]) -> str:
        url = normpath(join(hub.url, item["href"])) + "/"
        return f"<dt>{item['link']}</dt><dd>{words(claims.get(url, ''))}</dd>"

    def entries(bare: re.Match[str]) -> str:
        return (
            f'<section class="leads-to"><dl>{_BARE_LINK.sub(entry, bare["items"])}</dl></section>'
        )

    return _BARE_LINKS.sub(entries, html)


def with_routes(html: str, path: Note, graph: Graph) -> str:
    """Fill in `<div data-route="SLUG"></div>`: what to read, in order, to understand a note."""

    def route(place: re.Match[str]) -> str:
        goals = [note for note in graph.notes if note.name == f"notes/{place['slug']}"]
        steps = [step for goal in goals for step in [*graph.before(goal), goal]]
        return _walk(path, steps, "In order", steps) if steps else place[0]

    return ROUTE.sub(route, html)


def with_marks(
    html: str, checked: Iterable[Checked], note: Note, module: str | None, legends: Legends
) -> str:
    """Put under each display formula what its symbols mean and how it was checked.

    `checked` holds the formulas in order; `module` is the one that their symbols come from.
    """
    checked = list(checked)
    for one in {one.formula.latex: one for one in checked if not one.formula.display}.values():
        if one.verdict.verdict != "holds":  # only a preview comes this far
            html = _with_reason(html, one)
    formulas = (one for one in checked if one.formula.display)

    def marked(place: re.Match[str]) -> str:
        one = next(formulas, None)
        if one and one.verdict.status == "schematic":
            return place[0] + _details("unchecked", "not checked", f"<p>{words(one.reason)}</p>")
        if one and one.verdict.verdict != "holds":
            return f'{place[0]}<p class="broken">{words(one.verdict.reason)}</p>'
        if not one or not module or not one.verdict.comparisons:
            return place[0]
        latex = one.formula.latex
        legend = legends.of(module, latex, one.verdict.used)
        formula = place[0].replace(mathml(latex, display=True), legend.formula)
        text = f"{legend.entries}<p>{_facts_of_check(one.verdict, module, note)}</p>"
        return formula + _details("checked", "✓ checked · symbols", text)

    return _DISPLAY.sub(marked, html)


def _with_reason(html: str, one: Checked) -> str:
    """Put beside a formula in a sentence, wherever it stands on the page, why it does not hold."""
    try:
        formula = mathml(one.formula.latex, display=False)
    except FormulaError:  # shown as it was typed
        return html
    return html.replace(formula, f'{formula} <b class="broken">{words(one.verdict.reason)}</b>')


def _facts_of_check(verdict: Verdict, module: str, note: Note) -> str:
    facts = [
        STATUS.get(verdict.status, verdict.status),
        f"{verdict.comparisons} comparisons in a worked example and {DRAWS} random draws",
        f"largest difference {verdict.error:.0e}" if verdict.error else "no difference",
        f'symbols from <a href="{between(note, f"snippets/{module}.py")}">{module}.py</a>',
        "sizes as in the worked example",
    ]
    if verdict.status == "value":
        facts[1] = "compared in the worked example"
    return " · ".join(facts)


def _details(kind: str, summary: str, html: str) -> str:
    return f'<details class="{kind}"><summary>{summary}</summary>{html}</details>'


def with_counts(html: str, count: Callable[[str], int]) -> str:
    """Fill in `<b data-count="notes"></b>`, so that no page holds a count that goes stale."""
    return _COUNT.sub(lambda place: f"{place['tag']}{count(place['what'])}", html)


def problems_box(problems: Iterable[Problem]) -> str:
    """What is wrong with a page, for the author who previews it."""
    items = "".join(f"<li>{escape(str(problem))}</li>" for problem in problems)
    title = "To mend before this can be published:"
    return f'<div class="problems"><p>{title}</p><ul>{items}</ul></div>'


def redirect(note: Note) -> str:
    """The page at a note's permanent address, `/z/ID/`, which sends readers to the note."""
    address, title = f"../../{note.url}", words(note.title)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{title}</title>"
        f'<meta name="description" content="{escape(note.claim)}">'
        f'<link rel="canonical" href="{address}"><meta name="robots" content="noindex">'
        f'<meta http-equiv="refresh" content="0; url={address}"></head>'
        f'<body><p>This note is at <a href="{address}">{title}</a>.</p></body></html>\n'
    )


def _walk(path: Note, steps: list[Note], name: str, notes: list[Note]) -> str:
    """How long it takes to read some notes, and a named line of links if there are any."""
    length = f"{_counted(len(steps), 'note')}, about {_counted(minutes(steps), 'minute')}"
    lines = {"Length": length, name: " · ".join(link(path, note) for note in notes)}
    return "\n".join(
        f'<p class="needs"><b>{name}</b> {line}</p>' for name, line in lines.items() if line
    )


def _counted(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def _facts(note: Note) -> str:
    """Who, what, where, when of a literature note, and how it is known."""
    front, link = note.front, note.front["link"] or ""
    address = f'<a href="{escape(link)}" rel="external">{escape(link.partition("://")[2])}</a>'
    rows = {
        "Who": words(front["authors"]),
        "What": f"<i>{words(front['work'])}</i>",
        "Where": words(front["venue"]),
        "When": front["year"],
        "Link": address if link else "",
        "How it is known": f"{_KNOWN.get(front['known'], '')} {words(front['read'])}",
    }
    cells = "".join(
        f'<tr><th scope="row">{name}</th><td>{value}</td></tr>'
        for name, value in rows.items()
        if value
    )
    return f'<table class="facts"><tbody>{cells}</tbody></table>'


def _leads_to(note: Note, others: list[Note]) -> str:
    if not others:
        return ""
    entries = "".join(
        f"<dt>{link(note, other)}</dt><dd>{words(other.claim)}</dd>" for other in others
    )
    return f'<section class="leads-to"><h2 id="leads-to">Leads to</h2><dl>{entries}</dl></section>'


def _backlinks(note: Note, graph: Graph) -> str:
    groups = graph.backlinks(note)
    if not groups:
        return ""
    parts = ['<section class="backlinks"><h2 id="what-links-here">What links here</h2>']
    for kind, entries in groups.items():
        parts.append(f'<h3>{_GROUP_TITLES[kind]} <span class="count">{len(entries)}</span></h3>')
        parts.append(_entries(note, entries[:SHOWN]))
        if rest := entries[SHOWN:]:
            folded = f"<summary>{len(rest)} more</summary>{_entries(note, rest)}"
            parts.append(f"<details>{folded}</details>")
    return "".join([*parts, "</section>"])


def _entries(note: Note, backlinks: list[Backlink]) -> str:
    return f"<dl>{''.join(_entry(note, backlink) for backlink in backlinks)}</dl>"


def _entry(note: Note, backlink: Backlink) -> str:
    """A page that links here, with each sentence that does, once; without any, its claim."""
    source = backlink.source
    title = f"<dt>{link(note, source)}</dt>"
    sentences = {}
    for relation in backlink.relations:
        if relation.link and relation.place not in sentences:
            href = f"{between(note, source.url)}#{relation.link.anchor}"
            sentences[relation.place] = sentence_html(relation, href)
    shown = sentences.values() or [words(source.claim)]
    return title + "".join(f"<dd>{sentence}</dd>" for sentence in shown)


def _references(note: Note, sources: list[Note]) -> str:
    if not sources:
        return ""
    items = "".join(
        f"<li>{words(source.front['authors'])} ({source.front['year']}), "
        f"<i>{words(source.front['work'])}</i>, {words(source.front['venue'])}. "
        f'<a href="{between(note, source.url)}">Literature note<span class="aside">: '
        f"{words(source.title)}</span></a></li>"
        for source in sources
    )
    return f'<section class="references"><h2 id="sources">Sources</h2><ul>{items}</ul></section>'


def _colophon(note: Note, revised: date, repository: str) -> str:
    parts = []
    if note.id:
        parts.append(f'Permanent id <a href="{between(note, f"z/{note.id}/")}">{note.id}</a>')
    if day := note.front["date"]:
        parts.append(f"first published {day_in_words(day)}")
        parts.append(f"revised {day_in_words(revised)}")
    if repository:
        history = f"{repository}/commits/main/docs/{note.file}"
        parts.append(f'<a href="{history}" rel="external">history of this note</a>')
        issue = f"{repository}/issues/new?title={note.slug}"
        parts.append(f'<a href="{issue}" rel="external">report an error</a>')
    return f'<p class="colophon">{" · ".join(parts)}</p>' if parts else ""
