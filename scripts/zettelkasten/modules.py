"""The snippets as the notes see them: their sections, and what they print."""

import contextlib
import io
import re
import runpy
import sys
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

_MARK = re.compile(
    r"^[ \t]*# --8<-- \[(?P<edge>start|end):(?P<name>[\w-]+)\][ \t]*\n", re.MULTILINE
)


@dataclass(frozen=True)
class Run:
    """What a module printed, or at which of its lines it failed and why."""

    output: str
    failure: str = ""
    line: int = 1


class Modules:
    """Reads and runs the modules in `snippets`, each at most once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._runs: dict[str, Run] = {}
        # A module imported for an earlier build may have changed on disk since.
        for name in [name for name in sys.modules if name.partition(".")[0] == "snippets"]:
            del sys.modules[name]

    def names(self) -> list[str]:
        """Names of all modules, without the package itself."""
        paths = sorted((self.root / "snippets").glob("*.py"))
        return [path.stem for path in paths if path.stem != "__init__"]

    def path(self, name: str) -> Path:
        """The module's file."""
        return self.root / "snippets" / f"{name}.py"

    def sections(self, name: str) -> dict[str, str]:
        """Text of each section marked `# --8<-- [start:name]` … `[end:name]`, without the marks."""
        source = self.path(name).read_text(encoding="utf-8")
        starts = {mark["name"]: mark for mark in _MARK.finditer(source) if mark["edge"] == "start"}
        ends = {mark["name"]: mark for mark in _MARK.finditer(source) if mark["edge"] == "end"}
        return {
            section: dedent(_MARK.sub("", source[start.end() : ends[section].start()])).strip("\n")
            for section, start in starts.items()
            if section in ends
        }

    def run(self, name: str) -> Run:
        """What `python -m snippets.NAME` prints, run here. Warnings count as failures."""
        if name not in self._runs:
            self._runs[name] = self._run(name)
        return self._runs[name]

    def _run(self, name: str) -> Run:
        printed = io.StringIO()
        try:
            with (
                contextlib.redirect_stdout(printed),
                _no_input(),
                _importable(self.root),
                warnings.catch_warnings(),
            ):
                warnings.simplefilter("error")
                sys.modules.pop(f"snippets.{name}", None)
                runpy.run_module(f"snippets.{name}", run_name="__main__")
        except (Exception, SystemExit) as error:
            return Run(printed.getvalue(), *self._failure(error, name))
        return Run(printed.getvalue())

    def _failure(self, error: BaseException, name: str) -> tuple[str, int]:
        """One line that says what went wrong, and the module's line at which it did."""
        what = traceback.format_exception_only(error)[-1].strip()
        if isinstance(error, SyntaxError):
            return what, error.lineno or 1
        own = [
            frame.lineno or 1
            for frame in traceback.extract_tb(error.__traceback__)
            if Path(frame.filename) == self.path(name)
        ]
        return what, own[-1] if own else 1


@contextlib.contextmanager
def _no_input() -> Iterator[None]:
    keyboard, sys.stdin = sys.stdin, io.StringIO()
    try:
        yield
    finally:
        sys.stdin = keyboard


@contextlib.contextmanager
def _importable(root: Path) -> Iterator[None]:
    sys.path.insert(0, str(root))
    try:
        yield
    finally:
        sys.path.remove(str(root))
