"""Code blocks: sections of a module, sessions, and cells of labs, with what they really showed."""

from html import escape
from textwrap import dedent

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import PythonConsoleLexer, PythonLexer

from .. import sessions
from ..fences import cell_of, includes, is_cell, is_session, shows_output
from ..labs import Shown
from ..markup import Fence
from ..modules import Modules
from ..standalone import FOLDER
from .addresses import ROOT

COLUMNS = 64
"""Longest line that fits the text column; longer code takes the margin as well."""

_PYTHON = PythonLexer()
_CONSOLE = PythonConsoleLexer()
_FORMATTER = HtmlFormatter(cssclass="highlight", wrapcode=True)


def code_block(fence: Fence, modules: Modules, runs: bool = False) -> str:
    """The framed code of a fence. Raises `ValueError` or `KeyError` when it cannot be shown.

    With `runs`, a program has a button that runs it in the page: all of its module, as its file.
    """
    if is_session(fence):
        return _session(fence, runs)
    if is_cell(fence):
        return _cell(fence, modules, runs)
    wanted = includes(fence)
    code = "\n\n\n".join(modules.sections(part.module)[part.section] for part in wanted)
    module = wanted[0].module
    sections = " ".join(part.section for part in wanted)
    bar = _bar(f"{ROOT}snippets", f"{module}.py", _run(module, sections) if runs else "")
    return _frame(bar, code, _PYTHON, _output(module, modules) if shows_output(fence) else "")


def _bar(folder: str, file: str, more: str = "") -> str:
    """What stands above a program: its file, and what can be done with it."""
    return (
        f'<a href="{folder}/{file}">{file}</a>'
        '<span class="actions"><button class="copy" type="button" hidden>Copy</button>'
        f'<a download href="{folder}/{FOLDER}/{file}">Download</a>{more}</span>'
    )


def _run(what: str, sections: str) -> str:
    return (
        '<button class="edit" type="button">Edit</button>'
        f'<button data-run="{what}" data-sections="{sections}" type="button">Run</button>'
    )


def _session(fence: Fence, runs: bool) -> str:
    """A console session as it was typed; `checks` has run it."""
    sessions.read(fence.body)  # what is no session has no place in the frame
    code = dedent(fence.body).strip("\n").replace("<BLANKLINE>", "")
    # No Copy button: prompts and output would be copied too.
    actions = f'<span class="actions">{_run("&gt;&gt;&gt;", "")}</span>' if runs else ""
    return _frame(f"<span>Console session, run at build</span>{actions}", code, _CONSOLE)


def _cell(fence: Fence, modules: Modules, runs: bool) -> str:
    """A cell of a lab and what it printed; or its figure, and the program of that folded away."""
    lab, line = cell_of(fence)
    cells = modules.labs.run(lab).cells
    shown = cells.get(line, Shown("", ""))
    below = _printed(shown.output.rstrip("\n")) if shown.output else ""
    folder, notebook = f"{ROOT}labs/{lab}", ""
    if line == min(cells, default=line):
        below += _local(f"python docs/labs/{lab}.py")
        notebook = f'<a download href="{folder}/{lab}.ipynb">Notebook</a>'
    bar = _bar(folder, f"{lab}.py", notebook + (_run("%%", "") if runs else ""))
    frame = _frame(bar, fence.body.rstrip("\n"), _PYTHON, below)
    if not shown.figure:
        return frame
    return (
        f"<figure>{shown.figure}</figure>"
        f"<details><summary>Program of this figure</summary>{frame}</details>"
    )


def _frame(bar: str, code: str, lexer: Lexer, below: str = "") -> str:
    wide = " wide" if max(map(len, code.splitlines())) > COLUMNS else ""
    return (
        f'<div class="example{wide}"><div class="bar">{bar}</div>'
        f"{highlight(code, lexer, _FORMATTER)}{below}</div>"
    )


def _output(module: str, modules: Modules) -> str:
    printed = modules.run(module).output.rstrip("\n")
    return f"{_printed(printed)}{_local(f'python -m snippets.{module}')}"


def _local(command: str) -> str:
    return f'<p class="local">Run locally <code>{command}</code></p>'


def _printed(text: str) -> str:
    return (
        '<div class="output"><p>Output, captured at build</p>'
        f"<pre>{escape(text, quote=False)}</pre></div>"
    )
