"""Tracing: one run of a gradient is recorded, forward and back, and stands for all others.

    vᵢ = φᵢ(vⱼ, …)   and then   v̄ⱼ ← v̄ⱼ + v̄ᵢ ∂φᵢ/∂vⱼ      are lines of one straight-line program

A tape runs inside a Wengert list. Its rules are NumPy code, so the list records the sweep as well.
Where the run depended on values, by a branch or by the shape of `a[a > 0]`, a guard is written
down: whoever runs the lines for other values has to find the same there.

Source: the function of the example is made up.
"""

import operator
from collections import namedtuple
from functools import partial

import numpy as np

from snippets.array_tape import STRICT, Tape, one_number, precision
from snippets.liveness import owned
from snippets.operator_overloading import leaves, mapped
from snippets.straight_line_program import (
    GUARDS,
    branch,
    constant,
    needed,
    shaped,
    simplified,
    told,
)
from snippets.vjp import RULES, cross_entropy, logsumexp, pull_step
from snippets.wengert_list import Recorded, WengertList, frozen, record


# --8<-- [start:trace]
class Listing(WengertList):
    """The list around the tape. It records integers and truths too, which may differ next time."""

    kinds = "fcbiu"

    def given(self, value, function=constant):
        """A record that no input reaches, or an input in its own type if function is None."""
        return Recorded(self, frozen(np.array(value)), function)

    def truth(self, v):
        """What `if v:` asks for. The program has to go the same way."""
        taken = bool(v.value)
        Recorded(self, v.value, branch, (v, taken))
        return taken

    # --8<-- [end:trace]

    def call(self, function, arguments, keywords):
        """As ever; where values decide on the shape, the program has to find the same."""
        v = super().call(function, arguments, keywords)
        if isinstance(v, Recorded) and v.shape and not has_fixed_shape(function, arguments):
            Recorded(self, v.value, shaped, (v, v.shape))
        return v

    def _unusual(self, value, function, *step):
        """Python's own truths and integers are values too, as those of np.allclose."""
        if isinstance(value, bool | int) and function not in (np.ndim, np.size):
            value = np.asarray(value)
        return super()._unusual(value, function, *step)


def has_fixed_shape(function, arguments):
    """Whether the shape of a result follows from the shapes of what is computed with."""
    a, *how = arguments
    if function is operator.getitem:
        masks = [i for i in leaves(how) if isinstance(i, Recorded) and i.value.dtype == bool]
        return isinstance(a.value, np.ndarray) and not masks
    if function is np.repeat:
        return not any(isinstance(i, Recorded) for i in how)
    return isinstance(getattr(function, "__self__", function), np.ufunc) or function in RULES


class TracedTape(Tape):
    """The tape inside. Integers and truths of the list are plain for it."""

    def run(self, *how):
        """As ever. A plain array does not ask an index what it is."""
        try:
            return super().run(*how)
        except IndexError as error:
            if "valid indices" not in str(error):
                raise
            what = "an array that is no argument cannot be indexed with one that is"
            raise TypeError(f"{what}: make it an argument too") from error

    def _varies(self, value):
        return super()._varies(value) and precision(value).kind in self.kinds

    def _unusual(self, value, *step):
        if isinstance(value, Recorded) and not self._varies(value):
            return value
        return super()._unusual(value, *step)

    def call(self, function, arguments, keywords):
        """As ever, but exponentials are traced through to, since the sweep needs them again."""
        if function is logsumexp:
            return split_logsumexp(*arguments, **keywords)
        if function is cross_entropy:
            return function.__wrapped__(*arguments, **keywords)
        return super().call(function, arguments, keywords)


def split_logsumexp(a, axis=None, keepdims=False):
    """Its lines. What they subtract from a cancels, and is taken as constant."""
    top = np.maximum.reduce(a.value, axis, keepdims=True)
    total = top + np.log(np.add.reduce(np.exp(a - top), axis, keepdims=True))
    return total if keepdims else total.squeeze(axis)


Trace = namedtuple("Trace", "inputs guards results bar_of last")


# --8<-- [start:both]
@np.errstate(**STRICT)
def trace(f, arguments, argnums=0):
    """The lines of inputs, guards and results; {a value's: its adjoint's}; the last one forward."""
    listing = Listing()
    inputs = begun(listing, arguments, argnums)
    with TracedTape() as tape:
        chosen, y = tape.run(f, inputs, {}, argnums)
        if not isinstance(one_number(y).value, Recorded):  # it depends on nothing
            y = Recorded(tape, listing.given(y.value))
        forward = listing.steps[-1]
        bars, bar_of = swept(tape, {y: listing.given(np.ones((), precision(y)))})
    gradient = [bars[v] if v in bars else listing.given(np.zeros(v.shape)) for v in leaves(chosen)]
    line_of = simplified(listing.steps)
    return Trace(
        [line_of[v] for v in leaves(inputs) if isinstance(v, Recorded)],
        [v for v in line_of.values() if v.function in GUARDS],
        owned([line_of[v] for v in (y.value, *gradient)], [*map(precision, (y, *leaves(chosen)))]),
        {line_of[v]: line_of[bar] for v, bar in bar_of.items()},
        line_of[forward].number,
    )


def swept(tape, bars):
    """A sweep as ever, and {value: its adjoint}, both as the list around the tape knows them."""
    bar_of = {}
    for v in reversed(tape.steps):
        if v in bars:
            bar_of[v.value] = bars[v]
            if v.function:
                pull_step(v, bars.pop(v), bars)
    return bars, bar_of


# --8<-- [end:both]


def begun(listing, arguments, argnums):
    """Records for the floats and arrays.

    Beside arrays a float takes their precision, as in NumPy; one that argnums names keeps its own.
    """
    types = [a.dtype for a in leaves(arguments) if isinstance(a, np.ndarray)]
    types = [dtype for dtype in types if dtype.kind == "f"] or [float]
    named = {i % max(len(arguments), 1) for i in leaves(argnums)}

    def own(a, of_float):
        dtype = of_float if type(a) is float else None
        return listing.given(np.array(a, dtype), None) if is_input(a) else a

    of_float = [float if i in named else np.result_type(*types) for i in range(len(arguments))]
    pairs = zip(arguments, of_float, strict=True)
    return [mapped(partial(own, of_float=dtype), nested) for nested, dtype in pairs]


def is_input(a):
    """Whether it differs from call to call: a float or an array, and not an integer or a text."""
    return isinstance(a, float | np.ndarray | np.generic)


# --8<-- [start:example]
def f(x):
    """One way for positive numbers, and one for all others."""
    return x * x if x > 0 else -x


# --8<-- [end:example]


def example():
    """The lines of f and its gradient, traced at 3 and at -3."""
    return {x: told_trace(trace(f, (x,))) for x in (3.0, -3.0)}


def told_trace(traced):
    """Its lines as text, in order."""
    return told(needed([*traced.inputs, *traced.guards, *traced.results]))


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: a number
    y: what f returns for it
    \bar x: the value of the line that the trace has for the adjoint of x
    """
    value = 3.0 if rng is None else -rng.uniform(1, 3)  # the other way
    x, y = record(lambda x: (x, f(x)), value)
    return {"x": x, "y": y, r"\bar x": trace(f, (value,)).results[1].value}


if __name__ == "__main__":
    for x, lines in example().items():
        print(f"x = {x}:", *lines, sep="\n    ")
