"""Wengert list: every elementary step of a run, in the order in which it was computed.

    vᵢ = φᵢ(earlier values)    a record keeps φᵢ, links to its operands, and the value vᵢ

Plain NumPy code is recorded as it is: the list is the listener of `snippets.operator_overloading`.
Comparisons give plain booleans, so a record holds the branch that was taken. ∂y/∂v is found by
intervening: another value is put in the place of v, and the steps that follow are replayed.

Source: R. E. Wengert, Comm. ACM 7(8), 1964, for the list; A. G. Baydin and others, JMLR 18(153),
2018, for the function, whose inputs they count from one.
"""

import operator
from functools import cached_property, partial

import numpy as np

from snippets.complex_step import slope
from snippets.operator_overloading import StandIn, leaves, mapped, named, refusal, told

NUMBERS = (float, complex, np.ndarray, np.generic)
FIXED = {int, float, bool, str, type(None)}  # what is of these types is no record, and stays


class Younger(Exception):
    """A call is the business of a run begun later, whose list is the exception's argument."""


class WengertList:
    """Records, in the order in which they were computed."""

    kinds = "fc"  # floats and complex numbers are recorded, and arrays of them
    begun = 0  # a run begun later lies inside this one

    def __init__(self):
        self.steps, self.open, self._wholes = [], True, {}

    def input(self, value):
        """A leaf: a number or array, copied as float or complex."""
        if isinstance(value, Recorded):
            return Recorded(self, self._foreign(value))
        return Recorded(self, frozen(np.multiply(value, 1.0)))

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
        return mapped(lambda a: self.input(a) if self._varies(a) else self._kept(a), nested)

    def call(self, function, arguments, keywords):
        """Compute φ and write it down. Results that are no floats (truths, shapes) stay plain."""
        if not self.open:
            raise ValueError(
                f"{named(function, arguments, keywords)} comes too late: the run is over"
            )
        plain, words = [], keywords
        try:
            for a in arguments:  # nearly always records, and nothing is faster than a loop
                if type(a) is Recorded and a.listener is self:
                    plain.append(a.value)
                elif type(a) in FIXED:
                    plain.append(a)
                else:
                    arguments = tuple([mapped(self._kept, one) for one in arguments])
                    plain = [mapped(self._value, one) for one in arguments]
                    break
            if keywords and not FIXED.issuperset(map(type, keywords.values())):
                keywords = mapped(self._kept, keywords)
                words = mapped(self._value, keywords)
            value = function(*plain, **words)
        except Younger as inner:
            return inner.args[0].call(function, arguments, keywords)
        except (ValueError, IndexError, FloatingPointError) as error:
            raise refusal(error, function, arguments, keywords, plain) from error
        if type(value) is not np.ndarray or value.dtype.kind not in self.kinds:
            return self._unusual(value, function, arguments, keywords, plain)
        value.setflags(False)
        return Recorded(self, value, function, arguments, keywords, plain)

    def _unusual(self, value, *step):
        """Write down a number or several arrays; pass on what is plain."""
        if isinstance(value, np.ndarray) and value.dtype.kind == "O":  # of records of an outer run
            outer = [v.list for v in value.flat if isinstance(v, Recorded)]
            value = outer[0].whole(value) if outer else value
        if self._varies(value):
            return Recorded(self, frozen(value), *step)
        if isinstance(value, list | tuple) and any(map(self._varies, value)):
            return self.several(value, *step)
        is_plain = isinstance(value, int | str | tuple | type | np.dtype)
        if not is_plain and np.asarray(value).dtype.kind not in "biu":
            raise TypeError(told(f"gives {value!r:.50}, which cannot be recorded", *step))
        return value

    def several(self, values, *step):
        """Write down a step with several results, and one more for each of them."""
        both = Recorded(self, mapped(frozen, values), *step)
        parts = [self.call(operator.getitem, (both, i), {}) for i in range(len(values))]
        return getattr(values, "_make", type(values))(parts)

    def truth(self, v):
        """What `if v:` asks for."""
        return bool(v.value)

    def _varies(self, value):
        """Whether it is written down: floats, arrays of them, and records of an outer run."""
        if isinstance(value, Recorded):
            return value.listener is not self
        return isinstance(value, NUMBERS) and np.asarray(value).dtype.kind in self.kinds

    def _value(self, leaf):
        """What φ gets: a value in the place of a record. Records of an outer run stay."""
        return leaf.value if isinstance(leaf, Recorded) and leaf.listener is self else leaf

    def _kept(self, leaf):
        """What is written down: a record as it is, and an array so that nothing can change it."""
        if isinstance(leaf, Recorded):
            return leaf if leaf.listener is self else self._foreign(leaf)
        if not isinstance(leaf, np.ndarray):
            return leaf
        return self.whole(leaf) if leaf.dtype.kind == "O" else self.constant(leaf)

    def constant(self, array):
        """A copy of an array that is no record."""
        return frozen(array.copy())

    def whole(self, entries):
        """An array of records as one record, and always as the same one."""
        key = (id(entries), *entries.flat)
        if key not in self._wholes:  # the array is stored too, so that its id stays its own
            self._wholes[key] = entries, self.call(np.array, (entries.tolist(),), {})
        return self._wholes[key][1]

    def _foreign(self, v):
        """A record of another list: constant if its run is around this one."""
        if not (self.open and v.list.open) or self.begun == v.list.begun:
            raise ValueError(f"{v} is of another run, and two Wengert lists or tapes do not mix")
        if self.begun < v.list.begun:
            raise Younger(v.list)
        return v

    def _check(self, changes):
        """A change must fit, and may not split an array from entries that are also used alone."""
        for v, value in changes.items():
            if v.list is not self or np.shape(value) != v.shape:
                raise ValueError(f"{v} needs a value of shape {v.shape}, and to be of this list")
            for u in self.steps if v.function is np.array else ():
                if u is not v and {*u.operands} & {*v.operands}:
                    raise ValueError(f"{u.name} uses entries of {v}: write np.stack for np.array")


class Recorded(StandIn):
    """The record of a step, and what the code computes with in the place of its value."""

    list = property(operator.attrgetter("listener"))

    def __init__(self, wengert_list, value, function=None, arguments=(), keywords=None, plain=()):
        self.listener, self.value = wengert_list, value
        self.function = function  # None for an input
        self.arguments, self.keywords = arguments, keywords  # with records in their places
        self.plain = plain  # the arguments, with values in the places of records
        self.number = len(wengert_list.steps)
        wengert_list.steps.append(self)

    def compute(self, value_of):
        """φ, with value_of(v) in the place of each operand v."""
        nested = (self.arguments, self.keywords)
        plain = mapped(lambda a: value_of(a) if isinstance(a, Recorded) else a, nested)
        return self.function(*plain[0], **plain[1])

    @cached_property
    def operands(self):
        """The records that the step uses."""
        return [a for a in leaves((self.arguments, self.keywords)) if isinstance(a, Recorded)]

    @property
    def name(self):
        """As it is printed: `multiply(v0, v1)`."""
        return named(self.function, self.arguments, self.keywords) if self.function else "input"

    def told(self, what):
        """What happened at this step."""
        if self.function is None:
            return f"{self} = input, shape {self.shape}: {what}"
        return told(what, self.function, self.arguments, self.keywords, self.plain)

    def __bool__(self):
        return self.listener.truth(self)

    def __repr__(self):
        return f"v{self.number}"


def frozen(value):
    """The same array; no later line of the recorded code can overwrite it."""
    if isinstance(value, Recorded):
        return value
    array = np.asarray(value)
    array.setflags(False)
    return array


def plain(v):
    """The array in a record, or in what a record of an outer run records."""
    return plain(v.value) if isinstance(v, Recorded) else np.asarray(v)


def precision(v):
    """Its dtype."""
    return plain(v).dtype


def is_finite(v):
    """Whether it holds neither nan nor inf."""
    finite = np.isfinite(plain(v))
    return finite.all() if finite.ndim else finite


def record(f, *arguments, **keywords):
    """What f returns; each float and array of floats in the nesting is `Recorded`.

    Those in the arguments become inputs, of the list of arguments recorded already or a new one.
    """
    steps = WengertList()
    given = [a for a in leaves((arguments, keywords)) if isinstance(a, Recorded)]
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
