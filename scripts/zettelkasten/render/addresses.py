"""Links between pages, which keep working wherever the site is put."""

from html import escape

from ..note import Note

ROOT = "site-root:"
"""Stands for the way to the site's root in HTML that does not know its own page."""


def between(source: Note, target: str) -> str:
    """Relative address from a page to a place below the site's root."""
    return ("../" * source.url.count("/") or "./") + target


def from_root(html: str, source: Note) -> str:
    """Resolve the addresses that a rendered part gave from the site's root."""
    return html.replace(f'"{ROOT}', f'"{between(source, "")}')


def words(text: str) -> str:
    """Plain text from front matter as HTML."""
    return escape(text, quote=False).replace("'", "’")


def link(source: Note, target: Note) -> str:
    """A link to a page with its title."""
    return f'<a href="{between(source, target.url)}">{words(target.title)}</a>'
