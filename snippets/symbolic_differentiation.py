"""Symbolic differentiation: from the formula of a function to the formula of its derivative.

    d(u w)/dx = du/dx w + u dw/dx    and a rule like it for every other operation

A formula is a tree: an operation with its operands, down to numbers and symbols. Equal parts are
one object here. So the nodes can be counted as the tree is written out, every occurrence, and as it
is stored, every distinct part once. Plain NumPy code that is called on a symbol gives its formula.

Source: the logistic map, whose first value is v₁ = x, is Table 1 of A. G. Baydin and others,
JMLR 18(153), 2018. Counts are of the trees below; a program that simplifies more counts less.
"""

import operator
from functools import cache, partialmethod
from itertools import count
from numbers import Number

import numpy as np

from snippets import dual_numbers
from snippets.automatic_differentiation import f
from snippets.wengert_list import record


def power(u, k):
    """The real power, so nan for -1 to the 0.5; exact where u and k are."""
    return np.power(u, k) if isinstance(k, float) else u**k


# --8<-- [start:rules]
RULES = {  # φ, and its derivative from the operands u, w and theirs
    "+": (operator.add, lambda u, w, du, dw: du + dw),
    "-": (operator.sub, lambda u, w, du, dw: du - dw),
    "*": (operator.mul, lambda u, w, du, dw: du * w + u * dw),
    "/": (operator.truediv, lambda u, w, du, dw: (du * w - u * dw) / w**2),
    "**": (power, lambda u, k, du, _: k * u ** (k - 1) * du),
    "exp": (np.exp, lambda u, du: np.exp(u) * du),
    "log": (np.log, lambda u, du: du / u),
    "sin": (np.sin, lambda u, du: np.cos(u) * du),
    "cos": (np.cos, lambda u, du: -1 * np.sin(u) * du),
    "tanh": (np.tanh, lambda u, du: (1 - np.tanh(u) ** 2) * du),
    "sqrt": (np.sqrt, lambda u, du: du / (2 * np.sqrt(u))),
}
# --8<-- [end:rules]
METHODS = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "**": "pow"}
LONGEST = 200  # nodes of an expression that is printed
numbers = count()


class Expression:
    """An operation with its operands; without operands, a number or the name of a symbol."""

    def __init__(self, operation, *operands):
        self.operation, self.operands, self.number = operation, operands, next(numbers)

    def infix(self, operation, w):
        """The expression u + w and the like, for this u."""
        return simplified(operation, self, leaf(w)) if fits(w) else NotImplemented

    def reflected(self, operation, u):
        """The expression u + w and the like, for this w and a plain number u."""
        return simplified(operation, leaf(u), self) if fits(u) else NotImplemented

    def applied(self, operation):
        """The expression exp(u) and the like; NumPy calls these methods."""
        return made(operation, self)

    def __neg__(self):
        return -1 * self

    def __eq__(self, w):
        return self is w if isinstance(w, Expression) else self.ordered(w)

    def ordered(self, w=0):
        """A comparison needs a value."""
        raise TypeError(f"{self} has no value yet to compare with {w}: write each branch by itself")

    __bool__ = __lt__ = __le__ = __gt__ = __ge__ = ordered
    __hash__ = object.__hash__

    def __repr__(self):
        if written(self) > LONGEST:
            return f"<{stored(self)} parts>"
        words = [f"({u})" if len(u.operands) > 1 else str(u) for u in self.operands]
        if len(words) > 1:
            return f" {self.operation} ".join(words)
        return f"{self.operation}({self.operands[0]})" if words else str(self.operation)


for operation in RULES:
    if operation in METHODS:
        name = METHODS[operation]
        setattr(Expression, f"__{name}__", partialmethod(Expression.infix, operation))
        setattr(Expression, f"__r{name}__", partialmethod(Expression.reflected, operation))
    else:
        setattr(Expression, operation, partialmethod(Expression.applied, operation))

made = cache(Expression)  # the same operation on the same operands is the same object
ZERO, ONE = made(0), made(1)


def symbol(name):
    """The expression that stands for a value to be given later."""
    return made(name)


def is_symbol(x):
    """Whether something is a symbol."""
    return isinstance(x, Expression) and not x.operands and isinstance(x.operation, str)


def is_number(u):
    """Whether an expression is a number."""
    return isinstance(u.operation, Number)


def fits(w):
    """Whether something can be part of an expression."""
    return isinstance(w, Number | Expression)


def leaf(w):
    """An expression as it is, and a number as an expression."""
    if not fits(w):
        raise TypeError(f"{w!r:.40} is no expression: take the entries of an array one by one")
    return w if isinstance(w, Expression) else ZERO if w == 0 else ONE if w == 1 else made(w)


# --8<-- [start:simplified]
def simplified(operation, u, w):
    """The operation on u and w: two numbers are combined, a 0 or 1 without effect is left out."""
    if operation == "**" and not is_number(w):
        raise TypeError(f"({u}) ** ({w}) has no number for its exponent: write exp(w log u)")
    if is_number(u) and is_number(w):
        return leaf(RULES[operation][0](u.operation, w.operation))
    if operation == "*" and ZERO in (u, w):
        return ZERO
    if (operation, u) in (("+", ZERO), ("*", ONE)):
        return w
    if (operation, w) in (("+", ZERO), ("-", ZERO), ("*", ONE), ("/", ONE), ("**", ONE)):
        return u
    return made(operation, u, w)


# --8<-- [end:simplified]


def parts(y):
    """Every distinct part of y, operands before what uses them, so in the order they were made."""
    found, waiting = set(), [leaf(y)]
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting.extend(part.operands)
    return sorted(found, key=operator.attrgetter("number"))


# --8<-- [start:derivative]
def derivative(y, x):
    """dy/dx as an expression."""
    if not is_symbol(x):
        raise ValueError(f"a derivative is taken by a symbol, and {x} is none")
    slopes = {}
    for part in parts(y):
        slopes[part] = ONE if part is x else ZERO
        if part.operands:
            rule = RULES[part.operation][1]
            slopes[part] = rule(*part.operands, *(slopes[u] for u in part.operands))
    return slopes[part]  # the last part is y itself


# --8<-- [end:derivative]


@np.errstate(all="ignore")
def evaluate(y, /, **at):
    """The value of y where the symbols have these values; each distinct part is computed once."""
    values = {}
    for part in parts(y):
        operands = [values[u] for u in part.operands]
        try:
            values[part] = RULES[part.operation][0](*operands) if operands else given(part, at)
        except ZeroDivisionError:
            values[part] = np.nan
        if not abs(values[part]) < np.inf:
            raise ValueError(f"{part.operation} of {operands} gives {values[part]} where {at}")
    return values[part]


def given(leaf, at):
    """The value of a leaf: of a number itself, of a symbol what at says."""
    if is_symbol(leaf) and leaf.operation not in at:
        raise ValueError(f"{leaf} has no value: give it, as in evaluate(y, {leaf}=0.5)")
    return at.get(leaf.operation, leaf.operation)


# --8<-- [start:counts]
def stored(y):
    """How many nodes y has if a part that occurs again is kept once."""
    return len(parts(y))


def written(y):
    """How many nodes y has if it is written out."""
    sizes = {}
    for part in parts(y):
        sizes[part] = 1 + sum(sizes[u] for u in part.operands)
    return sizes[y]


# --8<-- [end:counts]


def example():
    """The formulas of v₁ to v₈ and of their slopes: their nodes, two of them, and values at 1/5."""
    x, times = symbol("x"), range(1, 9)
    v = {t: f(x, t - 1) for t in times}
    slopes = {t: derivative(v[t], x) for t in times}
    return {
        "t": list(times),
        "v written": [written(v[t]) for t in times],
        "slope written": [written(slopes[t]) for t in times],
        "v stored": [stored(v[t]) for t in times],
        "slope stored": [stored(slopes[t]) for t in times],
        "v_2": str(v[2]),
        "slope of v_2": str(slopes[2]),
        "v_4 at 0.2": evaluate(v[4], x=0.2),
        "slope of v_4 at 0.2": evaluate(slopes[4], x=0.2),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    f: a function that uses every operation
    x: the number at which it is taken, and where the logistic map starts
    s: the value at x of the formula that was derived from that of f
    v: v_t is the value of the map after t - 1 repetitions
    g: g_t is the value at x of the formula that was derived from that of v_t
    N: N_t is how many nodes the formula of v_t has, written out
    D: D_t is how many nodes the formula of its derivative has, written out
    \tilde D: the same for the derivative, each distinct part kept once
    """
    point = 0.2 if rng is None else rng.uniform(0, 1)
    x, y = record(lambda x: (x, f(x, 7)), point)
    numbers, X = example(), symbol("x")
    slopes = {t: evaluate(derivative(f(X, t - 1), X), x=point) for t in range(1, 5)}
    return {
        "f": dual_numbers.f,
        "x": x,
        "s": evaluate(derivative(dual_numbers.f(X), X), x=point),
        "v": dict(enumerate(y.list.steps[::3], start=1)),
        "g": slopes,
        "N": dict(enumerate(numbers["v written"], start=1)),
        "D": dict(enumerate(numbers["slope written"], start=1)),
        r"\tilde D": dict(enumerate(numbers["slope stored"], start=1)),
    }


if __name__ == "__main__":
    numbers = example()
    print("v_2     =", numbers["v_2"])
    print("dv_2/dx =", numbers["slope of v_2"])
    print("     nodes written out      stored once")
    print("t       v_t    dv_t/dx    v_t  dv_t/dx")
    columns = ("t", "v written", "slope written", "v stored", "slope stored")
    for row in zip(*(numbers[column] for column in columns), strict=True):
        print("{}{:10}{:11}{:7}{:9}".format(*row))
