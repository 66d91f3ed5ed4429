"""Wengert list: every elementary step of a run, in the order in which it was computed.

    vᵢ = φᵢ(earlier values)    a record keeps φᵢ, links to its operands, and the value vᵢ

Plain NumPy code is recorded as it is: NumPy hands every call that meets a `Recorded` over to it.
Comparisons give plain booleans, so a record holds the branch that was taken. ∂y/∂v is found by
intervening: another value is put in the place of v, and the steps that follow are replayed.

Source: R. E. Wengert, Comm. ACM 7(8), 1964, for the list; A. G. Baydin and others, JMLR 18(153),
2018, for the function, whose inputs they count from one.
"""

import operator
from functools import partial

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from snippets.complex_step import slope

# Methods of arrays that are functions of np; v.sort() and some others mean something else.
UNLIKE = {"choose", "compress", "dtype", "imag", "partition", "real", "resize", "sort"}
METHODS = {name: getattr(np, name) for name in {*dir(np)} & {*dir(np.ndarray)} - UNLIKE} | {
    "flatten": np.ravel,
    "item": partial(np.reshape, shape=()),  # still recorded
    "reshape": lambda v, *shape: np.reshape(v, shape[0] if len(shape) == 1 else shape),
}
NUMBERS = float | complex | np.ndarray | np.generic
IN_PLACE = "would overwrite values: write a = a + b for a += b, np.where or np.stack for a[i] = b"


def mapped(change, nested):
    """The same nesting of lists, tuples and dicts, with change(leaf) for each leaf."""
    if isinstance(nested, dict):
        return {key: mapped(change, part) for key, part in nested.items()}
    if isinstance(nested, list | tuple):
        make = getattr(nested, "_make", type(nested))  # a named tuple has `_make`
        return make([mapped(change, part) for part in nested])
    return change(nested)


def varies(value):
    """Whether it is a float or complex number or array, and so recorded."""
    return isinstance(value, NUMBERS) and np.asarray(value).dtype.kind in "fc"


def frozen(value):
    """The same array; no later line of the recorded code can overwrite it."""
    array = np.asarray(value)
    array.flags.writeable = False
    return array


class WengertList:
    """Records, in the order in which they were computed."""

    def __init__(self):
        self.steps, self._arrays = [], {}

    def input(self, value):
        """A leaf: a number or array, copied as float or complex."""
        return self._append(Recorded(self, None, (), {}), np.multiply(value, 1.0))

    # --8<-- [start:replay]
    def replay(self, changes, stop=None):
        """The values of all steps, or of those before stop.

        changes: {record: value to put in its place}. A step
        that uses a changed value is computed again.
        """
        self._check(changes)
        new = {v: np.asarray(x) for v, x in changes.items()}
        for v in self.steps[:stop]:
            follows = any(u in new for u in v.operands)
            if follows and v not in new:
                new[v] = v.compute(lambda u: new.get(u, u.value))
        return [new.get(v, v.value) for v in self.steps[:stop]]

    # --8<-- [end:replay]

    def recorded(self, nested):
        """The same nesting; floats and arrays of floats become inputs, integers stay plain."""
        return mapped(lambda a: self.input(a) if varies(a) else self._kept(a), nested)

    def call(self, function, *arguments, **keywords):
        """Compute φ and write it down. Results that are no floats (truths, shapes) stay plain."""
        step = Recorded(self, function, *mapped(self._kept, (arguments, keywords)))
        try:
            value = step.compute(operator.attrgetter("value"))
        except ValueError as error:
            if "read-only" in str(error):
                raise TypeError(f"{step.name} {IN_PLACE}") from error
            raise
        if varies(value):
            return self._append(step, value)
        if isinstance(value, list | tuple) and any(map(varies, value)):
            whole = self._append(step, value)
            parts = [self.call(operator.getitem, whole, i) for i in range(len(value))]
            return getattr(value, "_make", type(value))(parts)
        is_plain = isinstance(value, int | str | tuple | type | np.dtype)
        if not is_plain and np.asarray(value).dtype.kind not in "biu":
            raise TypeError(f"{step.name} gives {value!r:.50}, which cannot be recorded")
        return value

    def _append(self, step, value):
        step.value = mapped(frozen, value)
        self.steps.append(step)
        return step

    def _kept(self, argument):
        """What a step keeps of an argument: a link, or a constant that stays what it is now."""
        if isinstance(argument, Recorded) and argument.list is not self:
            raise ValueError("operands are on two Wengert lists: record them on one")
        if not isinstance(argument, np.ndarray):
            return argument
        if argument.dtype != object:
            return frozen(argument.copy())
        key = (id(argument), *argument.flat)  # an array of records becomes one record, once
        if key not in self._arrays:  # the array is stored too, so that its id stays its own
            self._arrays[key] = argument, self.call(np.array, argument.tolist())
        return self._arrays[key][1]

    def _check(self, changes):
        """A change must fit, and may not split an array from entries that are also used alone."""
        for v, value in changes.items():
            if v.list is not self or np.shape(value) != v.shape:
                raise ValueError(f"{v} needs a value of shape {v.shape}, and to be of this list")
            for u in self.steps if v.function is np.array else ():
                if u is not v and {*u.operands} & {*v.operands}:
                    raise ValueError(f"{u.name} uses entries of {v}: write np.stack for np.array")


class Recorded(NDArrayOperatorsMixin):
    """The record of a step, and what the code computes with: it has the manners of an array."""

    def __init__(self, wengert_list, function, arguments, keywords):
        self.list, self.number = wengert_list, len(wengert_list.steps)
        self.function = function  # None for an input
        self.arguments, self.keywords = arguments, keywords  # with records in their places
        leaves = []
        mapped(leaves.append, (arguments, keywords))
        self.operands = [leaf for leaf in leaves if isinstance(leaf, Recorded)]

    def compute(self, value_of):
        """φ, with value_of(v) in the place of each operand v."""
        nested = (self.arguments, self.keywords)
        plain = mapped(lambda a: value_of(a) if isinstance(a, Recorded) else a, nested)
        return self.function(*plain[0], **plain[1])

    @property
    def name(self):
        """As it is printed: `multiply(v0, v1)`."""
        words = [*map(repr, self.arguments), *(f"{k}={a!r}" for k, a in self.keywords.items())]
        return f"{self.function.__name__}({', '.join(words)})" if self.function else "input"

    def __float__(self):
        raise TypeError(f"{self} would leave its record as a plain number: use it as it is")

    def __setitem__(self, index, value):
        raise TypeError(f"{self}[{index}] = ... {IN_PLACE}")

    __hash__ = object.__hash__
    __int__ = __complex__ = __float__
    shape = property(lambda self: self.value.shape)
    ndim = property(lambda self: self.value.ndim)
    size = property(lambda self: self.value.size)
    T = property(np.transpose)

    def __array_ufunc__(self, ufunc, method, *arguments, **keywords):
        # v += 1 asks for out=(v,). Where v is a number, it makes a new one and overwrites nothing.
        if "out" in keywords and keywords["out"][0] is arguments[0] is self and self.ndim == 0:
            del keywords["out"]
        if method == "at":
            raise TypeError(f"{ufunc.__name__}.at {IN_PLACE}")
        function = ufunc if method == "__call__" else getattr(ufunc, method)
        return self.list.call(function, *arguments, **keywords)

    def __array_function__(self, function, _types, arguments, keywords):
        return self.list.call(function, *arguments, **keywords)

    def __array__(self, dtype=None, copy=None):
        # np.array([u, v]) asks for this: an array of objects, which are the records of entries
        if dtype is not None and dtype.kind != "O":
            float(self)
        entries = np.empty(self.shape, dtype=object)
        for index in np.ndindex(self.shape):
            entries[index] = self[index] if index else self
        return entries

    def __getattr__(self, name):
        # an array of objects asks its entries for methods with the names of ufuncs: v.exp()
        function = METHODS.get(name) or getattr(np, name, None)
        if name in METHODS or isinstance(function, np.ufunc):
            return partial(function, self)
        raise AttributeError(f"{self} has no '{name}': use a function of NumPy in its place")

    def __getitem__(self, index):
        return self.list.call(operator.getitem, self, index)

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __len__(self):
        return len(self.value)

    def __bool__(self):
        return bool(self.value)

    def __repr__(self):
        return f"v{self.number}"


def record(f, *arguments, **keywords):
    """What f returns; each float and array of floats in the nesting is `Recorded`.

    Those in the arguments become inputs, of the list of arguments recorded already or a new one.
    """
    steps = WengertList()
    given = Recorded(steps, f, arguments, keywords).operands
    steps = given[0].list if given else steps
    arguments, keywords = steps.recorded((arguments, keywords))
    return steps.recorded(f(*arguments, **keywords))


def derivative(y, v):
    """∂y/∂v, shape y.shape + v.shape: what a change at v does to y; nan at a kink.

    Error beside the largest slope: about 1e-15 where all steps on the way are analytic; else 1e-12
    as a rule, and up to 1e-8 where y is large beside its slopes.
    """
    if not y.value.dtype.kind == v.value.dtype.kind == "f":
        raise TypeError("y and v must be real")

    def y_after(k, move):
        place = np.array(v.value, dtype=np.result_type(v.value, move))
        place[k] += move
        return np.ravel(y.list.replay({v: place}, stop=y.number + 1)[y.number])

    columns = [slope(partial(y_after, k), abs(v.value[k]))[0] for k in np.ndindex(v.shape)]
    return np.reshape(columns, (v.size, y.size)).T.reshape(y.shape + v.shape)


# --8<-- [start:example]
def f(x_0, x_1):
    """Plain NumPy: it does not know that it is recorded."""
    return np.log(x_0) + x_0 * x_1 - np.sin(x_1)


def example():
    """At (2, 5); then 12 is put in the place of v₃."""
    y = record(f, 2.0, 5.0)
    steps = y.list.steps
    return {
        "steps": [v.name for v in steps],
        "values": np.array([v.value for v in steps]),
        "replayed": np.array(y.list.replay({steps[3]: 12.0})),
        "slopes": np.array([derivative(y, v) for v in steps]),
    }


# --8<-- [end:example]


def symbols(rng=None):
    r"""What the symbols of the note mean.

    v: the recorded values, inputs first, each a number
    y: the result, the last of them
    \bar v: the slope of y with respect to each value, as `derivative` finds it
    \varphi: the function of each step with two operands
    j: the number of the first operand of such a step
    k: the number of the second operand of such a step
    S: the numbers of the steps with two operands
    """
    x = (2.0, 5.0) if rng is None else rng.uniform(1, 3, size=2)
    y = record(f, *x)
    v = dict(enumerate(y.list.steps))
    two = {i for i in v if len(v[i].operands) == 2}
    return {
        "v": v,
        "y": y,
        r"\bar v": {i: derivative(y, v[i]) for i in v},
        r"\varphi": {i: (v[i].function, v[i].operands) for i in two},
        "j": {i: v[i].operands[0].number for i in two},
        "k": {i: v[i].operands[1].number for i in two},
        "S": two,
    }


if __name__ == "__main__":
    numbers = example()
    print("record                     value  v3 := 12     dy/dv")
    for i, name in enumerate(numbers["steps"]):
        row = (numbers[column][i] for column in ("values", "replayed", "slopes"))
        print(f"v{i} = {name:<18}", *(f"{number:9.4f}" for number in row))
