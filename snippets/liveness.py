"""Liveness: when nobody will read an array again, the next result can be written over it.

    ℓⱼ = max { t : line t reads vⱼ }         v_t may lie in the memory of vⱼ if t = ℓⱼ

A program without branches has one last reader for each value, and it is found by looking. Who reads
a view reads the array that it is a view of. What cannot be known to lie in memory of its own is
never written over. `Printer` writes programs that way, as Python.

Source: the word is that of compilers; the example is made up.
"""

import math
import operator
from collections import Counter

import numpy as np

from snippets.straight_line_program import (
    GUARDS,
    Line,
    added_at,
    branch,
    constant,
    elementwise,
    hashable,
    needed,
    simplified,
)
from snippets.vjp import scatter
from snippets.wengert_list import record

# Functions whose result lies in memory of its own. Any other may return a view of an operand.
NEW = {np.dot, np.array, np.where, np.stack, np.concatenate, scatter, added_at}
COMPARISONS = {np.greater: ">", np.greater_equal: ">=", np.less: "<", np.less_equal: "<="}
COMPARISONS |= {np.equal: "==", np.not_equal: "!="}
INFIX = {np.add: "+", np.subtract: "-", np.multiply: "*", np.divide: "/", np.matmul: "@"}
INFIX |= COMPARISONS
METHODS = {np.reshape, np.squeeze, np.dot}  # shorter and faster than the functions
SHORT = {operator.getitem, np.reshape, np.squeeze, *COMPARISONS}  # used once: no line of their own
# Where all values are single numbers, Python's own arithmetic is fast. As in NumPy, nan passes.
SCALAR = {
    np.exp: "exp({})",
    np.log: "log({})",
    np.sin: "sin({})",
    np.cos: "cos({})",
    np.tanh: "tanh({})",
    np.sqrt: "sqrt({})",
    np.abs: "abs({})",
    np.power: "pow({}, {})",
    np.square: "{0} * {0}",
    np.positive: "+{}",
    np.negative: "-{}",
    np.sign: "({0} > 0) - ({0} < 0)",
    np.maximum: "{0} if {0} > {1} or {0} != {0} else {1}",
    np.minimum: "{0} if {0} < {1} or {0} != {0} else {1}",
    np.where: "{1} if {0} else {2}",
}


def makes_new(v):
    """Whether a result lies in memory of its own."""
    return isinstance(getattr(v.function, "__self__", v.function), np.ufunc) or v.function in NEW


# --8<-- [start:memory]
class Memory:
    """Who reads what last.

    lines: in order; inline: those that are computed only where another line uses them.
    """

    def __init__(self, lines, inline, results):
        self.inline, self.owners, self.last = inline, {}, {}
        for v in lines:
            shared = [] if makes_new(v) else v.operands
            self.owners[v] = {v}.union(*map(self.owners.get, shared))
            if v not in inline:
                self.last |= {w: v for u in self.reads(v) for w in self.owners[u]}
        self.last |= {w: None for v in results for w in self.owners[v]}  # the caller reads on

    def reads(self, v):
        """The lines that v reads, also by those that stand in it."""
        for u in v.operands:
            yield u
            if u in self.inline:
                yield from self.reads(u)

    def room(self, v):
        """The operand that v may be written over, if there is one."""
        return next((u for u in v.operands if self.is_free(u, v)), None)

    def is_free(self, u, v):
        """Whether u is an array of its own that v fits into, and v the last to read it."""
        computed = u.function is not None and makes_new(u) and u not in self.inline
        views = any(u in self.owners[w] for w in self.reads(v) if w is not u)
        return computed and not views and v.shape and v.fits(u) and self.last[u] is v


# --8<-- [end:memory]


class Printer:
    """Python text for lines.

    names: {input: its name}; the other lines get theirs from whoever asks for statements.
    """

    def __init__(self, lines, results, names):
        self.lines, self.names = lines, dict(names)
        self.constants, self.head, self.given = {}, [], {}
        self.scalar = all(map(is_scalar, lines))
        self.double = all(dtype_of(v) in (float, int, bool) for v in lines)
        uses = Counter(u for v in lines for u in v.operands)
        once = {v for v in lines if uses[v] == 1 and v.function in SHORT}
        transposes = {v for v in lines if v.function is np.matrix_transpose}
        self.inline = (once | transposes) - {*results}
        self.memory = Memory(lines, self.inline, results)

    def assigned(self):
        """The lines that are written on a line of their own."""
        inputs = (None, constant)
        return [v for v in self.lines if v.function not in inputs and v not in self.inline]

    def typed(self):
        """Lines that give floats the precision that they had in the trace."""
        floats = [v for v in self.names if v.function is None and v.shape == () and not self.double]
        types = [(self.names[v], v.value.dtype) for v in floats]
        return [f"{name} = np.{dtype}({name})" for name, dtype in types]

    # --8<-- [start:statements]
    def statements(self, v):
        """The assignment, in the memory of an operand where that can be."""
        if v.function in GUARDS:
            return [self.expression(v)]
        if v.function in (scatter, added_at):
            return self.scattering(v)
        room = self.memory.room(v) if elementwise(v.function) else None
        return [f"{self.names[v]} = {self.expression(v, room)}"]

    # --8<-- [end:statements]

    def scattering(self, v):
        """Zeros or a copy, to which g is added at an index."""
        name, (a, index, g) = self.names[v], v.arguments
        if v.function is scatter:
            a, g = g, a
            target = filled([], a, v.value.dtype)
        else:
            target = self.text(a) if self.memory.room(v) is a else f"np.array({self.text(a)})"
        if is_basic(index):
            sign = "=" if v.function is scatter else "+="
            return [f"{name} = {target}", f"{name}[{self.index(index)}] {sign} {self.text(g)}"]
        return [f"{name} = {target}", f"np.add.at({name}, {self.text(index)}, {self.text(g)})"]

    def expression(self, v, room=None):
        """The right side."""
        f, a = v.function, v.arguments
        if room is None and self.scalar and f in SCALAR:
            return SCALAR[f].format(*map(self.tight, a))
        if room is None and f in INFIX:
            return f"{self.tight(a[0])} {INFIX[f]} {self.tight(a[1])}"
        if f is operator.getitem:
            return f"{self.array(a[0])}[{self.index(a[1])}]"
        if f is np.matrix_transpose:
            return f"{self.tight(a[0])}.mT"
        words = [f"{key}={self.text(part)}" for key, part in v.keywords.items()]
        words += [f"out={self.names[room]}"] if room else []
        if f in METHODS and len(a) <= 2 and not words and getattr(a[0], "shape", ()):
            return f"{self.tight(a[0])}.{f.__name__}({', '.join(map(self.text, a[1:]))})"
        return f"{self.function(f)}({', '.join([*map(self.text, a), *words])})"

    def function(self, f):
        """`np.exp`, `np.add.reduce`, or the name of one that is given."""
        owner = getattr(f, "__self__", None)
        if isinstance(owner, np.ufunc):
            return f"np.{owner.__name__}.{f.__name__}"
        if f in GUARDS:
            return f.__name__
        return f"np.{f.__name__}" if getattr(np, f.__name__, None) is f else self.text(f)

    def tight(self, a):
        """An operand of an operator."""
        infix = isinstance(a, Line) and a in self.inline and a.function in INFIX
        return f"({self.text(a)})" if infix else self.text(a)

    def array(self, a):
        """What an index can follow: a number may have come as a float."""
        number = isinstance(a, Line) and a.shape == ()
        return f"np.asarray({self.text(a)})" if number else self.tight(a)

    def index(self, index):
        """What stands in brackets."""
        entries = index if isinstance(index, tuple) and index else (index,)
        return ", ".join(sliced(i) if isinstance(i, slice) else self.text(i) for i in entries)

    def text(self, a):
        """An argument."""
        if isinstance(a, Line):
            return self.operand(a)
        if isinstance(a, dict):
            return "{" + ", ".join(f"{key!r}: {self.text(part)}" for key, part in a.items()) + "}"
        if isinstance(a, list | tuple):
            parts = ", ".join(map(self.text, a))
            return f"[{parts}]" if isinstance(a, list) else f"({parts}{',' * (len(a) == 1)})"
        if self.scalar and type(a) is int:
            return f"{a}.0"
        return literal(a) or self.constant(a)

    def operand(self, a):
        """A name, or an expression in its place."""
        if a.function is constant:
            plain = self.double and a.shape == ()
            return self.text(a.value.item() if plain else a.value)
        return self.expression(a) if a in self.inline else self.names[a]

    def constant(self, value):
        """A name that the head of the program defines or, where that is long, speaks of."""
        key = hashable(value)
        if key not in self.constants:
            name = self.constants[key] = f"c{len(self.constants) + 1}"
            text = array_text(value)
            if text is None:
                self.given[name] = value
            what = getattr(value, "shape", None) or getattr(value, "__name__", repr(value))
            self.head.append(f"{name} = {text}" if text else f"# {name}: given, {what}")
        return self.constants[key]


def is_scalar(v):
    """Whether Python can compute it without NumPy."""
    known = {None, constant, branch, *SCALAR, *INFIX}
    return v.shape == () and v.function in known and dtype_of(v) in (float, int, bool)


def dtype_of(v):
    """The type of the entries; that of several values in a list does not matter."""
    return float if v.shape is None else v.value.dtype


def is_basic(index):
    """Whether it names no entry twice, as a list could."""
    entries = index if isinstance(index, tuple) else (index,)
    return all(i is None or i is Ellipsis or isinstance(i, int | slice) for i in entries)


def sliced(part):
    """`1:`."""
    start, stop, step = ("" if x is None else repr(x) for x in (part.start, part.stop, part.step))
    return f"{start}:{stop}" + (f":{step}" if step else "")


def literal(a):
    """Python text for what has one, else None."""
    if isinstance(a, float) and not math.isfinite(a):
        return f"np.{a}" if a != -math.inf else "-np.inf"
    if isinstance(a, np.dtype) or (isinstance(a, type) and np.dtype(a) != object):
        return f"np.{np.dtype(a)}"
    if a is Ellipsis:
        return "..."
    return repr(a) if isinstance(a, float | int | str | slice | None) else None


def filled(entries, shape, dtype):
    """`np.ones(3)`, from [1.0]; no entries stand for zeros."""
    entry = entries[0] if entries else 0
    name = {0: "zeros", 1: "ones"}.get(entry, "full")
    words = [repr(shape[0] if len(shape) == 1 else shape)]
    words += [repr(entry)] if name == "full" else []
    words += [] if np.dtype(dtype) == float else [f"np.{dtype}"]
    return f"np.{name}({', '.join(words)})"


def array_text(value):
    """Python text for an array that has a short one, else None."""
    numbers = isinstance(value, np.ndarray | np.generic) and value.dtype.kind in "biuf"
    if not numbers or not np.all(np.isfinite(value)):
        return None
    if value.shape == ():
        return f"np.{value.dtype}({value.item()!r})"
    if value.size > 1 and value.dtype == int and np.array_equal(value, np.arange(value.size)):
        return f"np.arange({value.size})"
    if np.all(value == value.flat[:1]):
        return filled(value.flat[:1].tolist(), value.shape, value.dtype)
    more = "" if value.dtype == float else f", np.{value.dtype}"
    return f"np.array({value.tolist()}{more})" if value.size <= 16 else None


def owned(results, types):
    """Each in its type, and none in the memory of an input, a constant, or another one."""
    found = []
    for v, dtype in zip(results, types, strict=True):
        same = v.value.dtype == dtype
        if v.shape == ():
            function = np.positive if same else dtype.type
            new = v if same and is_number(v) else Line(function, (v,), {}, v.value)
        elif same and makes_new(v) and v not in found:
            new = v
        else:
            new = Line(np.array, (v,) if same else (v, dtype), {}, v.value.astype(dtype))
        found.append(new)
    return found


def is_number(v):
    """Whether it is one that cannot be overwritten, and not an array without axes."""
    made = getattr(v.function, "__self__", v.function)
    return isinstance(made, np.ufunc) or v.function in (constant, np.dot)


# --8<-- [start:example]
def f(x):
    """Two readers of u, one of which reads a view."""
    u = np.exp(x)
    turned = u[::-1]
    s = u * x
    return np.sin(turned + s) * 2


# --8<-- [end:example]


def program(x):
    """The lines that f needs, in order, and its result."""
    y = record(f, x)
    result = simplified(y.list.steps)[y]
    return needed([result]), result


def example():
    """What is printed for f, and how many of its lines make a new array."""
    steps, result = program(np.array([0.0, 1.0, 2.0]))
    printer = Printer(steps, [result], {steps[0]: "x"})
    printer.names |= {v: f"v{t}" for t, v in enumerate(steps) if t}
    statements = [line for v in printer.assigned() for line in printer.statements(v)]
    fresh = [line for line in statements if "out=" not in line]
    return {"statements": statements, "lines": len(statements), "fresh": len(fresh)}


def alive(steps, last):
    """How many values will still be read, after each line."""
    counts, values = [], set()
    for v in steps:
        values = {u for u in {*values, v} if last[u] is not v}
        counts.append(len(values))
    return counts


def symbols(rng=None):
    r"""What the symbols of the note mean.

    n: how many lines the program has, its input included
    R: the numbers of the lines that read value j, also by a view of it
    \ell: the number of the last one of them, as the printer finds it
    m: how many values will still be read after line t
    """
    x = np.arange(3.0) if rng is None else rng.normal(size=3)
    steps, result = program(x)
    memory, number = Memory(steps, set(), [result]), {v: t for t, v in enumerate(steps)}
    readers = {j: set() for j in range(len(steps) - 1)}
    for v in steps:
        for u in (w for a in v.operands for w in memory.owners[a]):
            readers[number[u]].add(number[v])
    last = {number[u]: number[v] for u, v in memory.last.items() if v}
    alive_after = dict(enumerate(alive(steps, memory.last)))
    return {"n": len(steps), "R": readers, r"\ell": last, "m": alive_after}


if __name__ == "__main__":
    numbers = example()
    print(*numbers["statements"], sep="\n")
    print("{lines} lines, and {fresh} of them make a new array".format(**numbers))
