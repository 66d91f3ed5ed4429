"""The parts of a Markdown text that have a meaning here, each with its exact position.

Formulas, fences, code, headings and links are found once, by `scan`. The checks read these tokens,
and the Markdown extension puts its HTML in their place, so what is checked is what is shown.
Everything else (paragraphs, lists, emphasis, tables) is left to Python-Markdown.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import count
from posixpath import basename

from markdown.extensions.toc import slugify


@dataclass(frozen=True, slots=True)
class Token:
    """A slice of the text: `text[start:end]`."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fence(Token):
    """A fenced code block. `indent` is what stands before the opening fence."""

    info: str
    body: str
    body_start: int
    indent: str


@dataclass(frozen=True, slots=True)
class Formula(Token):
    """LaTeX between `$` or `$$`."""

    latex: str
    latex_start: int
    display: bool


@dataclass(frozen=True, slots=True)
class Code(Token):
    """A code span in running text."""

    code: str


@dataclass(frozen=True, slots=True)
class Heading(Token):
    """A `#` heading; `anchor` is the id it has on the page."""

    level: int
    title: str
    title_start: int
    anchor: str


@dataclass(frozen=True, slots=True)
class Link(Token):
    """An inline link or image; `anchor` is the id that the link itself has on the page."""

    label: str
    label_start: int
    target: str
    anchor: str
    image: bool

    @property
    def is_internal(self) -> bool:
        """Whether the link stays on the site."""
        return not self.target.startswith(("https:", "http:", "mailto:"))


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something that cannot be read as intended, at an offset."""

    offset: int
    message: str


# Leftmost match wins, so a `$` in code is no formula and a fence inside a comment is no fence.
# A formula or a code span never runs over a blank line: an unclosed one stays where it is.
_OPAQUE = re.compile(
    r"""
    ^(?P<indent>[ ]*)(?P<ticks>`{3,}|~{3,})(?P<info>[^\n`]*)\n
        (?P<body>(?:.*\n)*?)[ ]*(?P=ticks)[`~]*[ ]*$
  | ^[ ]*(?P<open_fence>`{3,}|~{3,})
  | (?P<comment><!--(?s:.*?)-->)
  | (?P<escape>\\[\\$`])
  | \$\$(?P<display>(?:(?!\n[ ]*\n|\$\$)(?s:.))+)\$\$
  | (?P<open_display>\$\$)
  | (?P<quotes>`++)(?P<code>(?:(?!\n[ ]*\n)(?s:.))+?)(?<!`)(?P=quotes)(?!`)
  | \$(?=\S)(?P<inline>(?:\\(?s:.)|[^$\\\n]|\n(?![ ]*\n))+?)(?<=\S)\$(?!\d)
  | (?P<open_inline>\$)
  | (?P<loose>`++)
    """,
    re.MULTILINE | re.VERBOSE,
)
_OPAQUE_MARK = re.compile(r"[$`\\<]|^[ ]*(?=```|~~~)", re.MULTILINE)
_STRUCTURE = re.compile(
    r"""
    ^(?P<marks>\#{1,6})[ ]+(?=(?P<line>(?P<title>.*?)
        (?:[ ]+\#+)?(?:[ ]*\{:?[ ]*\#(?P<id>[\w-]+)[ ]*\})?[ ]*$))
  | (?P<image>!?)\[(?P<label>(?:[^\[\]]++|\[[^\[\]]*+\])*+)\]
    \((?P<target><[^>\n]*>|[^()\s]*(?:\([^()\s]*\)[^()\s]*)*)(?:\s+"[^"]*")?\)
  | ^(?P<definition>\[[^\]\^\n]+\]:[ ])
  | (?P<reference>\]\[[^\]\n]*\])
  | (?P<html><a\s)
    """,
    re.MULTILINE | re.VERBOSE,
)
_STRUCTURE_MARK = re.compile(r"[#\[\]!<]")
_TRAILING = set(".,;:!?)’”")
_FILL = "\N{OBJECT REPLACEMENT CHARACTER}"
_LINE = re.compile(
    r"^[ ]*(?:(?P<marker>[-*+](?=[ ])|\d+[.)](?=[ ])|[#|>]|:(?=[ ]{3})|!!!.*)[#]*[ ]*)?"
    r"(?P<words>.*?)[ ]*$",
    re.MULTILINE,
)
_CELL = re.compile(r"[ ]*([^|]*[^| ])")
_SENTENCE_END = re.compile(rf"[.!?]['\")\]*_’”]*\s+(?=[A-Z\[\"'(*_“‘{_FILL}])")
_NO_END = re.compile(r"(?:\b(?:e\.g|i\.e|cf|vs|al|ch|sec|pp?|no|vol|eq|Fig|Dr|St)|\b[A-Z])\.$")
_NOT_CLOSED = "this {} is never closed; add the closing {} before the next blank line"


@dataclass(frozen=True)
class Markup:
    """A scanned text: its tokens in order, and what could not be read."""

    text: str
    tokens: tuple[Token, ...]
    flaws: tuple[Flaw, ...]
    masked: str
    """The text with code, formulas and link targets blanked out, in the same positions."""

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

    def position(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def between(self, start: int, end: int) -> Iterator[Token]:
        """The tokens that lie within a slice of the text."""
        for index in range(bisect_left(self._token_starts, start), len(self.tokens)):
            token = self.tokens[index]
            if token.start >= end:
                return
            if token.end <= end:
                yield token

    def with_punctuation(self, formula: Formula) -> tuple[int, int]:
        """Start and end of a formula with the brackets, commas and stops that touch it."""
        start, end = formula.start, formula.end
        if self.text[start - 1 : start] in {"(", "“"}:
            start -= 1
        while self.text[end : end + 1] in _TRAILING:
            end += 1
        return start, end

    @cached_property
    def _token_starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    @cached_property
    def anchors(self) -> frozenset[str]:
        """The ids of headings, which links may point to."""
        return frozenset(token.anchor for token in self.tokens if isinstance(token, Heading))

    def sentence(self, token: Token) -> tuple[int, int]:
        """Start and end of the sentence, table cell or heading in which a token stands."""
        start, end = self._block(token)
        for stop in _SENTENCE_END.finditer(self.masked, start, end):
            if _NO_END.search(self.masked, start, stop.start() + 1):
                continue
            if stop.end() <= token.start:
                start = stop.end()
            elif stop.start() >= token.end:
                end = stop.start() + len(stop[0].rstrip())
                break
        return start, end

    def _block(self, token: Token) -> tuple[int, int]:
        index = bisect_right(self._blocks, (token.start, len(self.text)))
        return self._blocks[index - 1]

    @cached_property
    def _blocks(self) -> list[tuple[int, int]]:
        """Paragraphs, list items, headings and table cells: where each starts and ends."""
        blocks: list[tuple[int, int]] = []
        inside = False
        for line in _LINE.finditer(self.masked):
            start, end = line.span("words")
            opens = line["marker"] or not inside
            inside = start < end and line["marker"] not in {"#", "|"}
            if line["marker"] == "|":
                blocks += (cell.span(1) for cell in _CELL.finditer(self.masked, start, end))
            elif opens and start < end:
                blocks.append((start, end))
            elif start < end:
                blocks[-1] = (blocks[-1][0], end)
        return blocks


@lru_cache(maxsize=4096)  # a build meets each text twice: when it checks, and when it renders
def scan(text: str) -> Markup:
    """Find every token of a Markdown text. Never fails: what is unclear becomes a flaw."""
    flaws: list[Flaw] = []
    opaque = list(_opaque_tokens(text, flaws))
    masked = _mask(text, ((token.start, token.end) for token in opaque))
    structure = list(_structure_tokens(text, masked, flaws))
    targets = [
        (token.label_start + len(token.label), token.end)
        for token in structure
        if isinstance(token, Link)
    ]
    tokens = sorted(
        (token for token in [*opaque, *structure] if type(token) is not Token),
        key=lambda token: (token.start, -token.end),
    )
    flaws.sort(key=lambda flaw: flaw.offset)
    return Markup(text, tuple(tokens), tuple(flaws), _mask(masked, targets))


def _matches(pattern: re.Pattern[str], mark: re.Pattern[str], text: str) -> Iterator[re.Match[str]]:
    """Leftmost matches of a pattern that begins at a mark; much quicker than to search for it."""
    end = 0
    for start in mark.finditer(text):
        if start.start() >= end and (match := pattern.match(text, start.start())):
            yield match
            end = match.end()


def _opaque_tokens(text: str, flaws: list[Flaw]) -> Iterator[Token]:
    """Fences, formulas and code spans, and comments and escapes as plain tokens."""
    for match in _matches(_OPAQUE, _OPAQUE_MARK, text):
        span = match.span()
        match match.lastgroup:
            case "body":
                body = match["body"]
                yield Fence(
                    *span, match["info"].strip(), body, match.start("body"), match["indent"]
                )
            case "display" | "inline" as kind:
                yield Formula(*span, match[kind], match.start(kind), kind == "display")
            case "code":
                yield Code(*span, match["code"].strip())
            case "open_fence":
                mark = match["open_fence"]
                flaws.append(
                    Flaw(
                        match.start("open_fence"), f"this {mark} is never closed; add a line {mark}"
                    )
                )
            case "open_display" | "open_inline" as kind:
                flaws.append(Flaw(match.start(kind), _NOT_CLOSED.format(match[kind], match[kind])))
            case _:
                yield Token(*span)


def _structure_tokens(text: str, masked: str, flaws: list[Flaw]) -> Iterator[Token]:
    """Headings and links. A heading is matched up to its title, which may hold links."""
    taken: set[str] = set()
    for match in _matches(_STRUCTURE, _STRUCTURE_MARK, masked):
        match match.lastgroup:
            case "line":
                title = text[match.start("title") : match.end("title")]
                anchor = match["id"] or _unique(slugify(_plain(title), "-") or "section", taken)
                taken.add(anchor)
                place = match.start(), match.end("line")
                yield Heading(*place, len(match["marks"]), title, match.end(), anchor)
            case "target":
                target = text[match.start("target") : match.end("target")].strip("<>")
                label = text[match.start("label") : match.end("label")]
                stem = basename(target.partition("#")[0]).partition(".")[0] or "here"
                anchor = _unique("to-" + slugify(stem, "-"), taken)
                image = bool(match["image"])
                yield Link(*match.span(), label, match.start("label"), target, anchor, image)
            case kind:
                flaws.append(
                    Flaw(
                        match.start(kind),
                        "write links as [text](target.md): other forms are not read",
                    )
                )


def _mask(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Blank out spans, in order, keeping every position and line break."""
    pieces, position = [], 0
    for start, end in spans:
        hidden = text[start:end]
        filled = _FILL * len(hidden) if "\n" not in hidden else re.sub(r"[^\n]", _FILL, hidden)
        pieces += [text[position:start], filled]
        position = end
    return "".join([*pieces, text[position:]])


def _plain(markdown: str) -> str:
    """Words of a heading without markup, from which its anchor is made."""
    return re.sub(r"\]\([^)]*\)|[\\`*\[\]${}^]", "", markdown)


def _unique(anchor: str, taken: set[str]) -> str:
    numbered = (f"{anchor}-{number}" for number in count(2))
    chosen = anchor if anchor not in taken else next(name for name in numbered if name not in taken)
    taken.add(chosen)
    return chosen
