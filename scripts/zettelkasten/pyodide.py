"""Python for the reader's browser, and the snippets that it runs."""

import json
from pathlib import Path

from .fetched import Fetcher
from .third_party import PYODIDE, PYODIDE_VERSION

FOLDER = f"assets/pyodide/{PYODIDE_VERSION}/"
"""Where it is served."""
_RUNNER = Path(__file__).with_name("in_page.py")
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


def packed(files: list[Path], modules: dict[str, str]) -> str:
    """What the page needs to know to run a module: files with their sizes, and all modules."""
    runner = _RUNNER.read_text(encoding="utf-8")
    sizes = {file.name: file.stat().st_size for file in files}
    known = {"folder": FOLDER, "files": sizes, "modules": modules, "runner": runner}
    return json.dumps(known, ensure_ascii=False)
