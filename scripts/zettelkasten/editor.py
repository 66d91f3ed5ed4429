"""Prism Code Editor, the library in which readers change programs, as it is served."""

import io
import posixpath
import re
import tarfile
from pathlib import PurePosixPath

from .fetched import Fetcher
from .render.assets import smaller
from .third_party import PRISM_CODE_EDITOR

FOLDER = "assets/prism-code-editor/"
"""Where it is served."""
ENTRIES = (
    "index.js",
    "extensions/commands/index.js",
    "languages/python.js",
    "prism/languages/python.js",
    "layout.css",
)
"""What `edit.js` asks for; what these import comes with them."""
_IMPORT = re.compile(r'^(?:import|export)\b[^;"]*"(?P<file>\.[^"]+)"', re.MULTILINE)


def editor(fetcher: Fetcher) -> dict[str, str]:
    """Its files and its licence, by place. Raises `NotFetchedError`."""
    data = fetcher.path(PRISM_CODE_EDITOR).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        texts = {
            member.name.removeprefix("package/"): package.extractfile(member).read().decode()
            for member in package
            if member.isfile()
        }
    found: dict[str, str] = {"LICENSE": texts["LICENSE"]}
    waiting = list(ENTRIES)
    while waiting:
        file = waiting.pop()
        if file not in found:
            text = texts[f"dist/{file}"]
            found[file] = smaller(text, PurePosixPath(file).suffix)
            folder = posixpath.dirname(file)
            for imported in _IMPORT.finditer(text):
                waiting.append(posixpath.normpath(posixpath.join(folder, imported["file"])))
    return {FOLDER + file: text for file, text in found.items()}
