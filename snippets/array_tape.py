"""Array tape: plain NumPy code is recorded, and adjoints are pulled back along the record.

    ȳ = 1,  then for each step v = φ(a, b), the last one first:  ā ← ā + Jₐᵀ v̄,  b̄ ← b̄ + J_bᵀ v̄

A tape is a Wengert list (`snippets.wengert_list`) with a sweep (`snippets.vjp`). The rules are
NumPy code: a tape may run inside another run, which records its sweep, and so derivatives nest.

Source: names and conventions are those of JAX; the network of the example is made up.
"""

import itertools
from functools import partial

import numpy as np

from snippets.gradient import f
from snippets.in_place_operations import Lock
from snippets.operator_overloading import NESTS, leaves, mapped, told
from snippets.vjp import add, logsumexp, sweep
from snippets.wengert_list import Recorded, WengertList, is_finite, plain, precision, record

STRICT = {"divide": "raise", "over": "raise", "invalid": "raise"}  # what nan and inf come from


class Tape(WengertList):
    """A Wengert list that is swept before its run is over; a lasting one, at any time after."""

    kinds, runs = "f", itertools.count(1)

    def __init__(self, lasting=False):
        super().__init__()
        self.lock, self.begun = Lock(), next(self.runs)
        if not lasting:  # if it is, constants are copies, as in any list
            self.constant = self.lock.keep

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        self.open, self.steps = False, []  # a step holds its tape
        self.lock.__exit__(kind, error, trace)
        if kind is TypeError and "ufunc" in str(error):  # of an array of objects, which are records
            raise TypeError(f"{error}; write np.stack for np.array") from error

    def input(self, value):
        """A leaf: a float or an array of floats."""
        array = plain(value)
        if array.dtype.kind != "f":
            raise TypeError(f"{value!r:.60} holds no floats: write 3.0 for 3, or x.astype(float)")
        outer = isinstance(value, Recorded)
        return Recorded(self, self._foreign(value) if outer else self.constant(array))

    def several(self, values, *step):
        """A sweep has no way back from several results."""
        raise TypeError(told("several results have no rule: use functions with one", *step))

    def run(self, f, arguments, keywords, argnums):
        """Records: the arguments that argnums names, and what f returns, all of it finite."""
        arguments = list(arguments)

        def begin(i):
            if not -len(arguments) <= i < len(arguments):
                raise IndexError(f"argnums names {i}, and there are {len(arguments)} arguments")
            inputs = mapped(self.input, arguments[i])
            arguments[i] = mapped(self._kept, inputs)  # f may change its own lists
            return inputs

        inputs, y = mapped(begin, argnums), self.recorded(f(*arguments, **keywords))
        for v in leaves(y):
            if getattr(v, "listener", None) is not self:
                raise TypeError(f"f returned {v!r:.60}: return floats, or arrays of them")
            if not is_finite(v):
                bad = next(u for u in self.steps if not is_finite(u))
                raise FloatingPointError(bad.told("this holds nan or inf; look at what goes in"))
        return inputs, y

    def gradient(self, inputs, bars):
        """Adjoints in the nesting of the inputs, as numbers and arrays of the caller's own."""
        given = set()

        def own(v):
            bar = bars[v] if v in bars else np.zeros(v.shape)
            if isinstance(bar, Recorded):
                return bar
            if bar.base is not None or bar.dtype != precision(v) or id(bar) in given:
                bar = np.array(bar, precision(v))
            given.add(id(bar))
            return bar if bar.ndim else bar[()]

        return mapped(own, inputs)


def one_number(y):
    """The same, if it can be a loss."""
    if getattr(y, "shape", None) != ():
        shapes = mapped(np.shape, y)
        raise ValueError(f"a loss is one number, and f returned shape {shapes}: sum it")
    return y


def value_and_grad(f, argnums=0):
    """A function that returns the loss f(…) and its gradient by one argument, or a tuple of them.

    Arguments: floats, arrays of floats, nested lists and dicts of them. So is the gradient.
    """

    @np.errstate(**STRICT)
    def loss_and_gradient(*arguments, **keywords):
        with Tape() as tape:
            inputs, y = tape.run(f, arguments, keywords, argnums)
            bars = sweep(tape.steps, {one_number(y): precision(y).type(1)})
            return y.value + 0, tape.gradient(inputs, bars)

    return loss_and_gradient


def grad(f, argnums=0):
    """A function that returns the gradient alone."""
    return lambda *arguments, **keywords: value_and_grad(f, argnums)(*arguments, **keywords)[1]


def vjp(f, *primals):
    """f(*primals), and a function from an adjoint of that to the adjoints of the primals."""
    with np.errstate(**STRICT), Tape(lasting=True) as tape:
        inputs, y = tape.run(f, primals, {}, tuple(range(len(primals))))
        steps = tape.steps

    @np.errstate(**STRICT)
    def pullback(y_bar):
        given, wanted = [np.shape(bar) for bar in leaves(y_bar)], [v.shape for v in leaves(y)]
        if given != wanted:
            raise ValueError(f"shapes {given} were given where {wanted} are wanted")
        bars = {}
        for v, bar in zip(leaves(y), leaves(y_bar), strict=True):
            add(bars, v, bar if isinstance(bar, Recorded) else np.array(bar, float))
        return tape.gradient(inputs, sweep(steps, bars))

    return mapped(lambda v: v.value + 0, y), pullback


def linearize(f, *primals):
    """f(*primals), and a function from tangents of the primals to how fast that moves."""
    y, pullback = vjp(f, *primals)
    # ȳ ↦ Jᵀ ȳ is linear. Its own pullback, at any ȳ, is ẋ ↦ J ẋ.
    _, push = vjp(pullback, mapped(np.zeros_like, y))
    return y, lambda *tangents: push(tangents)[0]


def jvp(f, primals, tangents):
    """f(*primals), and how fast it moves while the primals move along the tangents."""
    y, push = linearize(f, *primals)
    return y, push(*tangents)


def jacrev(f):
    """A function that returns ∂f/∂x, y.shape + x.shape, by rows: a sweep for each output."""
    return partial(entries, f, vjp, 0)


def jacfwd(f):
    """The same by columns: a sweep for each input."""
    return partial(entries, f, linearize, -1)


jacobian = jacrev


def entries(f, linear_map, axis, x):
    """∂f/∂x, stacked along the axis: what the map makes of each array with a single one in it."""
    y, linear = linear_map(f, x)  # a pullback returns a tuple of one
    if nests := [type(a).__name__ for a in (y, x) if isinstance(a, NESTS)]:
        raise TypeError(f"a Jacobian is of one array by one array, not of a {nests[0]}")
    a, shape = x if axis else y, np.shape(y) + np.shape(x)
    parts = [leaves(linear(e))[0] for e in np.eye(np.size(a)).reshape(np.size(a), *np.shape(a))]
    return np.stack(parts, axis).reshape(shape) if parts else np.zeros(shape)


def hessian(f):
    """A function that returns the Hessian of a loss f(x), x.shape + x.shape."""
    return jacrev(grad(f))


def hvp(f, x, v):
    """H v, in the nesting of x. H is symmetric, and v ↦ Hᵀ v is a pullback."""
    return vjp(grad(f), x)[1](v)[0]


# --8<-- [start:loss]
def loss(params, X, labels):
    """Cross-entropy of a network; samples are columns of X, labels their classes."""
    A = X
    for W, b in params:
        Z = W @ A + b
        A = np.tanh(Z)  # the last one is not needed
    right = Z[labels, np.arange(labels.size)]
    return np.mean(logsumexp(Z, axis=0) - right)


# --8<-- [end:loss]


def setting(rng):
    """Parameters of a 3-4-2-3 network, five samples and their labels."""
    shapes = [(4, 3), (2, 4), (3, 2)]
    params = [(rng.normal(size=(m, n)), rng.normal(size=(m, 1))) for m, n in shapes]
    return params, rng.normal(size=(3, 5)), rng.integers(3, size=5)


def example():
    """The loss, and its gradient by the parameters of the last layer."""
    C, bars = value_and_grad(loss)(*setting(np.random.default_rng(1)))
    return {"C": C, "W_bar": bars[-1][0], "b_bar": bars[-1][1]}


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    C: the loss, one number
    W: weights of layer l, (n_l, n_{l-1})
    b: biases of layer l, (n_l, 1)
    \bar W: what the tape finds for the weights of layer l, in their shape
    \bar b: likewise for the biases
    f: Rosenbrock's function, a number
    x: its argument, a column of two
    H: the Hessian at x, from a tape inside a tape, (2, 2)
    v: a direction, (2, 1)
    u: what `hvp` returns for it, (2, 1)
    h: a small number
    """
    params, X, labels = setting(rng or np.random.default_rng(1))
    recorded, C = record(lambda params: (params, loss(params, X, labels)), params)
    W, b = zip(*recorded, strict=True)
    W_bar, b_bar = zip(*grad(loss)(params, X, labels), strict=True)
    families = {"W": W, "b": b, r"\bar W": W_bar, r"\bar b": b_bar}
    x, v = X[:2, :1], X[:2, 1:2]
    run = {"L": len(params), "C": C, "f": f, "x": x, "H": hessian(f)(x).reshape(2, 2)}
    run |= {"v": v, "u": hvp(f, x, v), "h": 1e-3}
    return run | {name: dict(enumerate(family, 1)) for name, family in families.items()}


if __name__ == "__main__":
    numbers = example()
    print(f"C = {numbers['C']:.6f}")
    for *W_bar, b_bar in np.hstack([numbers["W_bar"], numbers["b_bar"]]):
        print("  by W", *(f"{entry:9.6f}" for entry in W_bar), f"  by b {b_bar:9.6f}")
