"""Run one lab in a process of its own, and write down what it showed.

    python -m zettelkasten.run_lab LAB.py RESULT.json ROOT

The result has for each cell of code, by its line, what it printed and the figure that its last line
gave; the failure that ended the run, if there was one; and every file below the root that was read.
"""

import contextlib
import io
import json
import sys
import time
import traceback
import warnings
from pathlib import Path
from typing import Any

from zettelkasten.cells import run_cell
from zettelkasten.percent import Cell, cells


def main(lab: Path, result: Path, root: Path) -> None:
    """Run all cells, saying on the standard error output how far it is."""
    opened: set[str] = set()
    sys.addaudithook(lambda event, facts: opened.add(str(facts[0])) if event == "open" else None)
    started = time.monotonic()
    _say(f"Running {lab.name}:")
    found = _run(lab)
    _say(f" ({time.monotonic() - started:.1f} s)\n")
    imported = {getattr(module, "__file__", None) or "" for module in [*sys.modules.values()]}
    read = {Path(file).resolve() for file in opened | imported}
    found["read"] = sorted(str(file) for file in read if _is_ours(file, root))
    result.write_text(json.dumps(found), encoding="utf-8")


def _is_ours(file: Path, root: Path) -> bool:
    """Whether a file belongs to the project, and not to Python, a package or a cache."""
    for folder in (root, Path(__file__).parent):
        if file.is_relative_to(folder) and file.is_file():
            parts = file.relative_to(folder).parts
            return not any(part.startswith((".", "__pycache__")) for part in parts)
    return False


def _run(lab: Path) -> dict[str, Any]:
    shown: dict[int, dict[str, str]] = {}
    namespace = {"__name__": "__main__", "__file__": str(lab)}
    warnings.simplefilter("error")
    for number, cell in enumerate(_code(lab), start=1):
        _say(f" {number}")
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                figure = run_cell(cell.code, str(lab), namespace, cell.line)
        except (Exception, SystemExit) as error:
            return {"cells": shown, "failure": _name(error), "line": _line(error, cell, str(lab))}
        shown[cell.line] = {"output": printed.getvalue(), "figure": figure}
    return {"cells": shown, "failure": "", "line": 1}


def _code(lab: Path) -> list[Cell]:
    return [cell for cell in cells(lab.read_text(encoding="utf-8")) if not cell.is_text]


def _name(error: BaseException) -> str:
    return traceback.format_exception_only(error)[-1].strip()


def _line(error: BaseException, cell: Cell, file: str) -> int:
    """The line of the lab at which an error arose, or was called forth."""
    if isinstance(error, SyntaxError) and error.filename == file:
        return error.lineno or cell.line
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame.lineno for frame in frames if frame.filename == file and frame.lineno]
    return own[-1] if own else cell.line


def _say(message: str) -> None:
    print(message, end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(*(Path(argument).resolve() for argument in sys.argv[1:]))
