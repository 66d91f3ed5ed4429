"""The snippets as the notes see them: their sections, what they print, and what they compute."""

import ast
import contextlib
import importlib
import io
import re
import runpy
import sys
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from numbers import Real
from pathlib import Path
from textwrap import dedent
from types import ModuleType
from typing import Any

import numpy as np

from . import sessions
from .kept import Kept, digest
from .labs import Labs

DRAWS = 3
"""Random draws of a note's symbols, besides its worked example."""

_MARK = re.compile(
    r"^[ \t]*# --8<-- \[(?P<edge>start|end):(?P<name>[\w-]+)\][ \t]*\n", re.MULTILINE
)


@dataclass(frozen=True)
class Run:
    """What a module printed, or at which of its lines it failed and why."""

    output: str
    failure: str = ""
    line: int = 1


@dataclass(frozen=True)
class Example:
    """The numbers that a module's `example()` returns, by name, or at which line it failed and why.

    `reverse[3]` is the fourth entry of what stands under the key `reverse`.
    """

    numbers: dict[str, float]
    failure: str = ""
    line: int = 1


@dataclass(frozen=True)
class Symbols:
    """Tables of symbols by draw, worked examples first; or at which line they failed and why."""

    draws: list[dict[str, Any]]
    examples: int = 1
    failure: str = ""
    line: int = 1


@dataclass(frozen=True)
class Picture:
    """The table that a module hands over to be drawn, or at which line it failed and why."""

    table: object
    failure: str = ""
    line: int = 1


class Modules:
    """Reads and runs the modules in `snippets`, and sessions and labs with them, each once."""

    def __init__(self, root: Path, docs: Path | None = None, kept: Kept | None = None) -> None:
        self.root = root
        self.kept = kept or Kept()
        self.labs = Labs(root, docs or root / "docs")
        self._digests: dict[str, str] = {}
        self._texts: dict[str, tuple[str, set[str]]] = {}
        self._runs: dict[str, Run] = {}
        self._examples: dict[str, Example] = {}
        self._symbols: dict[str, Symbols] = {}
        self._pictures: dict[tuple[object, ...], Picture] = {}
        self._sessions: dict[str, list[sessions.Fault]] = {}
        _forget()  # a module imported for an earlier build may have changed on disk since

    def names(self) -> list[str]:
        """Names of all modules, without the package itself."""
        return self._names

    @cached_property
    def _names(self) -> list[str]:
        paths = sorted((self.root / "snippets").glob("*.py"))
        return [path.stem for path in paths if path.stem != "__init__"]

    def path(self, name: str) -> Path:
        """The module's file."""
        return self.root / "snippets" / f"{name}.py"

    def texts(self) -> dict[str, str]:
        """Every module's text by file name, and that of the package."""
        return {
            file.name: file.read_text(encoding="utf-8")
            for file in (self.path("__init__"), *map(self.path, self.names()))
        }

    def digest(self, name: str) -> str:
        """Changes when the module does, or one of the snippets that it imports, in any depth."""
        if name not in self._digests:
            found: set[str] = set()
            waiting = {name}
            while waiting:
                one = waiting.pop()
                if one not in found and one in self.names():
                    found.add(one)
                    waiting |= self._read(one)[1]
            self._digests[name] = digest(name, *(self._read(one)[0] for one in sorted(found)))
        return self._digests[name]

    def _read(self, name: str) -> tuple[str, set[str]]:
        """The text of one module, and the names of those that it imports."""
        if name not in self._texts:
            text = self.path(name).read_text("utf-8", "surrogateescape")
            self._texts[name] = text, set(_imported(text))
        return self._texts[name]

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
            self._runs[name] = self.kept.get(
                ("run", self.digest(name)), lambda: self._run(name), lambda run: not run.failure
            )
        return self._runs[name]

    def _run(self, name: str) -> Run:
        printed = io.StringIO()
        try:
            with self._stage(name, printed):
                runpy.run_module(f"snippets.{name}", run_name="__main__")
        except (Exception, SystemExit) as error:
            return Run(printed.getvalue(), *self._failure(error, name))
        return Run(printed.getvalue())

    def example(self, name: str) -> Example:
        """The numbers that `example()` returns, run here. Warnings count as failures."""
        if name not in self._examples:
            self._examples[name] = self.kept.get(
                ("example", self.digest(name)),
                lambda: self._example(name),
                lambda example: not example.failure,
            )
        return self._examples[name]

    def _example(self, name: str) -> Example:
        try:
            with self._stage(name, io.StringIO()):
                module = runpy.run_module(f"snippets.{name}", run_name=f"snippets.{name}")
                if "example" not in module:
                    advice = "write one that returns every number that the note prints, by name"
                    return Example({}, f"has no example(): {advice}")
                return Example(dict(_flat(module["example"]())))
        except (Exception, SystemExit) as error:
            what, line = self._failure(error, name)
            return Example({}, f"example() fails: {what}", line)

    def symbols(self, name: str) -> Symbols:
        """What `symbols(rng)` says the note's symbols mean: worked examples, then random draws.

        Called without a generator it gives the worked example, or a list of them. A module without
        `symbols` gives none. Warnings count as failures.
        """
        if name not in self._symbols:
            self._symbols[name] = self._draw(name)
        return self._symbols[name]

    def line_of_symbols(self, name: str) -> int:
        """Line at which a module defines `symbols`, or its first."""
        source = self.path(name).read_text(encoding="utf-8")
        return source.count("\n", 0, max(source.find("\ndef symbols(") + 1, 0)) + 1

    def _draw(self, name: str) -> Symbols:
        try:
            with self._stage(name, io.StringIO()):
                module = importlib.import_module(f"snippets.{name}")
                if not hasattr(module, "symbols"):
                    return Symbols([])
                first = module.symbols()
                examples = first if isinstance(first, list) else [first]
                drawn = [module.symbols(np.random.default_rng(seed)) for seed in range(DRAWS)]
                return Symbols([*examples, *drawn], len(examples))
        except (Exception, SystemExit) as error:
            what, line = self._failure(error, name)
            return Symbols([], 0, f"symbols() fails: {what}", line)

    def picture(self, name: str, function: str, **numbers: float) -> Picture:
        """What a function of a module hands over to be drawn. Warnings count as failures."""
        key = name, function, *sorted(numbers.items())
        if key not in self._pictures:
            self._pictures[key] = self._picture(name, function, numbers)
        return self._pictures[key]

    def _picture(self, name: str, function: str, numbers: dict[str, float]) -> Picture:
        given = ", ".join(f"{parameter}={number}" for parameter, number in numbers.items())
        try:
            with self._stage(name, io.StringIO()):
                module = importlib.import_module(f"snippets.{name}")
                if not hasattr(module, function):
                    advice = "write one that hands over the nodes of its graph"
                    return Picture({}, f"has no {function}(): {advice}")
                return Picture(getattr(module, function)(**numbers))
        except (Exception, SystemExit) as error:
            what, line = self._failure(error, name)
            return Picture({}, f"{function}({given}) fails: {what}", line)

    def session(self, text: str) -> list[sessions.Fault]:
        """What a console session does other than it shows, run here. Warnings count as exceptions.

        Raises `sessions.SessionError` when the text is no session.
        """
        if text not in self._sessions:
            examples = sessions.read(text)
            with self._stage("", io.StringIO()), _anew():
                self._sessions[text] = sessions.play(examples)
        return self._sessions[text]

    @contextlib.contextmanager
    def _stage(self, name: str, printed: io.StringIO) -> Iterator[None]:
        """Where a module can be run: loaded anew, without input, its output caught."""
        with (
            contextlib.redirect_stdout(printed),
            _no_input(),
            _importable(self.root),
            warnings.catch_warnings(),
            np.printoptions(),  # what one run sets must not change what the next one prints
        ):
            warnings.simplefilter("error")
            package = sys.modules.get("snippets")
            if package and [*package.__path__] != [str(self.root / "snippets")]:
                _forget()  # those of another project
            before = sys.modules.pop(f"snippets.{name}", None)
            try:
                yield
            finally:
                if before:  # other modules hold classes of this one, not of the one just loaded
                    sys.modules[f"snippets.{name}"] = before

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


def _imported(text: str) -> Iterator[str]:
    """Names of the snippets that a module imports; none for one that cannot be read."""
    with contextlib.suppress(SyntaxError, ValueError):  # it cannot be run either
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.ImportFrom(module="snippets", names=names):
                    yield from (name.name for name in names)
                case ast.ImportFrom(module=str(module)) if module.startswith("snippets."):
                    yield module.split(".")[1]
                case ast.Import(names=names):
                    paths = [name.name.split(".") for name in names]
                    yield from (path[1] for path in paths if path[0] == "snippets" and path[1:])


def _flat(value: object, name: str = "") -> Iterator[tuple[str, float]]:
    """The real numbers in nested dictionaries, lists, tuples and arrays, each with its name."""
    value = value.tolist() if hasattr(value, "tolist") else value
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _flat(entry, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list | tuple):
        for index, entry in enumerate(value):
            yield from _flat(entry, f"{name}[{index}]")
    elif isinstance(value, Real) and not isinstance(value, bool) and isfinite(value):
        yield name, float(value)


def _forget() -> dict[str, ModuleType]:
    """Take the snippets out of the modules that are loaded."""
    names = [name for name in sys.modules if name.partition(".")[0] == "snippets"]
    return {name: sys.modules.pop(name) for name in names}


@contextlib.contextmanager
def _anew() -> Iterator[None]:
    """Load each snippet anew, and drop it afterwards: what is done to it here stays here."""
    loaded = _forget()
    try:
        yield
    finally:
        _forget()
        sys.modules.update(loaded)


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
