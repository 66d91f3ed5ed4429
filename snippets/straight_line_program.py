"""Straight-line program: assignments, one after another, without branches and loops.

    v₂ = v₀ v₁,  v₃ = sin v₂,  v₄ = 1 v₂,  v₅ = v₀ v₁,  y = v₄ + v₅      becomes      y = v₂ + v₂

A Wengert list is one. Nothing in it depends on a way that was taken, so it can be rewritten line by
line: what no input reaches is computed once and for all, what is known already is not computed
again, and what no result needs goes.

Source: the words are those of algebraic complexity theory; the example is made up.
"""

import itertools
import operator

import numpy as np

from snippets.operator_overloading import leaves, mapped
from snippets.vjp import scatter
from snippets.wengert_list import Recorded, record


class Line:
    """value = function(*arguments, **keywords), with lines in the places of operands.

    function is None for an input. value: what it was in the run that was recorded.
    """

    made = itertools.count()

    def __init__(self, function, arguments, keywords, value):
        self.function, self.arguments, self.keywords = function, arguments, keywords
        self.value, self.number = value, next(self.made)
        self.operands = [a for a in leaves((arguments, keywords)) if isinstance(a, Line)]
        self.shape = getattr(value, "shape", None)  # several values in a list have none

    def fits(self, other):
        """Whether the shape and type of its value are those of another line."""
        if not isinstance(other, Line) or self.shape is None or self.shape != other.shape:
            return False
        return self.value.dtype == other.value.dtype


def constant():
    """The function of a line that is the same in each run: it has its value."""


class AnotherWay(ValueError):
    """What is computed depends on the values that go in, and these go another way."""


def branch(truth, taken):
    """Go on where the recorded run went, and nowhere else."""
    if bool(truth) is not taken:
        raise AnotherWay("these arguments take another branch than those of the trace: emit again")


def shaped(a, shape):
    """Likewise where a shape depends on values, as that of a[a > 0] does."""
    if np.shape(a) != shape:
        raise AnotherWay(f"shape {np.shape(a)} where the trace had {shape}: emit again")


def added_at(a, index, g):
    """The sum of a and scatter(g, index, a.shape)."""
    total = np.array(a)
    np.add.at(total, index, g)
    return total


GUARDS = {branch, shaped}  # they return nothing, and stay in their places


def as_it_is(v):
    """The same line."""
    return v


# --8<-- [start:lines]
def lines(steps, change=as_it_is):
    """{record: its line}, which may be changed on the way."""
    line_of = {}
    for step in steps:
        nested = (step.arguments, step.keywords or {})
        nested = mapped(lambda a: line_of.get(a, a) if isinstance(a, Recorded) else a, nested)
        line_of[step] = change(Line(step.function, *nested, step.value))
    return line_of


def needed(results):
    """The lines that results need, themselves included, in order."""
    found, left = set(), [*results]
    while left:
        v = left.pop()
        if v not in found:
            found.add(v)
            left += v.operands
    return sorted(found, key=operator.attrgetter("number"))


# --8<-- [end:lines]


def elementwise(function):
    """Whether an entry of the result depends on the same entries of the operands."""
    return isinstance(function, np.ufunc) and function.signature is None


def hashable(nested):
    """A nesting as tuples, the same for the same values."""
    if isinstance(nested, Line):
        return nested
    if isinstance(nested, dict):
        return tuple((name, hashable(part)) for name, part in sorted(nested.items()))
    if isinstance(nested, list | tuple):
        return (type(nested), *map(hashable, nested))
    if isinstance(nested, np.ndarray | np.generic):
        return nested.shape, nested.dtype.str, nested.tobytes()
    return repr(nested)


NEUTRAL = {np.multiply: 1, np.add: 0}
LONG = 1000  # BLAS adds in fewer parts than NumPy: long rows would lose digits


def known(a):
    """The value of what is the same in each run, else None."""
    if not isinstance(a, Line):
        return a
    return a.value if a.function is constant else None


# --8<-- [start:rewritings]
def folded(v):
    """What no input reaches is a constant."""
    fixed = v.operands and all(u.function is constant for u in v.operands)
    return Line(constant, (), {}, v.value) if fixed else v


def without_neutral(v):
    """1 u and u + 0 are u."""
    for a, u in (v.arguments, v.arguments[::-1]) if v.function in NEUTRAL else ():
        if np.all(known(a) == NEUTRAL[v.function]) and v.fits(u):
            return u
    return v


class Simplifier:
    """It remembers the lines that there are."""

    def __init__(self):
        self.seen = {}

    def __call__(self, v):
        """The line, rewritten, or an earlier one that computes the same."""
        for rewriting in REWRITINGS:
            v = rewriting(v)
        return self.seen.setdefault(key(v), v)


# --8<-- [end:rewritings]


def key(v):
    """What two lines share that compute the same; inputs are all different."""
    return (v.function, hashable((v.arguments, v.keywords, known(v)))) if v.function else v


def of_power(v):
    """u¹ is u, and u² the square."""
    if v.function is not np.power or not v.fits(v.arguments[0]):
        return v
    u, exponent = v.arguments[0], known(v.arguments[1])
    if np.all(exponent == 1):
        return u
    return Line(np.square, (u,), {}, v.value) if np.all(exponent == 2) else v


def without_reshape(v):
    """What has the shape already is not reshaped."""
    return v.arguments[0] if v.function is np.reshape and v.fits(v.arguments[0]) else v


def without_repeats(v):
    """An operand u + zeros repeats u along an axis. Elementwise functions do so themselves."""
    if not elementwise(v.function):
        return v
    arguments = tuple(map(repeated, v.arguments))
    shapes = [a.shape if isinstance(a, Line) else np.shape(a) for a in arguments]
    fits = np.broadcast_shapes(*shapes) == v.shape
    return Line(v.function, arguments, v.keywords, v.value) if fits else v


def repeated(a):
    """U for u + zeros of the same type, else a."""
    if isinstance(a, Line) and a.function is np.add:
        for zeros, u in (a.arguments, a.arguments[::-1]):
            if isinstance(u, Line) and np.all(known(zeros) == 0) and u.value.dtype == a.value.dtype:
                return u
    return a


def options(v):
    """The axis and keepdims of a sum or mean of floats that has no other options, else None."""
    a, *more = v.arguments
    given = dict(zip(("axis",), more, strict=False)) | v.keywords
    plain = isinstance(a, Line) and a.shape and a.value.dtype in (np.float32, np.float64)
    if not plain or len(more) > 1 or not {"axis", "keepdims"} >= given.keys():
        return None
    default = 0 if v.function == np.add.reduce else None
    return given.get("axis", default), given.get("keepdims", False)


def mean_by_sum(v):
    """np.mean looks at its options for longer than it adds."""
    how = options(v) if v.function is np.mean and v.value.size else None
    if how is None:
        return v
    a, total = v.arguments[0], {"axis": how[0], "keepdims": how[1]}
    total = sum_by_product(Line(np.add.reduce, (a,), total, v.value))
    return Line(np.divide, (total, a.value.size / v.value.size), {}, v.value)


def sum_by_product(v):
    """BLAS adds the entries of a row or column faster, as a product with ones."""
    how = options(v) if v.function in (np.sum, np.add.reduce) else None
    if how is None:
        return v
    a, (axis, kept) = v.arguments[0], how
    axis = 0 if axis is None and a.value.ndim == 1 else axis
    if a.value.ndim > 2 or type(axis) is not int or a.shape[axis] > LONG:
        kept = {"keepdims": True} if kept else {}
        return Line(np.add.reduce, (a,), {"axis": axis} | kept, v.value)
    return product(a, axis % a.value.ndim, bool(kept), v.value)


def product(a, axis, kept, value):
    """A row of ones times a, or a times a column of ones."""
    count = a.shape[axis]
    shape = ((1, count)[1 - kept :], (count, 1)[: 1 + kept])[axis]
    ones = np.ones(shape, a.value.dtype)
    return Line(np.dot, (a, ones) if axis else (ones, a), {}, value)


def scattered_into(v):
    """What would be scattered into zeros and then added is added where it belongs."""
    for a, u in (v.arguments, v.arguments[::-1]) if v.function is np.add else ():
        if isinstance(a, Line) and a.function is scatter and v.fits(u):
            return Line(added_at, (u, a.arguments[1], a.arguments[0]), {}, v.value)
    return v


REWRITINGS = folded, without_neutral, of_power, without_reshape, without_repeats
REWRITINGS += mean_by_sum, sum_by_product, scattered_into


def simplified(steps):
    """{record: its line}; records of the same value have the same line."""
    return lines(steps, Simplifier())


# --8<-- [start:example]
def f(x_0, x_1):
    """The product twice; a factor of one; a sine that nobody needs."""
    product = x_0 * x_1
    np.sin(product)
    return 1 * product + x_0 * x_1


def shortened(y):
    """The lines that y needs, simplified."""
    return needed([simplified(y.list.steps)[y]])


# --8<-- [end:example]


def computed(program, *inputs):
    """The last value, when the lines are computed for these inputs."""
    left, values = iter(inputs), {}
    for v in program:
        nested = mapped(
            lambda a: values[a] if isinstance(a, Line) else a, (v.arguments, v.keywords)
        )
        if v.function in (None, constant):
            values[v] = v.value if v.function else next(left)
        else:
            values[v] = v.function(*nested[0], **nested[1])
    return values[program[-1]]


def told(program):
    """The lines as text, numbered anew."""
    names = {v: f"v{i}" for i, v in enumerate(program)}
    return [f"{names[v]} = {call(v, names)}" for v in program]


def call(v, names):
    """`multiply(v0, v1)`."""
    if v.function in (None, constant):
        return str(v.value) if v.function else "input"
    arguments = ", ".join(str(names.get(a, a)) for a in v.arguments)
    return f"{v.function.__name__}({arguments})"


def example():
    """The lines as recorded at (2, 5) and what is left of them; the value by both."""
    y = record(f, 2.0, 5.0)
    short = shortened(y)
    return {
        "recorded": told([*lines(y.list.steps).values()]),
        "short": told(short),
        "y": float(y.value),
        "again": computed(short, 2.0, 5.0),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    v: the values of the list as it was recorded, inputs first, each a number
    y: its result
    u: the values of the shortened program, inputs first, each a number
    w: the result of the shortened program
    m: how many lines were recorded, inputs included
    n: how many are left
    """
    x = (2.0, 5.0) if rng is None else rng.uniform(1, 3, size=2)
    y = record(f, *x)
    short = shortened(y)
    w = record(lambda *x: computed(short, *x), *x)
    v, u = (dict(enumerate(result.list.steps)) for result in (y, w))
    return {"v": v, "y": y, "u": u, "w": w, "m": len(v), "n": len(short)}


if __name__ == "__main__":
    numbers = example()
    left = [*numbers["short"], *[""] * len(numbers["recorded"])]
    for before, after in zip(numbers["recorded"], left, strict=False):
        print(f"{before:24} {after}".rstrip())
    print(f"{numbers['y']:<24} {numbers['again']}")
