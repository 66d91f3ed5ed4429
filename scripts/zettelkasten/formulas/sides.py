"""What can be said of the sides of a formula without evaluating them, and how they are shown."""

import numpy as np

from . import meaning, tree
from .derivatives import Derivative, Gradient
from .meaning import Meaning, Symbol
from .scene import Scene
from .shapes import Value


def printed(side: Meaning) -> float | None:
    """Half a unit in the last place of a side that is a printed number; 0 for a whole one."""
    if isinstance(side, meaning.Sum) and len(side.terms) == 1:
        side = side.terms[0][1]
    if isinstance(side, meaning.Rows):
        places = [printed(cell) for row in side.rows for cell in row]
        return None if None in places else max(place for place in places if place is not None)
    if isinstance(side, meaning.Binary) and side.operation is meaning.shapes.divide:
        parts = (printed(side.left), printed(side.right))
        return 0.0 if parts == (0.0, 0.0) else None
    if not isinstance(side, meaning.Constant) or not side.text:
        return None
    decimals = side.text.partition(".")[2]
    return 0.5 * 10 ** -len(decimals) * (1 + 1e-9) if decimals else 0.0


def is_bare_sign(statement: tree.Statement) -> bool:
    """Whether a formula only mentions a sign, such as ⊙ or tanh."""
    factors = statement.sides[0].terms[0][1].factors
    lone = len(statement.sides) == 1 and len(factors) == 1
    return lone and isinstance(factors[0], tree.Command | tree.Infix)


def is_zero(side: Meaning) -> bool:
    """Whether a side is a bare 0, which takes the shape of the other."""
    return isinstance(side, meaning.Constant) and side.number == 0


def mentions(side: object, name: str) -> bool:
    """Whether a symbol stands anywhere in a side."""
    if isinstance(side, Symbol) and side.name == name:
        return True
    if isinstance(side, Meaning):
        return any(mentions(part, name) for part in vars(side).values())
    return isinstance(side, tuple | list) and any(mentions(part, name) for part in side)


def orders(side: object) -> int:
    """How many derivatives stand inside each other: noise grows with every one."""
    if isinstance(side, Meaning):
        own = isinstance(side, Derivative | Gradient)
        return own + max(map(orders, vars(side).values()), default=0)
    return max(map(orders, side), default=0) if isinstance(side, tuple | list) else 0


def same_tree(a: object, b: object) -> bool:
    """Whether two trees are the same but for positions."""
    if isinstance(a, tree.Node):
        names = [name for name in type(a).__slots__ if name not in {"at", "places"}]
        return type(a) is type(b) and all(same_tree(getattr(a, n), getattr(b, n)) for n in names)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same_tree, a, b))
    return a == b


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
