"""Code blocks: sections of a tested module, its real output, and how to run it."""

from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from ..fences import includes, shows_output
from ..markup import Fence
from ..modules import Modules
from .addresses import ROOT

COLUMNS = 64
"""Longest line that fits the text column; longer code takes the margin as well."""

_LEXER = PythonLexer()
_FORMATTER = HtmlFormatter(cssclass="highlight", wrapcode=True)


def code_block(fence: Fence, modules: Modules) -> str:
    """The framed code of a fence. Raises `ValueError` or `KeyError` when it cannot be included."""
    wanted = includes(fence)
    code = "\n\n\n".join(modules.sections(part.module)[part.section] for part in wanted)
    module = wanted[0].module
    wide = " wide" if max(map(len, code.splitlines())) > COLUMNS else ""
    file = f'"{ROOT}snippets/{module}.py"'
    return (
        f'<div class="example{wide}"><div class="bar"><a href={file}>{module}.py</a>'
        '<span class="actions"><button class="copy" type="button" hidden>Copy</button>'
        f"<a download href={file}>Download</a></span></div>"
        f"{highlight(code, _LEXER, _FORMATTER)}"
        f"{_output(module, modules) if shows_output(fence) else ''}</div>"
    )


def _output(module: str, modules: Modules) -> str:
    printed = modules.run(module).output.rstrip("\n")
    return (
        '<div class="output" data-search-exclude><p>Output, captured at build</p>'
        f"<pre>{escape(printed, quote=False)}</pre></div>"
        f'<p class="local" data-search-exclude>Run locally '
        f"<code>python -m snippets.{module}</code></p>"
    )
