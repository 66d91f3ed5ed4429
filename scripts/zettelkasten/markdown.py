"""Python-Markdown extension: formulas, code blocks, and an id on every heading and link.

It puts HTML in the place of the tokens that `markup.scan` finds, before Python-Markdown reads the
rest. It never fails: what cannot be shown is shown as it was typed, and `checks` reports it.
"""

from html import escape
from pathlib import Path

from markdown import Extension, Markdown
from markdown.preprocessors import Preprocessor

from .markup import Fence, Formula, Heading, Link, Markup, Token, scan
from .mathml import FormulaError, inline, mathml
from .modules import Modules
from .render.code import code_block


class NotesExtension(Extension):
    """The extension. `modules` may be handed in, so that each is run once for all pages."""

    def __init__(self, **config: object) -> None:
        # An empty string, not None: Python-Markdown would turn what replaces None into a bool.
        self.config = {
            "modules": ["", "the snippets; found beside this package when left out"],
            "runs": [False, "whether pages can run them"],
        }
        super().__init__(**config)

    def extendMarkdown(self, md: Markdown) -> None:  # noqa: N802 - the library's name
        """Register after white space is normalised (30), before fences (25) and raw HTML (20)."""
        modules = self.getConfig("modules") or Modules(Path(__file__).parents[2])
        md.preprocessors.register(_Tokens(md, modules, self.getConfig("runs")), "notes", 27)


class _Tokens(Preprocessor):
    def __init__(self, md: Markdown, modules: Modules, runs: bool) -> None:
        super().__init__(md)
        self._modules = modules
        self._runs = runs

    def run(self, lines: list[str]) -> list[str]:
        text = "\n".join(lines).strip("\n")
        # Later tokens first, so that at one place a link comes before the heading that it ends.
        markup = scan(text)
        edits = [self._edit(markup, token) for token in reversed(markup.tokens)]
        pieces, position = [], 0
        for start, end, replacement in sorted(filter(None, edits), key=lambda edit: edit[:2]):
            pieces += [text[position:start], replacement]
            position = end
        return "".join([*pieces, text[position:]]).split("\n")

    def _edit(self, markup: Markup, token: Token) -> tuple[int, int, str] | None:
        """The slice of the text to replace for a token, and by what. No two of them overlap."""
        match token:
            case Fence(start=start, end=end):
                return start, end, self._block(self._code(token), token.indent)
            case Formula(start=start, end=end, display=True):
                text = markup.text
                line = text[text.rfind("\n", 0, start) + 1 : start]
                indent = line[: len(line) - len(line.lstrip())]
                return start, end, self._block(_display(token.latex), indent)
            case Formula():
                start, end = markup.with_punctuation(token)
                before, after = markup.text[start : token.start], markup.text[token.end : end]
                return start, end, self.md.htmlStash.store(_inline(token.latex, before, after))
            case Link(image=False, end=end):
                mark = f"#{token.anchor}" if token.is_internal else "rel=external"
                return end, end, f"{{: {mark} }}"
            case Heading(end=end):
                return token.title_start + len(token.title), end, f" {{: #{token.anchor} }}"
        return None

    def _block(self, html: str, indent: str) -> str:
        """A block of its own, at the indentation of the list or admonition that holds it."""
        return f"\n\n{indent}{self.md.htmlStash.store(html)}\n\n{indent}"

    def _code(self, fence: Fence) -> str:
        try:
            return code_block(fence, self._modules, self._runs)
        except (ValueError, LookupError, OSError):
            return f'<pre class="broken"><code>{escape(fence.body)}</code></pre>'


def _display(latex: str) -> str:
    try:
        formula = mathml(latex, display=True)
    except FormulaError:
        formula = f'<code class="broken">{escape(latex)}</code>'
    return f'<div class="formula" role="group" aria-label="Formula" tabindex="0">{formula}</div>'


def _inline(latex: str, before: str, after: str) -> str:
    try:
        return inline(latex, before, after)
    except FormulaError:
        return f'{before}<code class="broken">{escape(latex)}</code>{after}'


def makeExtension(**config: object) -> NotesExtension:  # noqa: N802 - the library's name
    """What Python-Markdown calls for `zettelkasten.markdown`."""
    return NotesExtension(**config)
