"""Typos on purpose: every slip that people make in formulas, one at a time.

A checker is as good as the slips that it catches, so each published formula is mutated, and every
mutant must fail or be refused. The few that do not are listed, with a reason, in a committed file.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

_TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+(?:\.\d+)?|[^\s]")
_PRIMES_APART = re.compile(r"(?<=') (?=')")
_GROUP = {"{": "}", "(": ")"}
_SWAPS = {
    r"\sin": r"\cos",
    r"\cos": r"\sin",
    r"\ln": r"\exp",
    r"\exp": r"\ln",
    r"\tanh": r"\cos",
    r"\max": r"\min",
    r"\min": r"\max",
    r"\sum": r"\prod",
    r"\prod": r"\sum",
}
_LETTER = re.compile(r"[a-zA-Z]|\\(?:alpha|beta|gamma|delta|eta|sigma|varphi|varepsilon|kappa)")
_WORDS = {"text", "operatorname", "mathbf", "mathrm", "mathbb", "begin", "end"}


@dataclass(frozen=True)
class Mutant:
    """A formula with one slip, and the kind of slip."""

    kind: str
    latex: str


def mutants(latex: str) -> list[Mutant]:
    """Every mutant of a formula, each once, the formula itself excluded."""
    tokens = _tokens(latex)
    seen = {_plain(tokens)}
    found = []
    for kind, changed in _all(tokens):
        plain = _plain(changed)
        if plain not in seen:
            seen.add(plain)
            found.append(Mutant(kind, _PRIMES_APART.sub("", plain)))
    return found


def _tokens(latex: str) -> list[str]:
    """The signs of a formula; words in braces that are no mathematics stay in one piece."""
    tokens: list[str] = []
    position = 0
    while match := _TOKEN.search(latex, position):
        token, position = match[0], match.end()
        if token.lstrip("\\") in _WORDS and latex[position:].lstrip().startswith("{"):
            position = latex.index("}", position) + 1
            token = latex[match.start() : position]
        tokens.append(token)
    return tokens


def _plain(tokens: list[str]) -> str:
    return " ".join(tokens)


def _all(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    for slips in (_signs, _marks, _numbers, _indices, _functions, _pieces, _symbols):
        yield from slips(tokens)


def _put(tokens: list[str], start: int, end: int, *new: str) -> list[str]:
    return [*tokens[:start], *new, *tokens[end:]]


def _signs(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Plus for minus, a dropped minus, `⊙` for a product."""
    for i, token in enumerate(tokens):
        if token == "+":
            yield "sign", _put(tokens, i, i + 1, "-")
        elif token == "-":
            unary = i == 0 or tokens[i - 1] in {"=", "(", "{", "&", ",", r"\le", r"\approx"}
            yield (
                ("dropped minus", _put(tokens, i, i + 1))
                if unary
                else (
                    "sign",
                    _put(tokens, i, i + 1, "+"),
                )
            )
        elif token == r"\odot":
            yield "product for ⊙", _put(tokens, i, i + 1)


def _marks(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Transposes and primes dropped or added, exponents dropped."""
    for i, token in enumerate(tokens):
        if token == "^" and i + 1 < len(tokens):
            end = _argument_end(tokens, i + 1)
            inside = tokens[i + 1 : end]
            if r"\top" in inside and "(" not in inside:
                yield "dropped transpose", _put(tokens, i, end)
            elif r"\top" in inside:
                at = tokens.index(r"\top", i)
                yield "dropped transpose", _put(tokens, at, at + 1)
            elif "(" not in inside:
                yield "dropped exponent", _put(tokens, i, end)
            elif tokens[end - 1] == "}":
                yield "added transpose", _put(tokens, end - 1, end - 1, r"\top")
        elif token == "'":
            yield "dropped prime", _put(tokens, i, i + 1)
        elif token == r"\sigma" and tokens[i + 1 : i + 2] == ["("]:
            yield "added prime", _put(tokens, i + 1, i + 1, "'")


def _numbers(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Constants, bounds and layers off by one."""
    for i, token in enumerate(tokens):
        if token.isdigit():
            layer = tokens[i - 1 : i] == ["+"] or tokens[i - 1 : i] == ["-"]
            kind = "shifted layer or bound" if layer else "constant"
            yield kind, _put(tokens, i, i + 1, str(int(token) + 1))
        elif token == "(" and tokens[i + 1 : i + 3] in (["l", ")"], ["L", ")"], ["t", ")"]):
            for sign in "+-":
                yield "shifted layer", _put(tokens, i + 2, i + 2, sign, "1")


def _indices(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Two indices swapped, or one renamed to another of the formula."""
    used = sorted({t for i in _subscripts(tokens) for t in tokens[i[0] : i[1]] if t.isalpha()})
    for start, end in _subscripts(tokens):
        letters = [i for i in range(start, end) if tokens[i] in used]
        if len(letters) == 2 and letters[1] == letters[0] + 1:
            one, two = letters
            swapped = _put(tokens, one, two + 1, tokens[two], tokens[one])
            yield "swapped indices", swapped
        for i in letters:
            for other in used:
                yield "renamed index", _put(tokens, i, i + 1, other)


def _subscripts(tokens: list[str]) -> Iterator[tuple[int, int]]:
    for i, token in enumerate(tokens):
        if token == "_" and i + 1 < len(tokens):
            yield i + 1, _argument_end(tokens, i + 1)


def _functions(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    """One function or big operator for another; a fraction upside down; a sum dropped."""
    for i, token in enumerate(tokens):
        if token in _SWAPS:
            yield "swapped function", _put(tokens, i, i + 1, _SWAPS[token])
        if token == r"\sum":
            end = i + 1
            while tokens[end : end + 1] and tokens[end] in {"_", "^"}:
                end = _argument_end(tokens, end + 1)
            yield "dropped sum", _put(tokens, i, end)
        if token in {r"\frac", r"\tfrac", r"\dfrac"}:
            middle = _argument_end(tokens, i + 1)
            end = _argument_end(tokens, middle)
            flipped = (*tokens[middle:end], *tokens[i + 1 : middle])
            yield "fraction upside down", _put(tokens, i + 1, end, *flipped)


def _pieces(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Factors and terms dropped, neighbouring factors swapped."""
    pieces = list(_factors(tokens))
    for (start, end), following in zip_longest(pieces, pieces[1:]):
        yield "dropped factor", _put(tokens, start, end)
        if following and following[0] == end:
            after = following[1]
            turned = (*tokens[end:after], *tokens[start:end])
            yield "swapped factors", _put(tokens, start, after, *turned)
    depth = 0
    for i, token in enumerate(tokens):
        depth += (token in "{([") - (token in "})]")
        if token in {"+", "-"} and i and tokens[i - 1] not in {"=", "(", "{"}:
            end = _term_end(tokens, i + 1)
            if end > i + 1:
                yield "dropped term", _put(tokens, i, end)


def _term_end(tokens: list[str], start: int) -> int:
    depth, i = 0, start
    ends = {"+", "-", "=", "&", ",", r"\quad", r"\le", r"\approx", r"\\", ":", "<", r"\leftarrow"}
    while i < len(tokens):
        token = tokens[i]
        if depth == 0 and (token in ends or token in {"}", ")", "]"}):
            break
        depth += (token in {"{", "(", "["}) - (token in {"}", ")", "]"})
        i += 1
    return i


def _factors(tokens: list[str]) -> Iterator[tuple[int, int]]:
    """Slices that are one factor with its scripts, at the level of their term."""
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token in {"_", "^"}:
            i = _argument_end(tokens, i + 1)
            continue
        start = i
        if token in {r"\frac", r"\tfrac", r"\dfrac"}:
            i = _argument_end(tokens, _argument_end(tokens, i + 1))
        elif token == "(":
            i = _argument_end(tokens, i)
        elif token in {r"\bar", r"\dot", r"\hat"}:
            i += 2
        elif _LETTER.fullmatch(token) or token.replace(".", "").isdigit():
            i += 1
        else:
            i += 1
            continue
        while i < len(tokens) and tokens[i] in {"_", "^", "'"}:
            i = i + 1 if tokens[i] == "'" else _argument_end(tokens, i + 1)
        yield start, i


def _symbols(tokens: list[str]) -> Iterator[tuple[str, list[str]]]:
    """A symbol of the same formula in the place of another."""
    spans = list(_subscripts(tokens))
    spans += [
        (i + 1, _argument_end(tokens, i + 1))
        for i, token in enumerate(tokens)
        if token == "^" and i + 1 < len(tokens)
    ]
    places = [
        i
        for i, token in enumerate(tokens)
        if _LETTER.fullmatch(token)
        and token != "d"
        and not any(start <= i < end for start, end in spans)
    ]
    pool = sorted({tokens[i] for i in places})
    for i in places:
        for other in pool:
            yield "wrong symbol", _put(tokens, i, i + 1, other)


def _argument_end(tokens: list[str], start: int) -> int:
    """Behind an argument: a group in brackets, or a single sign."""
    if start >= len(tokens):
        return len(tokens)
    if tokens[start] not in _GROUP:
        return start + 1
    depth = 0
    for i in range(start, len(tokens)):
        depth += (tokens[i] in _GROUP) - (tokens[i] in _GROUP.values())
        if depth == 0:
            return i + 1
    return len(tokens)
