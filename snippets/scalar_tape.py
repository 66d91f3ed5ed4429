"""Scalar tape: every operation is written down as it happens; one loop back finds all slopes.

    y = φ(v, w),  a = ∂φ/∂v,  b = ∂φ/∂w      forwards: three floats for each step
    v̄ ← v̄ + a ȳ,  w̄ ← w̄ + b ȳ               backwards: from the last step to the first
Operands are made before the steps that use them, so the list is in order as it stands.
"""

from contextlib import contextmanager
from math import cos, exp, log, nan, pow, prod, sin, sqrt, tanh  # noqa: A004, F401 - in RULES
from numbers import Real

from snippets.wengert_list import record

RULES = {  # y, its slope by v and, if there are two operands, by w: text that becomes methods below
    "add": ("v + w", "1.0", "1.0"),
    "sub": ("v - w", "1.0", "-1.0"),
    "rsub": ("w - v", "-1.0", "1.0"),
    "mul": ("v * w", "w", "v"),
    "truediv": ("v / w", "1.0 / w", "-y / w"),
    "rtruediv": ("w / v", "-y / v", "1.0 / v"),
    "pow": ("pow(v, w)", "w * pow(v, w - 1.0) if w else 0.0", "y * log(v)"),
    "rpow": ("pow(w, v)", "y * log(w)", "v * pow(w, v - 1.0)"),
    "max": ("v if v >= w else w", "1.0 if v >= w else 0.0", "0.0 if v >= w else 1.0"),
    "neg": ("-v", "-1.0"),
    "exp": ("exp(v)", "y"),
    "log": ("log(v)", "1.0 / v"),
    "sin": ("sin(v)", "cos(v)"),
    "cos": ("cos(v)", "-sin(v)"),
    "tanh": ("tanh(v)", "1.0 - y * y"),
    "sqrt": ("sqrt(v)", "0.5 / y"),
    "relu": ("v if v > 0.0 else 0.0", "1.0 if v > 0.0 else 0.0"),
}
COMPARE = "def {0}(self, other): return self.value.__{0}__(getattr(other, 'value', other))"
REFUSE = "def {0}(*_): raise TypeError('{0} has no rule: take .value, or x.exp(), or extend RULES')"
STEP = """# A rule as a method: its text is put in, since a call would cost as much as the step.
def {name}(self{other}):
    v = self.value
    {second}
    try:
        y = {y}
        a = {a}
        b = ({b}) if right is not None else None
    except (ArithmeticError, TypeError, ValueError):
        y = nan  # 1 / 0, exp(1000), log(-1), 1 + None
    if y - y != 0.0 or self.grad is not zero:  # not finite, or perhaps of another tape
        check("{name}", y, self{other})
    node = new(Value)  # without __init__, which is for inputs
    node.value, node.left, node.right = y, self, right
    node.grad, node.a, node.b = zero, a, b
    tape.append(node)
    return node
"""
SECOND = """if type(other) is Value:
        right, w = other, other.value
        if other.grad is not zero: check("{name}", 0.0, self, other)
    else:
        right, w = None, float(other) if isinstance(other, NUMBERS) else None"""
NUMBERS, new = (float, int, Real), object.__new__
tape, zero, swept = None, None, False  # of the innermost open tape


@contextmanager
def Tape():
    """Open a list of the values that are made until the block ends, in the order of making."""
    global tape, zero, swept
    outer = tape, zero, swept
    tape, zero, swept = [], float("0"), False  # .grad is this very zero until a sweep
    try:
        yield tape
    finally:
        tape, zero, swept = outer


class Value:
    """An input, or the y of a step: its operands left and perhaps right, its slopes a and b."""

    __slots__ = ("a", "b", "grad", "left", "right", "value")

    def __init__(self, value):
        v = value if type(value) is float else float(value) if isinstance(value, NUMBERS) else nan
        self.value, self.grad, self.left = v, zero, None
        if v - v != 0.0 or tape is None:
            check("Value", v, value)
        tape.append(self)

    def __repr__(self):
        return f"Value({self.value}, grad={self.grad})"

    # --8<-- [start:sweep]
    def backward(self):
        """Set each .grad on the tape afresh: the slope of self by it."""
        global swept
        check("backward", self.value, self)
        for node in tape if swept else ():
            node.grad = zero
        swept, self.grad = True, 1.0
        for node in reversed(tape):
            if node.left is not None:
                node.left.grad += node.a * node.grad
                if node.right is not None:
                    node.right.grad += node.b * node.grad

    # --8<-- [end:sweep]


def check(name, y, *operands):
    """Refuse what has no rule, no finite y and slope, or an operand of a wrong type or tape."""
    step = f"{name}({', '.join(repr(getattr(v, 'value', v)) for v in operands)})"
    for v in operands:  # one that a sweep has reached is looked for, through the whole tape
        if not isinstance(v, Real if name == "Value" else (Value, Real)):
            raise TypeError(f"{step} takes no {type(v).__name__}: convert it to a real number")
        if tape is None or (type(v) is Value and v.grad is not zero and id(v) not in map(id, tape)):
            raise ValueError(f"{step}: {v} is not on the open tape: keep to one `with Tape():`")
    if y - y != 0.0:
        raise ValueError(f"{step} has no finite value and slope: keep its operands where it has")


CODE = {name: REFUSE.format(name) for name in ("abs", "bool", "float", "floordiv", "mod", "tan")}
CODE |= {name: COMPARE.format(name) for name in ("eq", "ne", "ge", "gt", "le", "lt")}
for name, (y, a, *b) in RULES.items():
    other, second = (", other", SECOND.format(name=name)) if b else ("", "right = None")
    CODE[name] = STEP.format(name=name, other=other, second=second, y=y, a=a, b=(*b, 0)[0])
for name, code in CODE.items():
    exec(code, globals(), method := {})
    setattr(Value, f"__{name}__" if hasattr(float, f"__{name}__") else name, method[name])
Value.__radd__, Value.__rmul__ = Value.__add__, Value.__mul__


def trace(tape, named):
    """What a drawing shows: letter → (operation, slope by each operand, value, adjoint).

    named: letter → (operation, value), operands first, after a sweep. Steps between these values
    have no letter and are not drawn; their slopes are multiplied up.
    """
    letters = {id(v): letter for letter, (_, v) in named.items()}
    return {
        letter: (operation, slopes(tape, v, letters), v.value, v.grad)
        for letter, (operation, v) in named.items()
    }


def slopes(tape, y, letters):
    """The slope of y by the values with letters that it was computed from: a sweep up to them."""
    bars, found = {id(y): 1.0}, {}
    for node in reversed(tape):
        if id(node) in bars and id(node) in letters and node is not y:
            found[letters[id(node)]] = bars[id(node)]
        elif id(node) in bars and node.left is not None:
            links = [(node.left, node.a), (node.right, node.b)]
            for v, slope in links[: 1 + (node.right is not None)]:
                bars[id(v)] = bars.get(id(v), 0.0) + slope * bars[id(node)]
    return dict(reversed(found.items()))


def example(x=(1.0, 2.0, 3.0, 4.0, 5.0)):
    """Some factors, their product, and its slope by each of them."""
    with Tape():
        inputs = [Value(entry) for entry in x]
        prod(inputs).backward()
        return {"x": [*x], "y": prod(x), "x_bar": [v.grad for v in inputs]}


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: the factors
    y: their product
    \bar x: the gradients that the sweep leaves at the inputs
    """
    numbers = example() if rng is None else example(rng.uniform(-2, 2, size=5))
    x, y = record(lambda x: (x, prod(x)), numbers["x"])
    return {"x": x, "y": y, r"\bar x": numbers["x_bar"]}


if __name__ == "__main__":
    print("factors, product, slope by each:", *example().values(), sep="\n")
