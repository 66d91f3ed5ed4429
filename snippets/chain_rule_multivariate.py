"""Chain rule for several paths: each value on the way brings a product, and these are added.

    dy/dx = ∂f/∂u · du/dx + ∂f/∂v · dv/dx    for  y = f(u, v) = uᵛ,  u = 2x,  v = 1 + x²

All are numbers. A move of u and v together is a move of u with v held, then a move of v.

Source: the example is ours.
"""

import numpy as np

from snippets.wengert_list import record


# --8<-- [start:shares]
def f(u, v):
    """A power: base u, exponent v."""
    return u**v


def between(x):
    """Base and exponent; both use x."""
    return 2 * x, 1 + x**2


def shares(x):
    """What reaches y by way of the base, and of the exponent."""
    u, v = between(x)
    du_dx, dv_dx = 2, 2 * x
    df_du = v * u ** (v - 1)  # a power of u: v is held
    df_dv = u**v * np.log(u)  # an exponential in v: u is held
    return df_du * du_dx, df_dv * dv_dx


def slope(x):
    """The slope of y by x: the shares of both paths."""
    return sum(shares(x))


# --8<-- [end:shares]


# --8<-- [start:moves]
def moves(x, h):
    """Rise of y by way of u, then of v, and at once, beside h."""
    (u, v), (new_u, new_v) = between(x), between(x + h)
    first = f(new_u, v) - f(u, v)
    second = f(new_u, new_v) - f(new_u, v)
    return first / h, second / h, (f(new_u, new_v) - f(u, v)) / h


# --8<-- [end:moves]


def wide(W, s):
    """Values between, each of which uses all of s, and one number that uses all of them."""
    w = np.sin(W @ s)
    return w, np.sum(w**3)


def example():
    """The shares at x = 1, and rises over ever shorter steps."""
    x, steps = 1.0, [0.1, 0.01, 0.001]
    return {
        "x": x,
        "y": f(*between(x)),
        "shares": shares(x),
        "slope": slope(x),
        "steps": steps,
        "moves": [moves(x, h) for h in steps],
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: the input, a positive number
    u: the base, twice x
    v: the exponent, one more than the square of x
    f: the power, a function of base and exponent
    y: the result
    p: the shares of y by way of the base and of the exponent, as `shares` finds them
    h: a short time for which base and exponent move
    \dot u: how fast the base moves
    \dot v: how fast the exponent moves
    s: the inputs of a wider computation, a column of numbers
    w: the values between, a column of numbers, each of which uses every input
    q: the result of the wider computation, one number that uses all of w
    """
    if rng is None:
        x, s, rates = 1.0, np.array([[1.0], [2.0]]), (2.0, 2.0)
        W = np.array([[1.0, 0.5], [-1.0, 2.0], [0.5, 1.0]])
    else:
        x, s, W = rng.uniform(0.5, 2), rng.normal(size=(2, 1)), rng.normal(size=(3, 2))
        rates = rng.uniform(0.5, 2, size=2)
    p = shares(x)
    x, (u, v) = record(lambda x: (x, between(x)), x)
    s, (w, q) = record(lambda s: (s, wide(W, s)), s)
    run = {"x": x, "u": u, "v": v, "f": f, "y": f(u, v), "s": s, "w": w, "q": q, "p": np.array(p)}
    return run | {"h": 0.01, r"\dot u": rates[0], r"\dot v": rates[1]}


if __name__ == "__main__":
    numbers = example()
    print("rise / step  by u alone   then by v     at once")
    for h, row in zip(numbers["steps"], numbers["moves"], strict=True):
        print("{:<11g} {:11.4f} {:11.4f} {:11.4f}".format(h, *row))
    print("slopes      {:11.4f} {:11.4f} {:11.4f}".format(*numbers["shares"], numbers["slope"]))
