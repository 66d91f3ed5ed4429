"""Addresses between pages, which keep working wherever the site is put."""

from ..note import Note

ROOT = "site-root:"
"""Stands for the way to the site's root in HTML that does not know its own page."""


def between(source: Note, target: str) -> str:
    """Relative address from a page to a place below the site's root."""
    return ("../" * source.url.count("/") or "./") + target


def from_root(html: str, source: Note) -> str:
    """Resolve the addresses that a rendered part gave from the site's root."""
    return html.replace(f'"{ROOT}', f'"{between(source, "")}')
