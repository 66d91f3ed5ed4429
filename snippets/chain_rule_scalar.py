"""Chain rule for one variable: multiply the slopes of the steps.

    dy/dx = dy/du · du/dv · dv/dx    for  v = x²,  u = sin v,  y = eᵘ

Each factor is taken at the value that reached its step, so the values come first. The product can
be built from either end: from x onwards (forward) or from y back (reverse).

Source: the composite is the worked example of Wikipedia's article "Chain rule".
"""

import numpy as np

from snippets.scalar_tape import Tape, Value, trace
from snippets.wengert_list import record


# --8<-- [start:steps]
def values(x):
    """The steps of y = exp(sin(x²)) in order: v, u and y."""
    v = x**2
    u = np.sin(v)
    y = np.exp(u)
    return v, u, y


def slopes(x):
    """The slope of each step at the value that reached it."""
    v, u, _ = values(x)
    dv_dx = 2 * x
    du_dv = np.cos(v)
    dy_du = np.exp(u)
    return dv_dx, du_dv, dy_du


# --8<-- [end:steps]


# --8<-- [start:directions]
def forward(x):
    """From the input on: dx/dx, dv/dx, du/dx, dy/dx."""
    dv_dx, du_dv, dy_du = slopes(x)
    return np.cumprod([1.0, dv_dx, du_dv, dy_du])


def reverse(x):
    """From the output back: dy/dy, dy/du, dy/dv, dy/dx."""
    dv_dx, du_dv, dy_du = slopes(x)
    return np.cumprod([1.0, dy_du, du_dv, dv_dx])


# --8<-- [end:directions]


def slope_at_the_wrong_place(x):
    """The common slip: the slope of sin taken at x instead of at v = x²."""
    dv_dx, _, dy_du = slopes(x)
    return dy_du * np.cos(x) * dv_dx


def example():
    """The numbers of the note: the steps at x = 1, the slip at 1/2, and a place where sin falls."""
    x = 1.0
    v, u, y = values(x)
    dv_dx, du_dv, dy_du = slopes(x)
    return {
        "x": x,
        "v": v,
        "u": u,
        "y": y,
        "dv_dx": dv_dx,
        "du_dv": du_dv,
        "dy_du": dy_du,
        "forward": forward(x),
        "reverse": reverse(x),
        "right_at_half": forward(0.5)[-1],
        "wrong_at_half": slope_at_the_wrong_place(0.5),
        "slopes_beyond": slopes(1.3),
        "right_beyond": forward(1.3)[-1],
    }


def picture(x=1.0):
    """The steps as the scalar tape records them.

    x: the input
    """
    with Tape() as tape:
        x = Value(x)
        v, u, y = values(x)
        y.backward()
    return trace(tape, {"x": ("", x), "v": ("square", v), "u": ("sin", u), "y": ("exp", y)})


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: the input
    v: the first step, the square of x
    u: the second step, the sine of v
    y: the result, the exponential of u
    \dot v: the slope of v with respect to x, as `forward` finds it
    \dot u: the slope of u with respect to x, likewise
    \dot y: the slope of y with respect to x, likewise
    \bar u: the slope of y with respect to u, as `reverse` finds it
    \bar v: the slope of y with respect to v, likewise
    \bar x: the slope of y with respect to x, likewise
    """
    if rng is None:
        return [steps(1.0), steps(0.5)]
    return steps(rng.uniform(-2, 2))


def steps(x):
    """The steps at x, recorded, and the partial products from either end."""
    dots = zip([r"\dot v", r"\dot u", r"\dot y"], forward(x)[1:], strict=True)
    bars = zip([r"\bar u", r"\bar v", r"\bar x"], reverse(x)[1:], strict=True)
    x, (v, u, y) = record(lambda x: (x, values(x)), x)
    return {"x": x, "v": v, "u": u, "y": y, **dict(dots), **dict(bars)}


if __name__ == "__main__":
    numbers = example()
    print("         v        u        y")
    print("values   {v:.6f} {u:.6f} {y:.6f}".format(**numbers))
    print("         dx/dx    dv/dx    du/dx    dy/dx")
    print("forward ", *(f"{number:.6f}" for number in numbers["forward"]))
    print("         dy/dy    dy/du    dy/dv    dy/dx")
    print("reverse ", *(f"{number:.6f}" for number in numbers["reverse"]))
