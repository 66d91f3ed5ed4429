"""The numbers printed in a note: each must be one that the note's module computes.

What counts is a number with a decimal point, a negative power of ten or a percent sign, in running
text or in a formula. It claims to be right to half a unit of its last printed place. A module
computes what its `example()` returns and what it prints; of a number that it prints, only the
printed places are known, so it may be cited or rounded but not made more precise. What a lab
computes is what it prints.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from math import nan

from .markup import Formula, Markup
from .modules import Modules
from .note import Note
from .problem import Problem

COUNTED = {"note", "lab"}
"""Kinds of pages whose numbers must be computed."""
_SPACE = r"[ ~]|\\[,;:! ]|&\w+;"
_GAP = rf"(?:\s|{_SPACE})*+"
_THIN = r"(?:\\,|[\u2009\u202f])"
_WHOLE = rf"\d++(?:(?:{_THIN}|,|\{{,\}})\d{{3}}(?!\d))*+"
_PLACES = rf"\.(?:(?:\d{{3}}{_THIN})++\d{{1,3}}(?!\d)|\d++)"
_DIGITS = rf"(?:{_WHOLE}(?:{_PLACES})?+|(?<![\w)\]}}]){_PLACES})"
_NUMBER = re.compile(
    rf"""
    (?=[-−.\d]) (?P<minus>[-−]{_GAP})? (?<![\d.])
    (?: (?:(?P<mantissa>{_DIGITS}){_GAP}(?:\\cdot|\\times|[·×]){_GAP})?
        (?P<base>\d\d)(?:\^{_GAP}(?:\{{{_GAP})?(?P<power>[-−]?\d{{1,3}}+){_GAP}\}}?|(?P<raised>⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]{{1,3}}))
      | (?P<digits>{_DIGITS})(?:[eE](?P<e>[-−+]?\d{{1,3}}+))?
    ) (?!\.?\d)
    (?P<percent>{_GAP}\$?{_GAP}(?:\\?%|per\s?cent(?:age\spoints?)?\b))?
    """,
    re.VERBOSE,
)
_MAY_HOLD = re.compile(r"\.[ \\,\d{]*\d|%|per\s?cent|\d\d\s*(?:\^|⁻)|\d[eE][-−+]?\d", re.IGNORECASE)
_ASCII = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")
# A minus after one of these is a sign. Elsewhere it may be an operation, and either sign passes.
_SIGNED = re.compile(
    r"(?:[$(\[{,;:=<>&≈·×*_/\"'“‘]|\\\\|\\(?:approx|sim|cdot|times|leq?|geq?|lt|gt|neq?|in|to)\b)"
    rf"(?:{_SPACE})*[-−]{_GAP}\Z|(?:^|\|\s+|(?<![\\a-zA-Z])[a-zA-Z]{{2,}}\s+)[-−]\Z"
)
_WORD = "section|sec|chapter|ch|equation|eq|figure|fig|table|theorem|lemma|version|numpy|python"
_PLACE = r"\d+(?:\.\d+)+"
_NOT_COMPUTED = re.compile(
    rf"""
    (?<![\\\w])(?:(?:{_WORD})(?:s\.?\s*{_PLACE}(?:,\s*{_PLACE})*\s*(?:and|or|to|[-–]))?s?\.?\s*
        | (?:arxiv|doi):?\s* | §+\s* | v){_PLACE}
  | https?://\S+ | (?<![\w-])[\w-]++="[^"\n]*"
  | \\(?:tag|[hm]space)\*?\{{[^{{}}\n]*\}} | \\\\\[-?[\d.]+[a-z]+\]
    """,
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Candidate:
    """A number that a module computes, known up to `margin`."""

    name: str
    value: float
    margin: float = 0.0


@dataclass(frozen=True)
class Printed:
    """A number as it stands at an offset of a text, with half a unit of its last printed place."""

    offset: int
    text: str
    value: float
    tolerance: float
    scales: tuple[int, ...]
    """What a candidate may be multiplied by: 100 for a percentage, -1 if the sign stands apart."""

    def admits(self, candidate: Candidate) -> bool:
        """Whether the candidate, wherever it lies within its margin, rounds to this number."""
        slack = 1e-9 * self.tolerance + 1e-15 * abs(candidate.value)
        return self._off(candidate, *self.scales) - self.tolerance <= slack

    def distance(self, candidate: Candidate) -> float:
        """How far off the candidate can be, whatever the signs."""
        return self._off(candidate, *self.scales, *(-scale for scale in self.scales))

    def _off(self, candidate: Candidate, *scales: int) -> float:
        value, margin = candidate.value, candidate.margin
        return min(abs(self.value - scale * value) + abs(scale) * margin for scale in scales)


def printed_numbers(markup: Markup) -> list[Printed]:
    """The numbers of a text that must be computed, in order."""
    if not _MAY_HOLD.search(markup.text):  # most texts hold none, and this is quick to see
        return []
    text = list(markup.masked)
    for token in markup.tokens:
        if isinstance(token, Formula):
            text[token.start : token.end] = markup.text[token.start : token.end]
    return list(_read(_NOT_COMPUTED.sub(lambda match: " " * len(match[0]), "".join(text))))


def _read(text: str) -> Iterator[Printed]:
    for match in _NUMBER.finditer(text):
        written = re.sub(r"[^\d.]", "", match["mantissa"] or match["digits"] or "1")
        power = (match["power"] or match["raised"] or match["e"] or "0").translate(_ASCII)
        scale = _scale(int(match["base"] or 10), int(power))
        if "." in written or "-" in power or match["percent"]:
            first = match.end("minus") if match["minus"] else match.start()
            signed = match["minus"] and _SIGNED.search(text, max(0, first - 30), first)
            start = match.start() if signed else first
            signs = (1, -1) if match["minus"] and not signed else (1,)
            sizes = (1, 100) if match["percent"] else (1,)
            yield Printed(
                start,
                " ".join(text[start : match.end()].split()),
                (-1 if signed else 1) * float(written) * scale,
                0.5 * 10.0 ** -len(written.partition(".")[2]) * scale,
                tuple(sign * size for sign in signs for size in sizes),
            )


def _scale(base: int, power: int) -> float:
    """A power of ten, which may be infinite; a slip may put another base, even zero."""
    if base == 10:
        return float(f"1e{power}")
    return float(base) ** power if base or power > 0 else nan


def candidates(module: str, modules: Modules) -> list[Candidate]:
    """What a module computes: the numbers of its `example()`, then those that it prints."""
    returned = [Candidate(*item) for item in modules.example(module).numbers.items()]
    return returned + _in_output(modules.run(module).output)


def _in_output(output: str) -> list[Candidate]:
    signed = re.sub(r"\s(?=[-−][\d.])", ";", output)  # a minus here is a sign
    return [Candidate("in its output", at.value, at.tolerance) for at in _read(signed)]


def _known(note: Note, modules: Modules) -> list[Candidate]:
    """What the program of a page computes."""
    if note.kind == "lab":
        return _in_output(modules.labs.run(note.slug).output)
    return candidates(note.module, modules)


def claims(note: Note, modules: Modules) -> list[tuple[Printed, Candidate | None]]:
    """Each printed number of a note with the nearest candidate that it can stand for, or none."""
    printed = printed_numbers(note.markup)
    known = _known(note, modules) if printed else []
    fits = ((number, filter(number.admits, known)) for number in printed)
    return [(number, min(fit, key=number.distance, default=None)) for number, fit in fits]


def number_problems(note: Note, modules: Modules) -> Iterator[Problem]:
    """Numbers of a note that its module does not compute, or of a lab that it does not print."""
    claimed, shown = claims(note, modules), f"snippets/{note.module}.py"
    advice = "correct it, or return it from example() under a telling name"
    if note.kind == "lab":
        shown, advice = note.shown, "correct it, or print it"
        if modules.labs.run(note.slug).failure:
            return
    elif claimed and modules.path(note.module).is_file():
        example = modules.example(note.module)
        if example.failure and not modules.run(note.module).failure:
            yield Problem(shown, example.line, 1, example.failure)
        if example.failure:  # a module that cannot be run is reported where that is tried
            return
    for number, candidate in claimed:
        if not candidate:
            near = min(_known(note, modules), key=number.distance, default=None)
            digits = sum(map(str.isdigit, number.text.lstrip("-−0."))) + 1
            nearest = f"nearest is {near.value:.{digits}g} ({near.name})" if near else "it has none"
            message = f"{number.text} is not among the numbers of {shown}: {nearest}; "
            yield note.problem(number.offset, message + advice)
