"""Emission: trace a gradient once, and print what was done as straight-line Python.

    vᵢ = φᵢ(vⱼ, …)   and then   v̄ⱼ ← v̄ⱼ + v̄ᵢ ∂φᵢ/∂vⱼ      become lines of one program

The rules of the sweep are NumPy code. So a tape that runs inside a Wengert list leaves a record of
both directions there, and that record is the program: the backprop that a textbook derives by hand.

Source: the network of the example is made up.
"""

import inspect
import itertools
import keyword
import linecache
import math
import re

import numpy as np

from snippets.array_tape import STRICT
from snippets.liveness import Printer
from snippets.operator_overloading import NESTS, mapped
from snippets.straight_line_program import GUARDS, AnotherWay, needed
from snippets.tracing import is_input, trace
from snippets.wengert_list import record

FLOATS = {float, np.float64}
MANY = 250  # names of numbers: with more, Python is faster if it meets them again


class Program:
    """A loss and its gradient as one function of Python, without branches and loops.

    It is called like `value_and_grad(f)`, with arguments that look like those of the trace. `run`
    is the function itself: floats and arrays in a row go in, the loss and all adjoints come out.
    """

    made = itertools.count(1)

    def __init__(self, source, space, example, argnums):
        self.source, name = source, f"<emitted {next(self.made)}>"
        linecache.cache[name] = len(source), None, source.splitlines(True), name  # for tracebacks
        exec(compile(source, name, "exec"), space)
        self.run = space["loss_and_gradient"]
        self.read, self.nest = reader(example), nester(example, argnums)
        self.expected, self.seen = mapped(look, example), self.read(example)[1]

    @np.errstate(**STRICT)
    def __call__(self, *arguments):
        """The loss, and the gradient in the nesting of the arguments."""
        inputs = self.inputs(arguments)
        try:
            found = self.run(*inputs)
        except AnotherWay:
            raise
        except (ArithmeticError, ValueError) as error:
            raise FloatingPointError(f"{error}: value_and_grad(f) names the step") from error
        if not math.isfinite(found[0]):
            raise FloatingPointError(f"the loss is {found[0]}: value_and_grad(f) names the step")
        return found[0], self.nest(arguments, found)

    def inputs(self, arguments):
        """Floats and arrays in a row; ValueError unless all is as it was in the trace."""
        try:
            inputs, seen = self.read(arguments)
            if seen == self.seen:
                return inputs
        except (LookupError, TypeError, AttributeError, ValueError):
            pass  # it is not even nested like that
        found = mapped(look, arguments)
        raise ValueError(f"the program is for {self.expected}, and not for {found}: emit again")


def look(a):
    """What has to be the same at each call: of a float or an array not the values."""
    if isinstance(a, float) or not is_input(a):
        return float if isinstance(a, float) else a
    return a.shape, a.dtype.name


def items(nested):
    """Keys and parts."""
    return nested.items() if isinstance(nested, dict) else enumerate(nested)


def are_floats(nested):
    """Whether it is a list or tuple of floats, which are read and nested as one."""
    return isinstance(nested, list | tuple) and nested and {*map(type, nested)} <= FLOATS


def reader(example):
    """A function from arguments to their floats and arrays in a row, and to what they look like."""
    inputs, seen = [], []

    def visit(path, nested):
        if isinstance(nested, NESTS):
            seen.append(f"len({path})")
        if are_floats(nested):
            inputs.append(f"*{path}")
            types = f"[*map(type, {path})]"  # a list can count; other types of floats are rare
            seen.append(f"{types}.count(float) == len({path}) or {{*{types}}} <= FLOATS")
        elif isinstance(nested, NESTS):
            for key, part in items(nested):
                visit(f"{path}[{key!r}]", part)
        elif is_input(nested):
            inputs.append(path)
            is_float = isinstance(nested, float)
            seen.append(f"isinstance({path}, float)" if is_float else f"{path}.shape, {path}.dtype")
        else:
            seen.append(path)

    visit("a", example)
    return eval(f"lambda a: ([{', '.join(inputs)}], [{', '.join(seen)}])")


def nester(example, argnums):
    """A function from arguments and results to the gradient, nested like the arguments."""
    number = itertools.count(1)  # the loss is number 0

    def text(path, nested):
        if not isinstance(nested, NESTS):
            return f"found[{next(number)}]"
        if are_floats(nested):
            numbers = [next(number) for _ in nested]
            row = f"found[{numbers[0]}:{numbers[-1] + 1}]"
        else:
            texts = [text(f"{path}[{key!r}]", part) for key, part in items(nested)]
            row = f"[{', '.join(texts)}]"
        if isinstance(nested, dict):
            return f"{{{', '.join(map('{!r}: {}'.format, nested, texts))}}}"
        make = f"{path}._make" if hasattr(nested, "_make") else type(nested).__name__
        return f"{make}({row})"

    def wanted(i):
        return text(f"a[{i}]", example[i])

    one = isinstance(argnums, int)
    row = wanted(argnums) if one else f"({''.join(f'{wanted(i)}, ' for i in argnums)})"
    return eval(f"lambda a, found: {row}")


# --8<-- [start:emit]
def emit(f, *arguments, argnums=0, names=None):
    """The program that computes f and its gradient by the arguments that argnums names.

    names: of all floats and arrays in a row, "W b X labels". Arrays that f takes from elsewhere
    become constants. A call raises ValueError where shapes or branches are not those of the trace.
    """
    traced = trace(f, arguments, argnums)
    names = checked(names.split() if names else spelled(f, arguments), len(traced.inputs))
    wanted = needed([*traced.inputs, *traced.guards, *traced.results])
    printer = Printer(wanted, traced.results, dict(zip(traced.inputs, names, strict=True)))
    name_lines(printer, traced)
    forward, back = [], []
    for v in printer.assigned():
        (back if v.number > traced.last else forward).extend(printer.statements(v))
    values = ", ".join(map(printer.text, traced.results))
    body = [*printer.typed(), *forward, "# and back", *back, f"return {values}"]
    head = [*printer.head, "", ""] if printer.head else []
    source = [
        *head,
        f"def loss_and_gradient({', '.join(names)}):",
        *(f"    {line}" for line in body),
    ]
    return Program("\n".join([*source, ""]), SPACE | printer.given, arguments, argnums)


# --8<-- [end:emit]


FUNCTIONS = math.exp, math.log, math.sin, math.cos, math.tanh, math.sqrt, math.pow, abs
SPACE = {function.__name__: function for function in (*FUNCTIONS, *GUARDS)} | {"np": np}


def name_lines(printer, traced):
    """An adjoint is named after its value, and other lines are v1, v2 and so on."""
    number, names = itertools.count(1), printer.names
    value_of = {bar: v for v, bar in reversed(traced.bar_of.items())}
    value_of |= {traced.bar_of[v]: v for v in names if v in traced.bar_of}  # inputs come first
    for v in printer.assigned():
        value = names.get(value_of.get(v))
        names[v] = f"{value}_bar" if value and v.number > traced.last else f"v{next(number)}"
    if names.get(C := traced.results[0], "C")[0] == "v" and "C" not in names.values():
        names[C] = "C"
    if printer.scalar and len(names) > MANY:
        names |= used_again(printer, traced.results)


def used_again(printer, results):
    """Other names for lines that are no results: those of values that nobody reads any more."""
    kept, last = {*map(printer.names.get, results)}, printer.memory.last
    fresh = (name for name in map("v{}".format, itertools.count(1)) if name not in kept)
    free, names = [], {}
    for v in printer.assigned():
        over = [u for u in dict.fromkeys(printer.memory.reads(v)) if last[u] is v]
        free += [names[u] for u in over if u in names]
        if v not in results:
            names[v] = free.pop() if free else next(fresh)
    return names


def spelled(f, arguments):
    """The names of f's own parameters, or of their parts: `params_0_1`."""
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    own = [p.name for p in inspect.signature(f).parameters.values() if p.kind in kinds]
    own += [f"x_{i}" for i in range(len(own), len(arguments))]
    return [name for pair in zip(own, arguments, strict=False) for name in parts(*pair)]


def parts(name, nested):
    """The names of the floats and arrays in an argument."""
    if isinstance(nested, NESTS):
        return [n for key, part in items(nested) for n in parts(f"{name}_{key}", part)]
    return [name] if is_input(nested) else []


def checked(names, count):
    """The names, if they can stand in a program."""
    if len(names) != count or len({*names}) != count:
        raise ValueError(f"{count} floats and arrays need as many names, and not {names}")
    for name in names:
        taken = name in SPACE or re.fullmatch(r"[cv]\d+|.+_bar", name)
        if taken or not name.isidentifier() or keyword.iskeyword(name):
            raise ValueError(f"{name!r} cannot be a name here: give another one in names")
    return names


# --8<-- [start:loss]
def loss(W1, b1, W2, b2, X, Y):
    """Squared errors of a network with one hidden layer; samples are columns."""
    A = np.tanh(W1 @ X + b1)
    E = W2 @ A + b2 - Y
    return np.sum(E * E) / 2


def example():
    """The program, and what it returns for other numbers than those of the trace."""
    traced, other = setting(np.random.default_rng(0)), setting(np.random.default_rng(1))
    program = emit(loss, *traced, argnums=(0, 1, 2, 3))
    C, bars = program(*other)
    return {"source": program.source, "C": C, "bars": bars}


# --8<-- [end:loss]


def setting(rng):
    """Parameters of a 3-4-2 network; inputs and targets of five samples."""
    shapes = (4, 3), (4, 1), (2, 4), (2, 1), (3, 5), (2, 5)
    return tuple(rng.normal(size=shape) for shape in shapes)


def symbols(rng=None):
    r"""What the symbols of the note mean.

    W: weights of layer l, (n_l, n_{l-1})
    b: biases of layer l, (n_l, 1)
    X: inputs, a column for each sample, (3, 5)
    Y: targets, (2, 5)
    Z: weighted inputs of the hidden layer, (4, 5)
    A: what the hidden layer gives, (4, 5)
    E: what the last layer gives, minus the targets, (2, 5)
    \Delta: the adjoint of Z, as the program has it in a line, (4, 5)
    C: the loss, one number
    \bar W: what the emitted program returns for the weights of layer l
    \bar b: likewise for the biases
    """
    numbers = setting(rng or np.random.default_rng(1))
    program = emit(loss, *setting(np.random.default_rng(0)), argnums=(0, 1, 2, 3))
    (W1, b1, W2, b2, X, Y), C = record(lambda *a: (a, loss(*a)), *numbers)
    W1_bar, b1_bar, W2_bar, b2_bar = program(*numbers)[1]
    steps = {step.function: step for step in C.list.steps}
    bar_of = trace(loss, numbers, (0, 1, 2, 3)).bar_of
    (tanh,) = (v for v in bar_of if v.function is np.tanh)
    run = {
        r"\Delta": bar_of[tanh.operands[0]].value,
        "X": X,
        "Y": Y,
        "Z": steps[np.tanh].operands[0],
        "A": steps[np.tanh],
        "E": steps[np.subtract],
        "C": C,
    }
    pairs = {"W": (W1, W2), "b": (b1, b2), r"\bar W": (W1_bar, W2_bar), r"\bar b": (b1_bar, b2_bar)}
    return run | {name: dict(enumerate(pair, 1)) for name, pair in pairs.items()}


if __name__ == "__main__":
    numbers = example()
    print(numbers["source"])
    print(f"C = {numbers['C']:.6f}")
