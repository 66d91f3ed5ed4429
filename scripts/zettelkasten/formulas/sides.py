"""What can be said of the sides of a formula without evaluating them, and how they are shown."""

import numpy as np

from . import meaning, ranges, shapes, tree
from .meaning import Meaning, Symbol
from .scene import Draw, Scene
from .shapes import Value


def printed(side: Meaning) -> float | None:
    """Half a unit in the last place of a side that is a printed number; 0 for a whole one."""
    if isinstance(side, meaning.Sum) and len(side.terms) == 1:
        side = side.terms[0][1]
    if isinstance(side, meaning.Rows):
        places = [printed(cell) for row in side.rows for cell in row]
        return None if None in places else max(place for place in places if place is not None)
    if isinstance(side, meaning.Binary) and (exponent := _power_of_ten(side.right)) is not None:
        places = printed(side.left)
        return None if places is None else places * 10.0**exponent
    if isinstance(side, meaning.Binary) and side.operation is meaning.shapes.divide:
        parts = (printed(side.left), printed(side.right))
        return 0.0 if parts == (0.0, 0.0) else None
    if not isinstance(side, meaning.Constant) or not side.text:
        return None
    decimals = side.text.partition(".")[2]
    return 0.5 * 10 ** -len(decimals) * (1 + 1e-9) if decimals else 0.0


def _power_of_ten(side: Meaning) -> float | None:
    """The exponent of a printed power of ten."""
    if not isinstance(side, meaning.Binary) or side.operation is not shapes.power:
        return None
    base, exponent = side.left, side.right
    if not isinstance(base, meaning.Constant) or base.number != 10 or mentioned(exponent):
        return None
    return float(np.real(exponent.value(Scene(Draw(0, {})))))


def terms_of(side: Meaning, scene: Scene) -> list[Value]:
    """Values of the terms of a side, those of its sums one by one."""
    if isinstance(side, meaning.Sum):
        return [value for _, term in side.terms for value in terms_of(term, scene)]
    if isinstance(side, ranges.Big) and side.operation == r"\sum":
        scenes = [scene.with_letters(**{side.over.letter: i}) for i in side.over.numbers(scene)]
        return [value for one in scenes for value in terms_of(side.body, one)]
    return [side.value(scene)]


def mentioned(side: object) -> set[str]:
    """Every symbol in a side."""
    if isinstance(side, Symbol):
        return {side.name}.union(*map(mentioned, vars(side).values()))
    if isinstance(side, Meaning):
        return set().union(*map(mentioned, vars(side).values()))
    return set().union(*map(mentioned, side)) if isinstance(side, tuple | list) else set()


def mentioned_letters(side: object) -> set[str]:
    """Every index letter in a side."""
    if isinstance(side, meaning.Letter):
        return {side.letter}
    if isinstance(side, Meaning):
        return set().union(*map(mentioned_letters, vars(side).values()))
    return set().union(*map(mentioned_letters, side)) if isinstance(side, tuple | list) else set()


def is_bare_sign(statement: tree.Statement) -> bool:
    """Whether a formula only mentions a sign, such as ⊙ or tanh."""
    factors = statement.sides[0].terms[0][1].factors
    lone = len(statement.sides) == 1 and len(factors) == 1
    return lone and isinstance(factors[0], tree.Command | tree.Infix)


def is_zero(side: Meaning) -> bool:
    """Whether a side is a bare 0, which takes the shape of the other."""
    return isinstance(side, meaning.Constant) and side.text == "0"


def mentions(side: object, name: str) -> bool:
    """Whether a symbol stands anywhere in a side."""
    return name in mentioned(side)


def differ(a: Value, relation: str, b: Value, scene: Scene) -> str:
    """Which side gave what, for which indices and draw."""
    letters = ", ".join(f"{letter}={i}" for letter, i in scene.letters.items())
    where = f" at {letters}" if letters else ""
    return f"right side is {show(b)}, left side is {show(a)}{where} (draw {scene.draw.number})"


def show(value: Value) -> str:
    """A value on one line, with four digits."""
    if value.shape == ():
        return f"{complex(value):.4g}" if value.dtype.kind == "c" else f"{float(value):.4g}"
    return np.array2string(np.real(value), precision=4, threshold=12).replace("\n", "")
