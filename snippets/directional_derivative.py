"""Directional derivative: how fast f rises as its argument leaves x along u, one number.

    D(u) = d/dt f(x + t u) at t = 0      D(u) = ∇f(x)ᵀ u      where f is differentiable

x and u are columns (2, 1), f(x) and D(u) numbers. D is measured from f alone, along a line.

Source: Rosenbrock's function is that of snippets/gradient.py; the other one is a standard example
of a function with slopes along all lines and no gradient.
"""

from functools import partial

import numpy as np

from snippets.complex_step import complex_step
from snippets.gradient import f, gradient, random_direction
from snippets.numerical_differentiation import central_difference


# --8<-- [start:walk]
def slope_along(u, x):
    """D(u): how fast f rises on the walk x + t u, at t = 0."""

    def walk(t):
        return f(x + t * u)

    return complex_step(walk, 0.0)


# --8<-- [end:walk]


# --8<-- [start:directions]
def directions(x):
    """Some ways to leave x, by name."""
    g = gradient(x)
    down = -g / np.linalg.norm(g)
    first, second = np.hsplit(np.eye(2), 2)
    return {
        "first input": first,
        "second input": second,
        "both": first + second,
        "steepest down": down,
        "quarter turn": np.array([[-down[1, 0]], [down[0, 0]]]),
        "gradient step": -g,
    }


# --8<-- [end:directions]


def k(x):
    """Straight along every line through the origin, and yet no plane fits it there."""
    x_0, x_1 = x.ravel()
    return x_0**2 * x_1 / (x_0**2 + x_1**2)


def k_along(u):
    """The slope of k along u at the origin; k(t u) is t k(u), so a long step is exact."""

    def walk(t):
        return k(t * u)

    return central_difference(walk, 0.0, 0.5)


def example():
    """The slopes along six directions at Rosenbrock's start, and three of k at the origin."""
    x = np.array([[-1.2], [1.0]])
    first, second = np.hsplit(np.eye(2), 2)
    return {
        "x": x,
        "slopes": {name: slope_along(u, x) for name, u in directions(x).items()},
        "length": np.linalg.norm(gradient(x)),
        "k": [k_along(u) for u in (first, second, first + second)],
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    f: the function, one number for a column of two
    x: the place that is left, a column of two numbers
    u: a direction, a column of two numbers
    v: another direction, a column of two numbers
    c: a factor by which a walk is faster
    D: the slope along a direction, as `slope_along` measures it from values of f
    g: the gradient of f at x, a column of two numbers
    K: the slope of the second function along a direction at the origin, measured likewise
    """
    if rng is None:
        x, u, v, c = np.array([[-1.2], [1.0]]), *np.hsplit(np.eye(2), 2), 2.0
    else:
        x, c = rng.uniform(-2, 2, size=(2, 1)), rng.uniform(1, 3)
        u, v = random_direction(rng), rng.normal(size=(2, 1))
    down = directions(x)["steepest down"]
    run = {"f": f, "x": x, "u": u, "v": v, "c": c, "D": partial(slope_along, x=x)}
    return run | {"g": gradient(x), "K": k_along, r"\ge": {"u": down}}


if __name__ == "__main__":
    numbers = example()
    for name, slope in numbers["slopes"].items():
        print(f"{name:<14} {round(slope, 3) + 0.0:12.3f}")  # + 0.0 for a zero without a sign
