"""What a formula looks like: the tree that the grammar gives, before any symbol has a meaning."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Node:
    """A piece of a formula; `at` is the offset of its first character in the LaTeX."""

    at: int


@dataclass(frozen=True, slots=True)
class Number(Node):
    """A number as printed, such as `2` or `0.35`."""

    text: str


@dataclass(frozen=True, slots=True)
class Name(Node):
    r"""A letter or named symbol: `x`, `\\delta`, `\\bar v`, `\\operatorname{relu}`."""

    text: str


@dataclass(frozen=True, slots=True)
class Command(Node):
    r"""A sign that acts on its neighbours: `\\sum`, `\\nabla`, `\\partial`, `\\sin`, `\\cdots`."""

    text: str


@dataclass(frozen=True, slots=True)
class Infix(Node):
    r"""A sign between factors: `\\cdot`, `\\odot`, `\\times`, `/`."""

    text: str


@dataclass(frozen=True, slots=True)
class Fraction(Node):
    r"""`\\frac{over}{under}`; `kind` tells a fraction from a binomial coefficient."""

    kind: str
    over: "Items"
    under: "Items"


@dataclass(frozen=True, slots=True)
class Root(Node):
    r"""`\\sqrt{of}` or `\\sqrt[degree]{of}`."""

    of: "Items"
    degree: "Items | None"


@dataclass(frozen=True, slots=True)
class Brackets(Node):
    r"""Something between brackets; `kind` says which, and `place` is `\\left. … \\right|`."""

    kind: str
    items: "Items"


@dataclass(frozen=True, slots=True)
class Matrix(Node):
    r"""Rows of cells: `bmatrix`, or `cases` with a value and a condition in each row."""

    kind: str
    rows: "tuple[tuple[Statement, ...], ...]"


@dataclass(frozen=True, slots=True)
class Scripted(Node):
    """A base with what stands below, above, and how many primes."""

    base: Node
    below: "tuple[Items, ...]" = ()
    above: "tuple[Items, ...]" = ()
    primes: int = 0


@dataclass(frozen=True, slots=True)
class Factorial(Node):
    """`n!`."""

    of: Node


@dataclass(frozen=True, slots=True)
class Term(Node):
    """Factors and infix signs in a row; which of them multiply is not known yet."""

    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Terms with their signs, `+1` or `-1`."""

    terms: tuple[tuple[int, Term], ...]


@dataclass(frozen=True, slots=True)
class Statement(Node):
    """Sides with the relation before each but the first: `a = b ≤ c`."""

    sides: tuple[Sum, ...]
    relations: tuple[str, ...] = ()
    places: tuple[int, ...] = ()
    """Offset of each relation."""


@dataclass(frozen=True, slots=True)
class Items(Node):
    """Statements separated by commas: arguments, indices, the range of a sum."""

    parts: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class Clause(Node):
    r"""A condition after `\\quad`: its word (`if`, `for`, `where`, or `limit`) and what it says."""

    word: str
    items: Items


@dataclass(frozen=True, slots=True)
class Formula(Node):
    """Statements (several only in `aligned`) with the conditions on them."""

    statements: tuple[Statement, ...]
    clauses: tuple[Clause, ...] = ()
    rows: tuple["Formula", ...] = ()
    """The rows of `aligned` one by one, where one of them has a condition of its own."""


def same_tree(a: object, b: object) -> bool:
    """Whether two trees are the same but for positions."""
    if isinstance(a, Node):
        names = [name for name in type(a).__slots__ if name not in {"at", "places"}]
        return type(a) is type(b) and all(same_tree(getattr(a, n), getattr(b, n)) for n in names)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(same_tree, a, b))
    return a == b
