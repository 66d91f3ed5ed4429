"""Vector-Jacobian product: from the adjoint of a result to those of inputs, a rule for each step.

    y = f(x)         x̄ = Jᵀ ȳ      J: Jacobian of f, which nobody builds
    Z = W X + b      W̄ = Z̄ Xᵀ,  X̄ = Wᵀ Z̄,  b̄ⱼ = Σᵢ Z̄ⱼᵢ      (m, k) = (m, n) (n, k) + (m, 1)

`RULES` has a line for each function of NumPy that has a rule here. The rules are NumPy code too. At
a tie, the second operand of `maximum` and of `minimum` is the one that counts.

Source: the conventions are those of JAX; the numbers of the example are made up.
"""

import itertools
import operator
from functools import wraps

import numpy as np

from snippets import jacobian
from snippets.operator_overloading import NESTS, StandIn, mapped
from snippets.wengert_list import Recorded, record

OPERANDS = (Recorded, list, tuple)  # of records


def primitive(function):
    """A function of ours that stand-ins hear of, as they do of NumPy's."""

    @wraps(function)
    def heard(a, *more, **keywords):
        if isinstance(a, StandIn):
            return a.listener.call(heard, (a, *more), keywords)
        return function(a, *more, **keywords)

    return heard


@primitive
def scatter(g, index, shape):
    """Zeros of that shape with g added at the index: an entry that is used twice gets two terms."""
    total = np.zeros(shape, g.dtype)
    np.add.at(total, index, g)
    return total


@primitive
def logsumexp(a, axis=None, keepdims=False):
    """The logarithm of Σ exp(a) along the axis, without overflow."""
    top = np.maximum.reduce(a, axis, keepdims=True)
    total = top + np.log(np.add.reduce(np.exp(a - top), axis, keepdims=True))
    return total if keepdims else total.squeeze(axis)


@primitive
def cross_entropy(Z, labels):
    """The mean of ln Σⱼ exp(zⱼ) - z_label over the columns z of Z; labels: an integer for each."""
    right = Z[labels, np.arange(Z.shape[1])]
    return np.add.reduce(logsumexp(Z, axis=0) - right) / Z.shape[1]


def fitted(g, shape):
    """Sums of g along the axes on which an operand of that shape was repeated: g in its shape."""
    while g.ndim > len(shape):
        g = np.add.reduce(g)
    for axis, length in enumerate(shape):
        if length != g.shape[axis]:
            g = np.add.reduce(g, axis, keepdims=True)
    return g


def restored(g, a, axis):
    """The same g with the axes of a that a reduction took away, each of length one."""
    if not axis:  # all of them, or the first alone, along which NumPy repeats g by itself
        return g
    shape = list(a.shape)
    for i in axis if isinstance(axis, tuple) else (axis,):
        shape[i] = 1
    return g.reshape(shape)


def of_sum(g, v, a, axis=None, keepdims=False):
    """Each entry that was summed gets g."""
    return restored(g, a, axis) + np.zeros(a.shape, bool)


def of_mean(g, v, a, axis=None, keepdims=False):
    """Each gets its share."""
    return of_sum(g * (v.size / a.size), v, a, axis)


def of_logsumexp(g, v, a, axis=None, keepdims=False):
    """Each gets g times its softmax."""
    return restored(g, a, axis) * np.exp(a - restored(v, a, axis))


def of_cross_entropy(g, v, Z, labels):
    """Softmax minus target over the number of columns, (P - Y) / n, times g."""
    P, Y = np.exp(Z - logsumexp(Z, axis=0)), np.zeros(Z.shape, bool)
    Y[labels, np.arange(Z.shape[1])] = True
    return (P - Y) * (g / Z.shape[1])


def of_extreme(g, v, a, axis=None, keepdims=False):
    """Those that reach the extreme share g equally."""
    ties = a == restored(v, a, axis)
    share = g / np.add.reduce(ties, axis, np.result_type(g), keepdims=keepdims)
    return restored(share, a, axis) * ties


def of_reshape(g, v, a, shape, order="C"):
    """The entries go back in the same order, which may not depend on where they lie in memory."""
    if order not in "CF":
        raise TypeError(f"order '{order}'")
    return np.reshape(g, a.shape, order)


def of_take(g, v, a, index, axis=None):
    """Each entry goes back to where it was taken."""
    index = np.add(index, 0)  # for take, truths are numbers
    if axis is None:
        return scatter(g, index, (a.size,)).reshape(a.shape)
    return scatter(g, (slice(None),) * (axis % a.ndim) + (index,), a.shape)


def of_left(g, v, a, b):
    """ā = v̄ bᵀ for v = a @ b, where a 1-D a is a row and a 1-D b a column."""
    if b.ndim == 1:
        return g[..., None] * b
    return (g if a.ndim > 1 else g[..., None, :]) @ b.mT


def of_right(g, v, a, b):
    """b̄ = aᵀ v̄."""
    if a.ndim == 1:
        return a * g if b.ndim == 1 else a[:, None] * g[..., None, :]
    return a.mT @ g if b.ndim > 1 else (a.mT @ g[..., None])[..., 0]


def moving(function):
    """The rule of a function that only moves or repeats entries: number them, see where they go."""

    def pullback(g, v, nested, *how, **more):
        count = itertools.count()

        def numbered(a):
            return np.fromiter(itertools.islice(count, np.size(a)), int).reshape(np.shape(a))

        numbers = mapped(numbered, nested)
        places = function(numbers, *how, **more)
        total = scatter(g.reshape(-1), places.reshape(-1), (next(count),))
        return mapped(lambda one: total[one], numbers)

    return (pullback,)


def inverse(axes):
    """The order of axes that undoes this one."""
    return tuple(np.argsort(np.mod(axes, len(axes))))


# --8<-- [start:rules]
# Of v = φ(a, b): φ, and from g, which is v̄, to ā and to b̄.
RULES = {
    np.add: (lambda g, v, a, b: g, lambda g, v, a, b: g),
    np.multiply: (lambda g, v, a, b: g * b, lambda g, v, a, b: g * a),
    np.tanh: (lambda g, v, a: g * (1 - v * v),),
    np.matmul: (of_left, of_right),
    np.sum: (of_sum,),
}
# --8<-- [end:rules]
RULES |= {
    np.subtract: (lambda g, v, a, b: g, lambda g, v, a, b: -g),
    np.divide: (lambda g, v, a, b: g / b, lambda g, v, a, b: -g * v / b),
    np.power: (
        lambda g, v, a, b: g * b * a ** (b - (b != 0)),  # no a⁻¹ at b = 0
        lambda g, v, a, b: g * v * np.log(np.where(v == 0, 1, a)),  # no ln 0 at a = 0
    ),
    np.maximum: (lambda g, v, a, b: g * (v > b), lambda g, v, a, b: g * (v <= b)),
    np.minimum: (lambda g, v, a, b: g * (v < b), lambda g, v, a, b: g * (v >= b)),
    np.where: (
        None,
        lambda g, v, c, a, b: np.where(c, g, 0),
        lambda g, v, c, a, b: np.where(c, 0, g),
    ),
    np.negative: (lambda g, v, a: -g,),
    np.positive: (lambda g, v, a: g,),
    np.copy: (lambda g, v, a: g,),
    np.abs: (lambda g, v, a: g * np.sign(a),),
    np.square: (lambda g, v, a: g * (2 * a),),
    np.sqrt: (lambda g, v, a: g * 0.5 / v,),
    np.exp: (lambda g, v, a: g * v,),
    np.log: (lambda g, v, a: g / a,),
    np.sin: (lambda g, v, a: g * np.cos(a),),
    np.cos: (lambda g, v, a: -g * np.sin(a),),
    np.logaddexp: (lambda g, v, a, b: g * np.exp(a - v), lambda g, v, a, b: g * np.exp(b - v)),
    np.logaddexp.reduce: (lambda g, v, a, axis=0, **kept: of_logsumexp(g, v, a, axis, **kept),),
    logsumexp: (of_logsumexp,),
    cross_entropy: (of_cross_entropy,),
    np.add.reduce: (lambda g, v, a, axis=0, **kept: of_sum(g, v, a, axis, **kept),),
    np.mean: (of_mean,),
    np.max: (of_extreme,),
    np.min: (of_extreme,),
    np.reshape: (of_reshape,),
    np.ravel: (lambda g, v, a, order="C": of_reshape(g, v, a, None, order),),
    np.transpose: (lambda g, v, a, axes=None: np.transpose(g, axes and inverse(axes)),),
    operator.getitem: (lambda g, v, a, index: scatter(g, index, a.shape),),
    np.take: (of_take,),
    scatter: (lambda g, v, a, index, shape: g[index],),
}
MOVING = "array stack concatenate hstack vstack expand_dims squeeze broadcast_to swapaxes "
MOVING += "moveaxis matrix_transpose flip roll repeat tile diagonal"
RULES |= {getattr(np, name): moving(getattr(np, name)) for name in MOVING.split()}
FLAT = (np.sign, np.floor, np.ceil, np.rint, np.zeros_like, np.ones_like)  # their slopes are zero
RULES |= dict.fromkeys(FLAT, (None,))


# --8<-- [start:sweep]
def sweep(steps, bars):
    """Adjoints of inputs, from those of results; all by record, and each result is done with."""
    for v in reversed(steps):
        if v.function and v in bars:
            pull_step(v, bars.pop(v), bars)
    return bars


def pull_step(v, g, bars):
    """From g, the adjoint of v, to those of what v uses.

    bars: {record: what has come back to it so far}
    """
    try:
        for i, rule in enumerate(RULES[v.function]):
            a = v.arguments[i]
            if type(a) is Recorded and a.listener is not v.listener:
                continue  # a constant here: its run is around this one
            if rule and isinstance(a, OPERANDS):
                add(bars, a, rule(g, v.value, *v.plain, **v.keywords))
    except (LookupError, TypeError, FloatingPointError) as error:
        raise explained(v, error) from error


def add(bars, a, a_bar):
    """Add to the adjoint of a, or of each record in it."""
    if type(a) is Recorded:
        if a_bar.shape != a.value.shape:
            a_bar = fitted(a_bar, a.value.shape)
        bars[a] = bars[a] + a_bar if a in bars else a_bar
    elif isinstance(a, NESTS):
        for part, part_bar in zip(a, a_bar, strict=True):
            add(bars, part, part_bar)


# --8<-- [end:sweep]


def explained(v, error):
    """The error of a rule, with the step and its shapes."""
    if v.function not in RULES:
        return TypeError(v.told("this has no rule: use functions that have, or write one in RULES"))
    if isinstance(error, FloatingPointError):
        return FloatingPointError(v.told(f"{error} on the way back: there is no finite slope"))
    needs = "its rule wants operands by position, and not every option"
    return TypeError(v.told(f"{needs} ({error})"))


def assigned(g, index, shape):
    """The common slip: `scatter` that assigns where it should add."""
    total = np.zeros(shape)
    total[index] = g
    return total


def pulled(x, y_bar):
    """Jᵀ ȳ for the f of `snippets.jacobian`, (3, 1), from a record of f and one sweep."""
    x, y = record(lambda x: (x, jacobian.f(x)), x)
    return sweep(y.list.steps, {y: y_bar})[x]


def example():
    """Sweeps with three adjoints of y; what comes back from x[[0, 0, 2]], and with the slip."""
    x = np.array([[-2.0], [3.0], [2.0]])
    seeds = np.array([[[1.0], [0.0]], [[0.0], [1.0]], [[2.0], [5.0]]])
    g, index = np.array([1.0, 10.0, 5.0]), [0, 0, 2]
    return {
        "y_bars": seeds,
        "x_bars": np.array([pulled(x, y_bar) for y_bar in seeds]),
        "added": scatter(g, index, (3,)),
        "assigned": assigned(g, index, (3,)),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    f: the function in the note on the Jacobian, of three inputs, with two outputs
    x: its inputs, (3, 1)
    y: its outputs, (2, 1)
    J: the Jacobian, filled by forward sweeps written by hand, (2, 3)
    \dot x: a direction in which the inputs move, (3, 1)
    \dot y: how the outputs move then, from a forward sweep, (2, 1)
    \bar y: a weight for each output, (2, 1)
    \bar x: what one sweep of the record finds for the inputs, (3, 1)
    W: weights, (m, n)
    X: inputs of a layer, (n, k), a column for each sample
    b: biases, (m, 1)
    Z: W X + b, (m, k)
    \bar Z: the adjoint of Z, any numbers in its shape
    C: a number in which each entry of Z counts as much as its adjoint says
    \bar W: what the rule of matmul gives for W
    \bar X: what it gives for X
    \bar b: what the rule of add gives for b
    """
    rng = rng or np.random.default_rng(0)
    x, x_dot, y_bar = (rng.normal(size=(n, 1)) for n in (3, 3, 2))
    found = {r"\bar x": pulled(x, y_bar), r"\bar y": y_bar, r"\dot x": x_dot}
    found |= {
        "f": jacobian.f,
        r"\dot y": jacobian.forward_sweep(x, x_dot),
        "J": jacobian.by_columns(x),
    }
    x, y = record(lambda x: (x, jacobian.f(x)), x)
    W, X, b, Z_bar = (rng.normal(size=size) for size in [(2, 3), (3, 4), (2, 1), (2, 4)])
    W, X, b, Z = record(lambda W, X, b: (W, X, b, W @ X + b), W, X, b)
    bars = sweep(Z.list.steps, {Z: Z_bar})
    found |= {r"\bar W": bars[W], r"\bar X": bars[X], r"\bar b": bars[b], r"\bar Z": Z_bar}
    return found | {"x": x, "y": y, "W": W, "X": X, "b": b, "Z": Z, "C": record(np.vdot, Z_bar, Z)}


if __name__ == "__main__":
    numbers = example()
    for y_bar, x_bar in zip(numbers["y_bars"], numbers["x_bars"], strict=True):
        print("y_bar", *(f"{u:2.0f}" for u in y_bar.ravel()), end="")
        print("   x_bar", *(f"{u:3.0f}" for u in x_bar.ravel()))
    for name in ("added", "assigned"):
        print(f"x[[0, 0, 2]], {name:9}", *(f"{entry:3.0f}" for entry in numbers[name]))
