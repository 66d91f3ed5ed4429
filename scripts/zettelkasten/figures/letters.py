"""Words and letters in figures, as SVG text, and how wide they are.

Letters come from the math font, whose measures are known, so a bar sits where it sits in a formula.
Other words are as wide as in Arial; other fonts come near, and nothing depends on it but room.
"""

import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from html import escape
from math import isclose
from pathlib import Path
from typing import NamedTuple

from .nodes import LETTER

LETTER_SIZE, TEXT_SIZE, SMALL = 18, 14, 12
BAR = "¯"
_X_HEIGHT = 442
"""Of the math font, in thousandths of its size; its bar is made for letters of this height."""
_HALF_BAR = 180
"""What of the bar lies right of its middle."""
_BELOW, _ABOVE = 4, -7
"""How far scripts are moved down, in pixels."""
_SCRIPT = {"(": 389, ")": 389}
_WIDE, _NARROW = frozenset("mwMW%@"), frozenset("ijlft.,:;()[]| '!I")


class Measures(NamedTuple):
    """Of a letter, in thousandths of its size: its width, its height, and the middle of a bar."""

    width: int
    height: int
    middle: int


@dataclass(frozen=True)
class Run:
    """Signs in one style, moved by so many pixels from where the ones before them end."""

    kind: str
    signs: str
    right: float = 0
    down: float = 0

    @property
    def svg(self) -> str:
        """The run as SVG."""
        signs = escape(self.signs, quote=False)
        named = f' class="{self.kind}"' if self.kind else ""
        right = f' dx="{self.right:.1f}"' if abs(self.right) > 0.05 else ""
        down = f' dy="{self.down:.1f}"' if abs(self.down) > 0.05 else ""
        return f"<tspan{named}{right}{down}>{signs}</tspan>" if named + right + down else signs


@dataclass(frozen=True)
class Words:
    """Runs, what they say, about how wide they are, and by how much the next run must be moved."""

    runs: tuple[Run, ...]
    said: str
    width: float
    right: float = 0
    down: float = 0

    def __add__(self, other: "Words") -> "Words":
        first, *rest = other.runs
        moved = replace(first, right=first.right + self.right, down=first.down + self.down)
        return replace(
            other,
            runs=(*self.runs, moved, *rest),
            said=self.said + other.said,
            width=self.width + other.width,
        )

    @property
    def svg(self) -> str:
        """The runs as SVG."""
        return "".join(run.svg for run in self.runs)


def plain(text: str, size: int = TEXT_SIZE) -> Words:
    """Words in the sans font of the figure."""
    kind = "" if size == TEXT_SIZE else "s"
    return Words((Run(kind, text),), text, _width(text) * size)


def sign(one: str) -> Words:
    """A sign of formulas, in their font."""
    return Words((Run("m", "𝜎" if one == "σ" else one),), one, 14)


def letter(latex: str, bar: bool = False) -> Words:
    """A letter with its scripts, and with a bar if it is an adjoint."""
    parts = LETTER.fullmatch(latex)
    if not parts:
        raise ValueError(f"no letter: {latex}")
    sign, measures = _italic(parts["base"])
    runs, said, width = [Run("m", sign)], sign, _scaled(measures.width)
    right = down = widest = ends = 0.0
    if bar:
        over = _measures()[BAR]
        back = _scaled(measures.middle - over.middle - measures.width)
        lift = _scaled(max(measures.height - _X_HEIGHT, 0))
        runs.append(Run("m o", BAR, back, -lift))
        right, down, said = -back - _scaled(over.width), lift, said + BAR
        ends = _scaled(measures.middle + _HALF_BAR - measures.width)
    for script, level in ((parts["below"], _BELOW), (parts["above"], _ABOVE)):
        if script:
            signs = script.strip("{}")
            apart = max(ends + 1.5, 0) if bar and level == _ABOVE else 0  # from the bar
            right += apart
            runs.append(Run("m s", signs, right, down + level))
            before = apart + _script_width(signs)
            widest, right, down = max(widest, before), -before, -level
            said += ("_" if level > 0 else "^") + signs
    if widest:
        right += widest
    return Words(tuple(runs), said, width + widest, right, down)


def rounded(value: float) -> str:
    """A place in a drawing."""
    return f"{round(value, 1) + 0.0:g}"


def number(value: float) -> str:
    """Four significant digits, with a real minus; fewer where the number is exactly that."""
    if value == 0:
        return "0"
    rounded = Decimal(f"{value:.3e}")
    is_exact = isclose(float(rounded), value, rel_tol=1e-12)
    shown = format(rounded.normalize() if is_exact else rounded, "f")
    return shown.replace("-", "−")


def term(value: float) -> str:
    """A number behind a sign."""
    return f"({number(value)})" if value < 0 else number(value)


def text(x: float, y: float, words: Words, colour: str, more: str = "") -> str:
    """An SVG text around x, on the line y."""
    place = f'x="{rounded(x)}" y="{rounded(y)}"'
    return f'<text {place} fill="var(--{colour})"{more}>{words.svg}</text>'


def _italic(name: str) -> tuple[str, Measures]:
    """The italic form of a letter in the math font, by its LaTeX name, and its measures."""
    if name == "h":
        sign = "ℎ"
    else:
        size = "CAPITAL" if name.lstrip("\\")[0].isupper() else "SMALL"
        sign = unicodedata.lookup(f"MATHEMATICAL ITALIC {size} {name.lstrip(chr(92)).upper()}")
    return sign, _measures()[sign]


@cache
def _measures() -> dict[str, Measures]:
    """What `scripts/subset_font.py` measured."""
    lines = Path(__file__).with_name("letters.txt").read_text(encoding="utf-8").splitlines()
    return {line[0]: Measures(*map(int, line[1:].split())) for line in lines}


def _scaled(thousandths: int) -> float:
    return thousandths * LETTER_SIZE / 1000


def _script_width(text: str) -> float:
    return sum(_SCRIPT.get(sign, 500) for sign in text) * SMALL / 1000


def _width(text: str) -> float:
    """Of words in Arial, in ems."""
    return sum(0.85 if sign in _WIDE else 0.28 if sign in _NARROW else 0.57 for sign in text)
