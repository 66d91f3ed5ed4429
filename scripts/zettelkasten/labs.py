"""Labs: percent scripts in `docs/labs`, each run in a process of its own, and only when it changed.

What a run showed is kept in `.cache/labs`, beside the digests of all files that it read (the lab,
the snippets, the data, the machinery) and the versions of all packages. While these stay the same,
so does the result, and nothing is run.
"""

import contextlib
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .kept import packages

LONGEST = 120
"""Seconds after which a run is ended."""
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""The order of a sum, and with it the last digit, must not depend on how many cores there are."""


@dataclass(frozen=True)
class Shown:
    """What a cell printed, and the SVG of its figure, if it has one."""

    output: str
    figure: str


@dataclass(frozen=True)
class LabRun:
    """What the cells of a lab showed, by the line that begins each; or where it failed and why."""

    cells: dict[int, Shown]
    failure: str = ""
    line: int = 1

    @property
    def output(self) -> str:
        """All that was printed."""
        return "\n".join(cell.output for cell in self.cells.values())


class Labs:
    """Runs the labs of a project, each at most once."""

    def __init__(self, root: Path, docs: Path) -> None:
        self._root = root
        self._folder = docs / "labs"
        self._runs: dict[str, LabRun] = {}

    def data(self) -> list[Path]:
        """The files of data, without those that say where they come from."""
        return sorted(self._folder.glob("data/*.gz"))

    def run(self, name: str) -> LabRun:
        """What a lab shows, from the cache if nothing that it read has changed."""
        if name not in self._runs:
            if not (self._folder / f"{name}.py").is_file():
                return LabRun({}, f"there is no lab {name}.py")
            kept = self._root / ".cache" / "labs" / f"{name}.json"
            found = self._kept(kept) or self._made(name, kept)
            cells = {int(line): Shown(**cell) for line, cell in found["cells"].items()}
            self._runs[name] = LabRun(cells, found["failure"], found["line"])
        return self._runs[name]

    def _kept(self, file: Path) -> dict[str, Any] | None:
        """A result in the cache, or nothing if there is none that still holds."""
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        same = found["packages"] == list(packages()) and found["read"] == self._digests(
            found["read"]
        )
        return found if same else None

    def _made(self, name: str, kept: Path) -> dict[str, Any]:
        """The result of a run; one without failure is put into the cache."""
        found = self._run(self._folder / f"{name}.py")
        if not found["failure"]:
            found["read"] = self._digests(map(self._relative, found["read"]))
            found["packages"] = list(packages())
            with contextlib.suppress(OSError):  # where nothing may be written, it is run each time
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_text(json.dumps(found, indent=1), encoding="utf-8")
        return found

    def _run(self, lab: Path) -> dict[str, Any]:
        machinery = Path(__file__).parents[1]
        path = os.pathsep.join(map(str, (self._root, machinery)))
        with tempfile.TemporaryDirectory() as folder:
            result = Path(folder) / "result.json"
            command = [sys.executable, "-B", "-m", "zettelkasten.run_lab", lab, result, self._root]
            try:
                ended = subprocess.run(
                    command,
                    cwd=self._root,
                    env=os.environ | _ONE_THREAD | {"PYTHONPATH": path},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    timeout=LONGEST,
                )
            except subprocess.TimeoutExpired:
                return _failed(f"takes longer than {LONGEST} seconds")
            if not result.is_file():
                return _failed(f"the process ended with status {ended.returncode}")
            return json.loads(result.read_text(encoding="utf-8"))

    def _relative(self, file: str) -> str:
        return os.path.relpath(file, self._root)

    def _digests(self, files: Any) -> dict[str, str]:
        """Digests of files, by their place beside the root; empty for one that is not there."""
        places = {str(file): self._root / file for file in files}
        return {
            file: hashlib.sha256(place.read_bytes()).hexdigest() if place.is_file() else ""
            for file, place in places.items()
        }


def _failed(why: str) -> dict[str, Any]:
    return {"cells": {}, "failure": why, "line": 1}
