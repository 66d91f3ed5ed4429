"""Operator overloading: plain NumPy code runs on stand-ins for arrays, and a listener hears all.

    z⁽ˡ⁾ = W⁽ˡ⁾ a⁽ˡ⁻¹⁾ + b⁽ˡ⁾      code that says this asks for `matmul`, then for `add`

An operator is a method of its operands, and NumPy hands every call that meets a stand-in over to
it. The stand-in passes the call on, and what becomes of it is the listener's business: the one here
counts, `snippets.wengert_list` writes down, `snippets.array_tape` also sweeps back.

Source: NumPy's protocols `__array_ufunc__` and `__array_function__`; the network is made up.
"""

import operator
import reprlib
from functools import partial

import numpy as np

NESTS = (list, tuple, dict)
IN_PLACE = "would overwrite values: write a = a + b for a += b, np.where or np.stack for a[i] = b"


def mapped(change, nested):
    """The same nesting of lists, tuples and dicts, with change(leaf) for each leaf."""
    if not isinstance(nested, NESTS):
        return change(nested)
    if isinstance(nested, dict):
        return {key: mapped(change, part) for key, part in nested.items()}
    parts = []
    for part in nested:  # runs use this at each turn, and a loop is faster than a comprehension
        parts.append(mapped(change, part) if isinstance(part, NESTS) else change(part))
    return getattr(nested, "_make", type(nested))(parts)  # a named tuple has `_make`


def leaves(nested):
    """What lies in the nesting, from left to right."""
    found = []
    mapped(found.append, nested)
    return found


# --8<-- [start:standin]
class StandIn:
    """What code computes with in an array's place.

    listener.call(function, arguments, keywords) gets every call.
    """

    def __init__(self, listener, value):
        self.listener, self.value = listener, value

    def __array_ufunc__(self, ufunc, method, *arguments, **keywords):
        if "out" in keywords or method == "at":
            raise TypeError(f"{ufunc.__name__} {IN_PLACE}")
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        return self.listener.call(function, arguments, keywords)

    def __array_function__(self, function, _types, arguments, keywords):
        return self.listener.call(function, arguments, keywords)

    def __getitem__(self, index):
        return self.listener.call(operator.getitem, (self, index), {})

    # --8<-- [end:standin]

    def __array__(self, dtype=None, copy=None):
        # np.array([u, v]) asks for this: an array of objects, which stand for the entries
        if dtype is not None and dtype.kind != "O":
            float(self)
        entries = np.empty(self.shape, dtype=object)
        for index in np.ndindex(self.shape):
            entries[index] = self[index] if index else self
        return entries

    def __setitem__(self, index, value):
        raise TypeError(f"{self}[{index}] = ... {IN_PLACE}")

    def __float__(self):
        raise TypeError(f"{self} would leave its record as a plain number: use it as it is")

    __hash__ = object.__hash__
    __int__ = __complex__ = __float__
    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    size = property(lambda self: self.value.size)
    T, mT = property(np.transpose), property(np.matrix_transpose)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __len__(self):
        return len(self.value)

    def __bool__(self):
        return bool(self.value)

    def __repr__(self):
        return f"a stand-in of shape {self.shape}"


def method(function):
    """The function as a method."""
    return lambda v, *arguments, **keywords: function(v, *arguments, **keywords)


def shaped(function):
    """The same for v.reshape(2, 3), whose shape is one argument or several."""
    return lambda v, *shape: function(v, shape[0] if len(shape) == 1 else shape or None)


def absent(name):
    """What stands for an attribute of arrays that a stand-in has not."""

    def refuse(v):
        raise AttributeError(f"{v} has no '{name}': use a function of NumPy in its place")

    return property(refuse)


# Methods of arrays that are functions of np; v.sort() and some others mean something else. An array
# of objects asks its entries for methods with the names of ufuncs: v.exp().
UNLIKE = {"choose", "compress", "dtype", "imag", "partition", "real", "resize", "sort"}
METHODS = {name: method(f) for name, f in vars(np).items() if isinstance(f, np.ufunc)}
METHODS |= {name: absent(name) for name in dir(np.ndarray) if name[0] != "_"}
METHODS |= {name: method(getattr(np, name)) for name in {*dir(np)} & {*METHODS} - UNLIKE}
METHODS |= {"flatten": METHODS["ravel"], "item": method(partial(np.reshape, shape=()))}
METHODS |= {"reshape": shaped(np.reshape), "transpose": shaped(np.transpose)}


def operators(ufunc):
    """What v + w, w + v and v += w ask for, where w is anything and the ufunc is np.add."""

    def of_both(v, other):
        return v.listener.call(ufunc, (v, other), {})

    def reflected(v, other):
        return v.listener.call(ufunc, (other, v), {})

    def in_place(v, other):
        if v.ndim > 0:  # a number is not overwritten: its name gets a new one
            raise TypeError(f"{v} {IN_PLACE}")
        return of_both(v, other)

    return of_both, reflected, in_place


BINARY = {"add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.divide}
BINARY |= {"matmul": np.matmul, "pow": np.power, "mod": np.remainder, "floordiv": np.floor_divide}
COMPARING = {"eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal}
COMPARING |= {"gt": np.greater, "ge": np.greater_equal}
for name, ufunc in BINARY.items():
    for prefix, operate in zip(("", "r", "i"), operators(ufunc), strict=True):
        METHODS[f"__{prefix}{name}__"] = operate
METHODS |= {f"__{name}__": operators(ufunc)[0] for name, ufunc in COMPARING.items()}
METHODS |= {
    "__neg__": method(np.negative),
    "__pos__": method(np.positive),
    "__abs__": method(np.abs),
}
for name in METHODS.keys() - vars(StandIn).keys():
    setattr(StandIn, name, METHODS[name])


def named(function, arguments, keywords):
    """A call as it is printed."""
    words = [*map(reprlib.repr, arguments)]
    words += [f"{key}={reprlib.repr(a)}" for key, a in keywords.items()]
    return f"{function.__name__}({', '.join(words)})"


def told(what, function, arguments, keywords, plain):
    """What happened in a call, with the shapes of the arrays that it got."""
    arrays = [a for a in leaves(plain) if isinstance(a, np.ndarray | StandIn)]
    shapes = f", shapes {', '.join(str(a.shape) for a in arrays)}" if arrays else ""
    return f"{named(function, arguments, keywords)}{shapes}: {what}"


def refusal(error, *call):
    """The error of φ, told in the same way."""
    if "read-only" in str(error):
        return TypeError(told(IN_PLACE, *call))
    return type(error)(told(f"{error}; mend its operands", *call))


# --8<-- [start:tally]
class Tally:
    """A listener that computes, and counts multiplications."""

    def __init__(self):
        self.names, self.results, self.multiplications = [], [], 0

    def call(self, function, arguments, keywords):
        """Compute the call; the result is a stand-in too."""
        a, b = mapped(lambda one: getattr(one, "value", one), arguments)
        if function is np.matmul:  # rows times columns
            self.multiplications += a.size * b.shape[1]
        self.names.append(function.__name__)
        self.results.append(function(a, b, **keywords))
        return StandIn(self, self.results[-1])


def network(a, layers):
    """Plain NumPy: it does not know what it computes with."""
    for W, b in layers:
        a = np.maximum(W @ a + b, 0)
    return a


# --8<-- [end:tally]


def heard(sizes, rng):
    """x, layers and what a tally hears of a network with these widths, input first."""
    widths = zip(sizes[1:], sizes[:-1], strict=True)
    layers = [(rng.normal(size=(m, n)), rng.normal(size=(m, 1))) for m, n in widths]
    x, tally = rng.normal(size=(sizes[0], 1)), Tally()
    network(StandIn(tally, x), layers)
    return x, layers, tally


def example():
    """Which calls a network of widths 784, 128, 64 and 10 makes, and how many multiplications."""
    _, _, tally = heard((784, 128, 64, 10), np.random.default_rng(0))
    return {"calls": tally.names, "multiplications": tally.multiplications}


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    n_l: widths, from that of the input on
    W: weights of layer l, (n_l, n_{l-1})
    b: biases of layer l, (n_l, 1)
    z: what the listener heard as the result of the call of add in layer l, (n_l, 1)
    a: likewise of maximum, (n_l, 1); that of layer 0 is the input
    N: how many calls were heard
    M: how many multiplications of the matrix products were counted
    """
    sizes = (4, 3, 5, 2) if rng is None else tuple(int(n) for n in rng.permutation([2, 3, 4, 5, 6]))
    x, layers, tally = heard(sizes, rng or np.random.default_rng(0))
    weights, biases = zip(*layers, strict=True)
    return {
        "L": len(layers),
        "n_l": dict(enumerate(sizes)),
        "W": dict(enumerate(weights, 1)),
        "b": dict(enumerate(biases, 1)),
        "z": dict(enumerate(tally.results[1::3], 1)),
        "a": dict(enumerate([x, *tally.results[2::3]])),
        "N": len(tally.names),
        "M": tally.multiplications,
    }


if __name__ == "__main__":
    numbers = example()
    print("calls:", ", ".join(numbers["calls"]))
    print("multiplications:", numbers["multiplications"])
