"""Fan-out: a value that is used several times receives the sum of what each use sends back.

    b̄ = ū ∂u/∂b + v̄ ∂v/∂b      for  u = a + b,  v = b + 1,  y = u v

All values are scalars; tape and sweep are those of reverse mode. The sum over all paths from a
value to the result is the same number, found more slowly: the sweep merges paths where they meet.

Source: graph, numbers and the bundles of three edges are from C. Olah 2015, "Calculus on
Computational Graphs: Backpropagation".
"""

import numpy as np

from snippets.reverse_mode_ad import reverse, reverse_overwriting, step, trace
from snippets.wengert_list import record


# --8<-- [start:graph]
def forward(a, b):
    """The tape of y = (a + b) (b + 1)."""
    tape = [(a, (), ()), (b, (), ()), (1.0, (), ())]
    u = step(tape, "add", 0, 1)
    v = step(tape, "add", 1, 2)
    step(tape, "mul", u, v)
    return tape


def paths(tape, j):
    """For each way from value j on, its slopes multiplied."""
    if j == len(tape) - 1:
        return [1.0]
    return [
        partial * rest
        for i, (_, operands, partials) in enumerate(tape)
        for k, partial in zip(operands, partials, strict=True)
        if k == j
        for rest in paths(tape, i)
    ]


# --8<-- [end:graph]


def forward_v_first(a, b):
    """The same graph, with its two sums computed in the other order."""
    tape = [(a, (), ()), (b, (), ()), (1.0, (), ())]
    v = step(tape, "add", 1, 2)
    u = step(tape, "add", 0, 1)
    step(tape, "mul", u, v)
    return tape


def bundles(x, S):
    """The tape of a chain whose step i uses the value before it k times, with slopes S[i], (k,)."""
    tape = [(x, (), ())]
    for i, slopes in enumerate(S):
        z = sum(slope * tape[i][0] for slope in slopes)
        tape.append((z, (i,) * len(slopes), tuple(slopes)))
    return tape


def example():
    """The graph at a = 2, b = 1; the slip, in either order; and ten doublings."""
    tape, doublings = forward(2.0, 1.0), bundles(1.0, np.ones((10, 2)))
    return {
        "values": [value for value, _, _ in tape],
        "adjoints": reverse(tape),
        "paths": paths(tape, 1),
        "overwritten": reverse_overwriting(tape)[1],
        "overwritten_v_first": reverse_overwriting(forward_v_first(2.0, 1.0))[1],
        "doublings_slope": reverse(doublings)[0],
        "doublings_paths": len(paths(doublings, 0)),
        "doublings_edges": sum(len(operands) for _, operands, _ in doublings),
    }


def picture():
    """The graph at a = 2, b = 1; the number one has no letter."""
    steps = zip(["a", "b", "", "u", "v", "y"], ["", "", "", "+", "+ 1", "×"], strict=True)
    return trace(forward(2.0, 1.0), list(steps))


def symbols(rng=None):
    r"""What the symbols of the note mean.

    a: the input that is used once
    b: the input that is used twice
    u: the sum of both inputs
    v: the second input and one
    y: the result, the product of these two sums
    \bar b: the slope of the result by b, as the sweep finds it
    \bar u: the slope of the result by u, likewise
    \bar v: the slope of the result by v, likewise
    p: for each path from b to the result, the product of the slopes along it
    S: the slopes of a chain, (m, k): row i has those of step i by the value before it
    m: how many steps the chain has
    k: how often each step of the chain uses the value before it
    x: what goes into the chain
    z: what comes out of the chain
    P: for each path through the chain, the product of the slopes along it
    N: how many such paths there are
    """
    a, b = (2.0, 1.0) if rng is None else rng.uniform(0.5, 3, size=2)
    tape = forward(a, b)
    a, b, _, u, v, y = record(lambda a, b: [value for value, _, _ in forward(a, b)], a, b)
    bars = dict(zip([r"\bar b", r"\bar u", r"\bar v"], reverse(tape)[[1, 3, 4]], strict=True))
    diamond = {"a": a, "b": b, "u": u, "v": v, "y": y, "p": paths(tape, 1), **bars}
    S = np.array([[1.0, 2, 3], [4, 5, 6]]) if rng is None else rng.uniform(0.5, 2, size=(4, 3))
    x, z = record(lambda x: (x, bundles(x, S)[-1][0]), 1.0 if rng is None else rng.normal())
    P = paths(bundles(1.0, S), 0)
    chain = {"S": S, "m": len(S), "k": S.shape[1], "x": x, "z": z, "P": P, "N": len(P)}
    return diamond | chain


if __name__ == "__main__":
    numbers = example()
    print("         a  b  1  u  v  y")
    for name in ("values", "adjoints"):
        print(f"{name:<8}", *(f"{number:.0f} " for number in numbers[name]))
    print("paths from b:", *(f"{product:.0f}" for product in numbers["paths"]))
