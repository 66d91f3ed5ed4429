"""Make a note with its snippet and its test, all three passing as they stand.

    python3 scripts/new_note.py "Chain rule for one variable"

The note is listed under "New" on the page of all notes. Nothing that exists is overwritten.
"""

import argparse
import datetime
import json
import keyword
import sys
from pathlib import Path

import environment

NOTE = """\
---
id: {id}
title: {title}
claim: {claim}
aliases: []
needs: []
sources: []
date: {date}
---

Say in plain words what this is and why it matters. Then give the formula, and show it running:

```python output
--8<-- "snippets/{module}.py:example"
```
"""
SNIPPET = '''\
"""Say the idea here, with its formula in the note's notation.

Source: name it, or say that the example is ours.
"""


# --8<-- [start:example]
def example():
    """Every number that the note prints, by name."""
    return {{"one": 1.0}}


# --8<-- [end:example]


def symbols(rng=None):
    """What the symbols of the note mean. Give each that a formula uses, by its LaTeX name."""
    return {{}}


if __name__ == "__main__":
    print(example())
'''
TEST = '''\
"""What must hold of this note's numbers; compare them with an independent derivative."""

from snippets.{module} import example


def test_numbers() -> None:
    assert example() == {{"one": 1.0}}
'''
NEW = "## New\n\n"
DIRECTORY = "docs/notes/index.md"


def main() -> int:
    """Read the command line, prepare the environment, and write the three files."""
    parser = argparse.ArgumentParser(description="Make a note with its snippet and test.")
    parser.add_argument("title", help="title of the note, in plain words")
    title = " ".join(parser.parse_args().title.split())
    environment.enter("site")

    from markdown.extensions.toc import slugify
    from zettelkasten.front_matter import KEYS
    from zettelkasten.note import SLUG, read_notes

    slug = slugify(title.replace("_", " "), "-")
    module = slug.replace("-", "_")
    if not KEYS["title"].holds(title) or not SLUG.fullmatch(slug) or keyword.iskeyword(module):
        parser.error(f"no file can be named after '{title}': use plain words, a letter first")
    root = environment.ROOT
    files = {
        f"docs/notes/{slug}.md": NOTE,
        f"snippets/{module}.py": SNIPPET,
        f"tests/snippets/test_{module}.py": TEST,
    }
    existing = [path for path in files if (root / path).exists()]
    if existing:
        parser.error(f"{' and '.join(existing)} is there already: choose another title")
    now = _free_time({note.id for note in read_notes(root / "docs", root)})
    words = {
        "id": f"{now:%Y-%m-%dt%H-%M-%Sz}",
        "title": json.dumps(title, ensure_ascii=False),
        "claim": json.dumps(f"{title}: say the idea in one sentence.", ensure_ascii=False),
        "date": f"{now:%Y-%m-%d}",
        "module": module,
    }
    for path, template in files.items():
        (root / path).write_text(template.format(**words), encoding="utf-8")
        print(f"wrote {path}")
    _list(root / DIRECTORY, f"- [{title}]({slug}.md)")
    print(f"listed it in {DIRECTORY}; now write, and run: python3 scripts/check.py")
    return 0


def _free_time(ids: set[str]) -> datetime.datetime:
    """Now, or the first second after it whose id is not taken."""
    now = datetime.datetime.now(datetime.UTC)
    while f"{now:%Y-%m-%dt%H-%M-%Sz}" in ids:
        now += datetime.timedelta(seconds=1)
    return now


def _list(directory: Path, line: str) -> None:
    """Put a line first under the heading "New", which is made at the end if it is not there."""
    text = directory.read_text(encoding="utf-8")
    if NEW not in text:
        text = text.rstrip("\n") + f"\n\n{NEW}"
    directory.write_text(text.replace(NEW, NEW + line + "\n", 1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
