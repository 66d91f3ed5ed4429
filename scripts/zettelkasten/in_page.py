"""Runs snippets in the reader's browser; `pyodide.packed` sends this file along with them.

It is the only code here that does not run at build: Python for browsers loads it once, and a worker
calls `run`, `session`, `cells` and `experiment`, each without a trace of what ran before; only the
cells of a lab build on each other.
"""

import ast
import builtins
import contextlib
import doctest
import importlib
import io
import linecache
import re
import runpy
import sys
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from textwrap import dedent, indent

import numpy as np

from zettelkasten.cells import run_cell

Block = tuple[Sequence[str], str | None]
"""What a page shows of a module: names of its sections, and the reader's text in their place."""
Failure = tuple[str, str, str, int | None, int | None]
"""The end of a traceback in three parts, the second being the module's line that failed; and at
which line of which block the page shows that, both from 0, if it does."""

_FOLDER = Path("snippets")
_FRAME = r'  File "snippets/{}\.py", line (?P<line>\d+).*\n(?:    .*\n)*'
_CELL = r'  File "<cell {}>", line (?P<line>\d+).*\n(?:    .*\n)*'
_READERS = re.compile("/snippets/|^<session>$|^<cell ")
"""Files of the reader's code, from whose first line on a traceback is shown."""
_Line = tuple[str, tuple[int, int] | None]
"""A line of a module, and where the page shows it: block and line."""


def run(name: str, blocks: Sequence[Block] = ()) -> Failure | None:
    """Run a module as `python -m snippets.NAME` does, with what a reader changed in its blocks.

    Returns nothing if it ends well. Raises `MemoryError` if there is not enough.
    """
    file = _FOLDER / f"{name}.py"
    original = file.read_text(encoding="utf-8")
    lines = _with_blocks(original, blocks)
    file.write_text("\n".join(line for line, _ in lines), encoding="utf-8")
    try:
        with _anew():
            runpy.run_module(f"snippets.{name}", run_name="__main__", alter_sys=True)
    except MemoryError:
        raise
    except BaseException as error:
        if isinstance(error, SystemExit) and not error.code:
            return None
        return _failure(_traceback(error), name, lines)
    finally:
        file.write_text(original, encoding="utf-8")
    return None


def session(text: str) -> Failure | None:
    """Run statements as a console does, which shows them again, each with what it gives.

    The text is a console session, or a program that a reader made of one. An exception is shown,
    and the next statement follows, as in a console; only what cannot be read is a failure.
    """
    try:
        statements = list(_statements(_code(text)))
    except SyntaxError as error:
        return (*_parts(_traceback(error), r"(?!)")[0], None, None)
    names = {"__name__": "__main__"}
    with _anew():
        for source, code in statements:
            first, *others = source.split("\n")
            if source:  # else it stands behind another, on a line that has been shown
                print("\n".join([f">>> {first}", *(f"... {line}".rstrip() for line in others)]))
            try:
                exec(code, names)
            except MemoryError:
                raise
            except BaseException as error:
                print(_traceback(error), end="")
    return None


def experiment(module: str, function: str, numbers: dict[str, float]) -> tuple[object, ...]:
    """The figure of an experiment for these numbers, as `figures.outcome` makes it.

    Returns why there is none, or nothing, then its SVG, the numbers around it and the main ones in
    words. Functions are loaded once, so that a figure follows quickly.
    """
    from zettelkasten.figures.outcome import outcome  # programs do without

    given = {name: float(number) for name, number in numbers.items()}
    try:
        if (module, function) not in _FUNCTIONS:
            with _anew():
                loaded = importlib.import_module(f"snippets.{module}")
            _FUNCTIONS[module, function] = getattr(loaded, function)
        with np.errstate():
            found = outcome(_FUNCTIONS[module, function](**given), given)
    except MemoryError:
        raise
    except BaseException as error:
        return (_traceback(error),)
    return "", found.svg, found.numbers, found.words


_FUNCTIONS: dict[tuple[str, str], Callable[..., object]] = {}


def cells(texts: Sequence[str]) -> tuple[Failure | None, str]:
    """Run the cells of a lab down to the last of these, whose output is shown, with its figure.

    Those that have just run, unchanged, are not run again. Returns how it failed, if it did, and
    the figure as SVG.
    """
    global _lab
    ran, names = _lab
    if [*texts[: len(ran)]] != ran or len(ran) >= len(texts):
        ran, names = [], {"__name__": "__main__"}
    _lab = [], {}
    with _anew():
        for number in range(len(ran), len(texts)):
            is_last = number == len(texts) - 1
            file, text = f"<cell {number + 1}>", texts[number]
            linecache.cache[file] = len(text), None, text.splitlines(keepends=True), file
            try:
                with contextlib.nullcontext() if is_last else _unheard():
                    figure = run_cell(text, file, names)
            except MemoryError:
                raise
            except BaseException as error:
                parts, line = _parts(_traceback(error), _CELL.format(number + 1))
                return (*parts, *((number, line - 1) if line else (None, None))), ""
    _lab = [*texts], names
    return None, figure


_lab: tuple[list[str], dict[str, object]] = [], {}
"""Cells that have run, and what they have left for those below."""


def _unheard() -> contextlib.redirect_stdout[io.StringIO]:
    return contextlib.redirect_stdout(io.StringIO())


@contextlib.contextmanager
def _anew() -> Iterator[None]:
    """Load snippets anew, and leave no settings behind; what was printed is shown at the end."""
    for loaded in [one for one in sys.modules if one.partition(".")[0] == "snippets"]:
        del sys.modules[loaded]
    vars(builtins).pop("_", None)  # what a console keeps of its last value
    linecache.checkcache()  # warnings show lines of files that have changed since
    try:
        with (
            contextlib.chdir("."),
            contextlib.redirect_stdout(sys.stdout),
            contextlib.redirect_stderr(sys.stderr),
            np.printoptions(),
            np.errstate(),
            warnings.catch_warnings(),
        ):
            yield
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _with_blocks(source: str, blocks: Sequence[Block]) -> list[_Line]:
    """The lines of a module, changed where the reader did, each with where the page shows it."""
    lines: list[_Line] = [(line, None) for line in source.split("\n")]
    for number, (sections, text) in enumerate(blocks):
        shown = 0  # lines of this block so far
        for section in sections:
            start, end = _span(lines, section)
            own = [line for line, _ in lines[start:end]]
            if text is not None:  # all of it stands where the last section did
                changed = text if section == sections[-1] else ""
                margin = re.match(r"[ \t]*", own[0])[0] if own else ""
                own = indent(changed, margin).split("\n")
            lines[start:end] = [(line, (number, shown + i)) for i, line in enumerate(own)]
            shown += 0 if text is not None else len(own) + 2  # two empty lines part sections
    return lines


def _span(lines: list[_Line], section: str) -> tuple[int, int]:
    """Where a section stands between its marks, without empty lines around it."""
    stripped = [line.strip() for line, _ in lines]
    start, end = (stripped.index(f"# --8<-- [{edge}:{section}]") for edge in ("start", "end"))
    full = [i for i in range(start + 1, end) if lines[i][0].strip()]
    return (full[0], full[-1] + 1) if full else (end, end)


def _code(text: str) -> str:
    """The program of a console session; the text itself if it is none."""
    text = dedent(text)
    if not text.lstrip().startswith(">>>"):
        return text
    try:
        examples = doctest.DocTestParser().get_examples(text)
    except ValueError:  # a prompt without its space
        return text
    return "".join(example.source for example in examples)


def _statements(program: str) -> Iterable[tuple[str, object]]:
    """Each statement: its lines, with comments above it, and what a console runs for it."""
    lines, done = program.split("\n"), 0
    for statement in ast.parse(program, "<session>").body:
        source = "\n".join(lines[done : statement.end_lineno]).strip("\n")
        done = statement.end_lineno
        yield source, compile(ast.Interactive([statement]), "<session>", "single")


def _traceback(error: BaseException) -> str:
    """A traceback that begins where the reader's code does, without the folder that holds it."""
    whole = traceback.TracebackException.from_exception(error)
    part = whole
    while part:
        while part.stack and not _READERS.search(part.stack[0].filename):
            del part.stack[0]
        part = part.__cause__ or part.__context__
    return "".join(whole.format()).replace(f"{Path.cwd()}/", "")


def _failure(text: str, name: str, lines: list[_Line]) -> Failure:
    parts, line = _parts(text, _FRAME.format(re.escape(name)))
    place = lines[line - 1][1] if 0 < line <= len(lines) else None
    return (*parts, *(place or (None, None)))


def _parts(text: str, frame: str) -> tuple[tuple[str, str, str], int]:
    """A traceback around its last frame of a kind, and the line that this names, or 0."""
    frames = list(re.finditer(frame, text))
    if not frames:
        return (text, "", ""), 0
    start, end = frames[-1].span()
    return (text[:start], text[start:end], text[end:]), int(frames[-1]["line"])
