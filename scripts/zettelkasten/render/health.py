"""What authors may look into, as a page: a table of counts, then what was found, with its place."""

import re

from ..health import Finding, findings
from ..library import Library
from ..note import Note
from .addresses import link, words

_PLACE = re.compile(r"<div data-health>")


def with_health(html: str, page: Note, library: Library) -> str:
    """Fill in `<div data-health></div>`."""
    return _PLACE.sub(lambda place: place[0] + _health(page, library), html)


def _health(page: Note, library: Library) -> str:
    found = dict(sorted(findings(library).items(), key=lambda item: not item[1]))
    rows = "".join(
        f'<tr><td>{_linked(number, what, some)}</td><td align="right">{len(some)}</td></tr>'
        for number, (what, some) in enumerate(found.items())
    )
    parts = [f"<table><thead><tr><th>Looked for</th><th>Found</th></tr></thead>{rows}</table>"]
    for number, (what, some) in enumerate(found.items()):
        if some:
            entries = "".join(_entry(page, finding) for finding in some)
            parts.append(f'<h2 id="found-{number}">{what}</h2><ul>{entries}</ul>')
    return "".join(parts)


def _linked(number: int, what: str, some: list[Finding]) -> str:
    return f'<a href="#found-{number}">{what}</a>' if some else what


def _entry(page: Note, finding: Finding) -> str:
    place = f"<code>{finding.page.shown}:{finding.line}</code>"
    paste = f" <code>{words(finding.paste)}</code>" if finding.paste else f" {words(finding.text)}"
    return f"<li>{link(page, finding.page)} {place}{paste}</li>"
