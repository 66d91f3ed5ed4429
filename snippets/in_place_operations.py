"""In-place operations: what a sweep will read again must not be overwritten before it has.

    v_t = v_{t-1} ⊙ v_{t-1}          v̄_{t-1} = 2 v_{t-1} ⊙ v̄_t

The way back reads the arrays of the way forward. A list of steps holds the arrays themselves, and
whoever writes into one of them changes the list too. A copy of each would be safe and slow. A
`Lock` lets NumPy refuse such lines until the sweep is over: `snippets.array_tape` holds one.

All v are arrays of the shape of the input. Source: the example is made up.
"""

import threading

import numpy as np

from snippets.operator_overloading import IN_PLACE
from snippets.wengert_list import frozen, record

SHARED = threading.Lock()  # two threads may use the same array


# --8<-- [start:slip]
def forward(x, T):
    """A list of what the sweep will read; the last value."""
    v, steps = x, []
    for _ in range(T):
        steps.append(v)
        v = v * v  # a new array
    return steps, v


def forward_in_place(x, T):
    """The slip: the same values, all in one array."""
    v, steps = x.copy(), []
    for _ in range(T):
        steps.append(v)
        v *= v  # what was put on the list is gone
    return steps, v


def backward(steps, v_bar):
    """The slopes by all values, those by the input last."""
    bars = [v_bar]
    for v in reversed(steps):
        bars.append(2 * v * bars[-1])
    return bars


# --8<-- [end:slip]


# --8<-- [start:lock]
class Lock:
    """Arrays that nobody may write into until its block is over."""

    def __init__(self):
        self.arrays = {}  # by id, which is theirs as long as they are kept here

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        with SHARED:
            for array in self.arrays.values():
                array.setflags(True)
        if kind is ValueError and "read-only" in str(error):
            raise TypeError(f"a line of the run {IN_PLACE}") from error

    def keep(self, array):
        """The array, locked; a copy of one that another has to unlock."""
        with SHARED:
            return array if self._closed(array) else frozen(array.copy())

    def _closed(self, array):
        """Lock an owner, then the array: in this order NumPy unlocks them. Whether it is."""
        owner = array.base
        if isinstance(owner, np.ndarray):
            self._closed(owner)
        if array.flags.writeable and (owner is None or id(owner) in self.arrays):
            array.setflags(False)
            self.arrays[id(array)] = array
        return not array.flags.writeable


# --8<-- [end:lock]


def example():
    """Two squarings of three numbers: the result and the slopes by the input, either way."""
    x = np.array([0.5, 1.0, 2.0])
    (steps, y), (overwritten, same) = forward(x, 2), forward_in_place(x, 2)
    return {
        "x": x,
        "y": y,
        "y_in_place": same,
        "slopes": backward(steps, np.ones(3))[-1],
        "slopes_in_place": backward(overwritten, np.ones(3))[-1],
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    T: how often the array is squared
    v: the array after step t, a column; that of step 0 is the input
    y: the sum of the last array, a number
    \bar v: what the sweep finds as the slope of y by the array of step t, in its shape
    g: the same from a list whose arrays were overwritten
    """
    T, x = 2, np.array([[0.5], [1.0], [2.0]])
    if rng is not None:
        T, x = 3, rng.uniform(0.5, 1.5, size=(4, 1))
    bars = [backward(run(x, T)[0], np.ones(x.shape)) for run in (forward, forward_in_place)]
    v_bar, g = (dict(enumerate(reversed(one))) for one in bars)
    v, y = record(total, x, T)
    return {"T": T, "v": dict(enumerate(v)), "y": y, r"\bar v": v_bar, "g": g}


def total(x, T):
    """All values, and the sum over the last."""
    steps, v = forward(x, T)
    return [*steps, v], np.sum(v)


if __name__ == "__main__":
    numbers = example()
    for name in ("x", "y", "y_in_place", "slopes", "slopes_in_place"):
        print(f"{name:<15}", *(f"{number:11.6f}" for number in numbers[name]))
