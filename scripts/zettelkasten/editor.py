"""Prism Code Editor, the library in which readers change programs, as it is served."""

import gzip
import io
import re
import tarfile
from pathlib import PurePosixPath
from posixpath import dirname, join, normpath

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
    unpacked = io.BytesIO(gzip.decompress(fetcher.path(PRISM_CODE_EDITOR).read_bytes()))
    with tarfile.open(fileobj=unpacked) as package:

        def read(file: str) -> str:
            return package.extractfile(f"package/{file}").read().decode()

        found = {"LICENSE": read("LICENSE")}
        waiting = list(ENTRIES)
        while waiting:
            file = waiting.pop()
            if file not in found:
                text = read(f"dist/{file}")
                found[file] = smaller(text, PurePosixPath(file).suffix)
                imported = (one["file"] for one in _IMPORT.finditer(text))
                waiting += [normpath(join(dirname(file), other)) for other in imported]
    return {FOLDER + file: text for file, text in found.items()}
