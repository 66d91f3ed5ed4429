"""The knowledge base for other programs: its graph, a feed, and a table of contents in Markdown."""

import json
from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from .graph import Graph
from .note import Kind, Note
from .revisions import Revisions

ENTRIES = 20
"""Pages in the feed."""
_TITLES: dict[Kind, str] = {"path": "Paths", "note": "Notes", "lab": "Labs", "source": "Sources"}


def graph_json(graph: Graph) -> str:
    """The graph with one note or relation a line, so that versions can be compared."""
    parts = (
        f'"{key}": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n]"
        for key, rows in graph.as_json().items()
    )
    return "{" + ",\n".join(parts) + "}\n"


def llms_txt(name: str, description: str, pages: Sequence[Note], address: str) -> str:
    """The pages with their claims by kind, as https://llmstxt.org describes it."""
    parts = [f"# {name}\n\n> {description}\n"]
    for kind, title in _TITLES.items():
        lines = [
            f"- [{page.title}]({address}{page.url}): {page.claim}"
            for page in pages
            if page.kind == kind
        ]
        if lines:
            parts.append("\n".join([f"## {title}\n", *lines]) + "\n")
    return "\n".join(parts)


def feed(name: str, pages: Sequence[Note], revisions: Revisions, address: str) -> str:
    """An Atom feed of the pages that were changed last."""
    root = Element("feed", xmlns="http://www.w3.org/2005/Atom")
    newest = revisions.newest([page for page in pages if page.id], ENTRIES)
    SubElement(root, "title").text = name
    SubElement(root, "id").text = address
    SubElement(root, "link", rel="alternate", href=address)
    SubElement(root, "link", rel="self", href=f"{address}feed.xml")
    SubElement(SubElement(root, "author"), "name").text = name
    SubElement(root, "updated").text = max(map(revisions.moment, newest)).isoformat()
    for page in newest:
        entry = SubElement(root, "entry")
        SubElement(entry, "title").text = page.title
        SubElement(entry, "id").text = f"{address}z/{page.id}/"
        SubElement(entry, "link", rel="alternate", href=address + page.url)
        SubElement(entry, "updated").text = revisions.moment(page).isoformat()
        SubElement(entry, "summary").text = page.claim
    indent(root)
    return tostring(root, encoding="unicode", xml_declaration=True) + "\n"
