"""Python for the reader's browser, the snippets that it runs, and what draws their figures."""

import base64
import json
from pathlib import Path

from .fetched import Fetcher
from .third_party import PYODIDE, PYODIDE_VERSION

FOLDER = f"assets/pyodide/{PYODIDE_VERSION}/"
"""Where it is served."""
_HERE = Path(__file__).parent
LICENCES = f"""\
Pyodide {PYODIDE_VERSION} (pyodide.mjs, pyodide.asm.mjs, pyodide.asm.wasm) is under the Mozilla
Public License 2.0; its source is at https://github.com/pyodide/pyodide.
Python, of which python_stdlib.zip is the standard library, is under the licence of the Python
Software Foundation: https://docs.python.org/3/license.html.
NumPy is under the BSD 3-Clause License; its wheel holds this and the licences of its parts.
All are served here as they were published.
"""


def runtime(fetcher: Fetcher) -> list[Path]:
    """Its files. Raises `NotFetchedError` if one is not to be had: it is of use as a whole only."""
    return [fetcher.path(wanted) for wanted in PYODIDE]


def packed(files: list[Path], modules: dict[str, str], data: list[Path]) -> str:
    """What a page needs to run something: files with their sizes, texts by path, data by name."""
    tools = [_HERE / f"{name}.py" for name in ("in_page", "cells", "data", "plot")]
    texts = {f"scripts/{file.relative_to(_HERE.parent)}": file for file in (*tools, *_drawing())}
    known = {
        "folder": FOLDER,
        "files": {file.name: file.stat().st_size for file in files},
        "modules": modules,
        "data": {file.name: base64.b64encode(file.read_bytes()).decode() for file in data},
        "runner": {place: file.read_text(encoding="utf-8") for place, file in texts.items()},
    }
    return json.dumps(known, ensure_ascii=False)


def _drawing() -> list[Path]:
    return sorted(file for file in (_HERE / "figures").iterdir() if file.is_file())
