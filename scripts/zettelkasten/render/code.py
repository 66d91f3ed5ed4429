"""Code blocks: sections of a tested module, its real output, and how to run it; and sessions."""

from html import escape
from textwrap import dedent

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import PythonConsoleLexer, PythonLexer

from .. import sessions
from ..fences import includes, is_session, shows_output
from ..markup import Fence
from ..modules import Modules
from .addresses import ROOT

COLUMNS = 64
"""Longest line that fits the text column; longer code takes the margin as well."""

_PYTHON = PythonLexer()
_CONSOLE = PythonConsoleLexer()
_FORMATTER = HtmlFormatter(cssclass="highlight", wrapcode=True)


def code_block(fence: Fence, modules: Modules) -> str:
    """The framed code of a fence. Raises `ValueError` or `KeyError` when it cannot be shown."""
    if is_session(fence):
        return _session(fence)
    wanted = includes(fence)
    code = "\n\n\n".join(modules.sections(part.module)[part.section] for part in wanted)
    module = wanted[0].module
    file = f'"{ROOT}snippets/{module}.py"'
    bar = (
        f"<a href={file}>{module}.py</a>"
        '<span class="actions"><button class="copy" type="button" hidden>Copy</button>'
        f"<a download href={file}>Download</a></span>"
    )
    return _frame(bar, code, _PYTHON, _output(module, modules) if shows_output(fence) else "")


def _session(fence: Fence) -> str:
    """A console session as it was typed; `checks` has run it."""
    sessions.read(fence.body)  # what is no session has no place in the frame
    code = dedent(fence.body).strip("\n").replace("<BLANKLINE>", "")
    # No Copy button: prompts and output would be copied too.
    return _frame("<span data-search-exclude>Console session, run at build</span>", code, _CONSOLE)


def _frame(bar: str, code: str, lexer: Lexer, below: str = "") -> str:
    wide = " wide" if max(map(len, code.splitlines())) > COLUMNS else ""
    return (
        f'<div class="example{wide}"><div class="bar">{bar}</div>'
        f"{highlight(code, lexer, _FORMATTER)}{below}</div>"
    )


def _output(module: str, modules: Modules) -> str:
    printed = modules.run(module).output.rstrip("\n")
    return (
        '<div class="output" data-search-exclude><p>Output, captured at build</p>'
        f"<pre>{escape(printed, quote=False)}</pre></div>"
        f'<p class="local" data-search-exclude>Run locally '
        f"<code>python -m snippets.{module}</code></p>"
    )
