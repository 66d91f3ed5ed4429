"""Chain rule for several paths: multiply the slopes along a path, add over the paths.

    ∂y/∂b = ∂y/∂c · ∂c/∂b + ∂y/∂d · ∂d/∂b    for  c = a + b,  d = b + 1,  y = c d

All are numbers. With three ways from x to u and three from u to y there are nine paths, and their
sum of products is one product of two sums.

Source: the graph is that of C. Olah 2015, "Calculus on Computational Graphs: Backpropagation",
where the result is called e.
"""

from itertools import product
from math import prod

import numpy as np

from snippets.wengert_list import record


# --8<-- [start:paths]
def values(a, b):
    """c, d and y, in order."""
    c = a + b
    d = b + 1
    y = c * d
    return c, d, y


def paths_to_y(a, b):
    """The slopes along each path, by the input it starts from."""
    c, d, _ = values(a, b)
    dc_da, dc_db, dd_db = 1, 1, 1
    dy_dc, dy_dd = d, c
    return {
        "a": [(dc_da, dy_dc)],
        "b": [(dc_db, dy_dc), (dd_db, dy_dd)],
    }


def over_paths(paths):
    """Multiply along each path, add over the paths."""
    return sum(prod(slopes) for slopes in paths)


# --8<-- [end:paths]


# --8<-- [start:factoring]
def one_by_one(stages):
    """Every path takes one slope of each stage: a product each."""
    paths = list(product(*stages))
    return over_paths(paths), len(paths)


def factored(stages):
    """The same sum, a stage at a time: one product a stage."""
    return prod(sum(slopes) for slopes in stages)


# --8<-- [end:factoring]


def wide(W, x):
    """u, every entry of which uses all of x, and one number that uses all of u."""
    u = np.sin(W @ x)
    return u, np.sum(u**3)


def example():
    """Olah's graph at a = 2, b = 1, and paths through two and through ten stages of three."""
    a, b = 2.0, 1.0
    c, d, y = values(a, b)
    paths = paths_to_y(a, b)
    three = [(2, 3, 5), (7, 11, 13)]
    return {
        "a": a,
        "b": b,
        "c": c,
        "d": d,
        "y": y,
        "products": {name: [prod(slopes) for slopes in paths[name]] for name in paths},
        "dy_da": over_paths(paths["a"]),
        "dy_db": over_paths(paths["b"]),
        "one_by_one": one_by_one(three),
        "factored": factored(three),
        "paths_through_ten": 3**10,
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    a: one input
    b: the other input, which two values use
    c: the sum of the inputs
    d: b and one
    y: the result, c times d
    x: the inputs of a wider computation, a column of numbers
    u: the values on the way, a column of numbers, each of which uses every input
    q: the result of the wider computation, one number that uses all of u
    \alpha: the slopes from one value to the next, three in parallel
    \beta: the slopes from there to the result, three in parallel
    s: the slope over all nine paths, as `factored` finds it
    """
    if rng is None:
        a, b, alpha, beta = 2.0, 1.0, np.array([2.0, 3.0, 5.0]), np.array([7.0, 11.0, 13.0])
        x, W = np.array([[1.0], [2.0]]), np.array([[1.0, 0.5], [-1.0, 2.0], [0.5, 1.0]])
    else:
        (a, b), (alpha, beta) = rng.uniform(-2, 2, size=2), rng.normal(size=(2, 3))
        x, W = rng.normal(size=(2, 1)), rng.normal(size=(3, 2))
    a, b, (c, d, y) = record(lambda a, b: (a, b, values(a, b)), a, b)
    x, (u, q) = record(lambda x: (x, wide(W, x)), x)
    run = {"a": a, "b": b, "c": c, "d": d, "y": y, "x": x, "u": u, "q": q}
    return run | {r"\alpha": alpha, r"\beta": beta, "s": factored([alpha, beta])}


if __name__ == "__main__":
    numbers = example()
    print("c = {c:g}, d = {d:g}, y = {y:g}".format(**numbers))
    for name, products in numbers["products"].items():
        print(f"from {name}: paths {products}, slope {numbers[f'dy_d{name}']}")
    print("{} over {} paths,".format(*numbers["one_by_one"]), numbers["factored"], "factored")
