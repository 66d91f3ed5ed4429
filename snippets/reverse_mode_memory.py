"""The price of reverse mode is memory; checkpoints lower it, and pay with layers that run again.

    L = (c+t choose c)      layers that c kept states reach, if each runs at most t times
    E = c t L / (c + 1)     runs of a layer, all together

The layers are a⁽ˡ⁾ = tanh(W⁽ˡ⁾ a⁽ˡ⁻¹⁾), columns of shape (n_l, 1), and C = uᵀ a⁽ᴸ⁾. To go back
through layer l one needs its input a⁽ˡ⁻¹⁾, the last first. An input that was not kept is computed
again from one that was. Going back evaluates its layer too, which no schedule saves and E leaves
out; nor does c count the state at hand.

Source: the reach is that of A. Griewank, Optimization Methods and Software 1(1), 1992; the way to
split and the example are ours.
"""

from collections import Counter
from math import comb

import numpy as np

from snippets.wengert_list import record

HELP = "it takes one layer or more to go back, and one state or more to keep"


# --8<-- [start:layer]
def run(W, a):
    """A layer forwards, from its input a."""
    return np.tanh(W @ a)


def pull(W, a, next_bar):
    """A layer backwards: slopes by its input and by W."""
    delta = next_bar * (1 - run(W, a) ** 2)
    return W.T @ delta, delta @ a.T


# --8<-- [end:layer]


# --8<-- [start:schedule]
def reach(c, t):
    """The most layers, for c states and t runs of each."""
    return comb(c + t, c)


def first_part(n, c):
    """How many of n layers to run before a state is kept."""
    if n < 1 or c < 1:
        raise ValueError(f"{n} layers, {c} states: {HELP}")
    t = next(t for t in range(n) if reach(c, t) >= n)
    return min(reach(c, t - 1), n - reach(c - 1, t - 1))


def schedule(start, end, c):
    """How to go back from state `end` to `start`, at hand."""
    if end == start + 1:
        yield "pull", end
        return
    middle = start + first_part(end - start, c)
    yield "keep", start
    for number in range(start + 1, middle + 1):
        yield "run", number
    yield from schedule(middle, end, c - 1)
    yield "take", start
    yield from schedule(start, middle, c)


# --8<-- [end:schedule]


# --8<-- [start:sweep]
def backward(Ws, x, u, c):
    """Gradients by each W; most states kept at once; runs."""
    kept, a, a_bar = {}, x, u
    gradients, most, runs = len(Ws) * [None], 0, 0
    for what, number in schedule(0, len(Ws), c):
        if what == "keep":
            kept[number] = a
            most = max(most, len(kept))
        elif what == "take":
            a = kept.pop(number)
        elif what == "run":
            a, runs = run(Ws[number - 1], a), runs + 1
        else:
            W = Ws[number - 1]
            a_bar, gradients[number - 1] = pull(W, a, a_bar)
    return gradients, most, runs


# --8<-- [end:sweep]


def measured_reach(c, t):
    """The most layers whose schedule runs none of them more than t times, by counting."""
    n = 1
    while busiest(n + 1, int(c)) <= t:  # a formula hands its numbers over as floats
        n += 1
    return n


def busiest(n, c):
    """How often the layer that runs most often is run."""
    runs = Counter(number for what, number in schedule(0, n, c) if what == "run")
    return max(runs.values())


def network(rng, L):
    """Ws, x and u of a random net with L layers of two to four neurons."""
    widths = rng.integers(2, 5, size=L + 1)
    Ws = [rng.normal(size=shape) for shape in zip(widths[1:], widths, strict=False)]
    return Ws, rng.normal(size=(widths[0], 1)), rng.normal(size=(widths[-1], 1))


def example():
    """Twenty layers with 19, 3 and 1 states kept; the counts for 3003 layers."""
    Ws, x, u = network(np.random.default_rng(0), 20)
    sweeps = {c: backward(Ws, x, u, c) for c in (19, 3, 1)}
    runs = sum(what == "run" for what, _ in schedule(0, 3003, 10))
    return {
        "gradients": {c: gradients for c, (gradients, _, _) in sweeps.items()},
        "kept": {c: most for c, (_, most, _) in sweeps.items()},
        "runs": {c: runs for c, (_, _, runs) in sweeps.items()},
        "reach": {(c, t): measured_reach(c, t) for c, t in ((3, 3), (5, 3))},
        "runs_3003": runs,
        "runs_per_layer": runs / 3003,
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: how many layers there are, as many as are reached with c and t
    c: how many states may be kept at once
    t: how often any layer may run
    N: how many layers are reached, found by counting the runs of schedules
    E: how many runs of layers the sweep makes, all together
    K: the most states that the sweep has kept at once
    W: the weights of layer l, (n_l, n_{l-1})
    a: the state after layer l, (n_l, 1); that of layer 0 is the input
    u: the slopes of the loss by the last state, (n_L, 1)
    C: the loss, a number
    G: the gradient by the weights of layer l, from a sweep with c states kept, (n_l, n_{l-1})
    \ge: where the bound is reached
    """
    c, t = (3, 3) if rng is None else map(int, rng.integers(2, 4, size=2))
    L = reach(c, t)
    Ws, x, u = network(rng or np.random.default_rng(0), L)
    gradients, K, E = backward(Ws, x, u, c)
    Ws, states, C = record(forward, Ws, x, u)
    layers = {"W": dict(enumerate(Ws, 1)), "a": states, "G": dict(enumerate(gradients, 1))}
    counts = {"L": L, "c": c, "t": t, "N": measured_reach, "E": E, "K": K, r"\ge": {"c": 1}}
    return counts | layers | {"u": u, "C": C}


def forward(Ws, x, u):
    """Ws, all states by number, and the loss."""
    states = {0: x}
    for number, W in enumerate(Ws, 1):
        states[number] = run(W, states[number - 1])
    return Ws, states, np.sum(u * states[len(Ws)])


if __name__ == "__main__":
    numbers = example()
    print("20 layers")
    print("states kept  runs of a layer  same gradient")
    for c, gradients in numbers["gradients"].items():
        same = all(map(np.array_equal, gradients, numbers["gradients"][19]))
        print(f"{numbers['kept'][c]:11d}  {numbers['runs'][c]:15d}  {same}")
