"""Partial derivative: vary one input of a stated list, and hold the rest of that list fixed.

    f(a, b) = a b              ∂f/∂a = b        the height b is held
    g(a, p) = a (p/2 - a)      ∂g/∂a = b - a    the perimeter p is held

All are numbers. f and g give the same area of a rectangle of width a; their lists of inputs differ,
and so do the slopes.

Source: the example is ours.
"""

from snippets.complex_step import complex_step
from snippets.wengert_list import record


# --8<-- [start:area]
def f(a, b):
    """Area by width and height."""
    return a * b


def g(a, p):
    """The same area by width and perimeter."""
    return a * (p / 2 - a)


def by_width(area, a, held):
    """Vary the width alone; whatever is second stays."""

    def by_this(width):
        return area(width, held)

    return complex_step(by_this, a)


# --8<-- [end:area]


# --8<-- [start:cube]
def cube(x):
    """x³ in two steps: u, and z computed from u and x."""
    u = x**2
    z = u * x
    return u, z


def u_follows(x):
    """The slope of z if u is computed anew."""

    def z(x):
        return cube(x)[1]

    return complex_step(z, x)


def u_held(x):
    """The slope of z if u stays what it was."""
    u, _ = cube(x)

    def z(x):
        return u * x

    return complex_step(z, x)


# --8<-- [end:cube]


def example():
    """A rectangle 3 wide and 5 high, and x³ at 2 with u following or held."""
    a, b, x = 3.0, 5.0, 2.0
    p = 2 * (a + b)
    return {
        "a": a,
        "b": b,
        "p": p,
        "area": f(a, b),
        "height held": by_width(f, a, b),
        "perimeter held": by_width(g, a, p),
        "x": x,
        "u follows": u_follows(x),
        "u held": u_held(x),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    a: the width of a rectangle
    b: its height
    p: its perimeter
    f: its area by width and height
    g: its area by width and perimeter
    h: a change of the width
    x: the input of the two steps
    u: the first step, the square of x
    z: the second step, u times x
    \varphi: the function of the second step by itself, of u and x
    """
    a, b, x = (3.0, 5.0, 2.0) if rng is None else rng.uniform(1, 4, size=3)
    p = 2 * (a + b)
    x, (u, z) = record(lambda x: (x, cube(x)), x)
    rectangle = {"a": a, "b": b, "p": p, "f": f, "g": g, "h": 0.1}
    return rectangle | {"x": x, "u": u, "z": z, r"\varphi": (z.function, z.operands)}


if __name__ == "__main__":
    for name in ("height held", "perimeter held", "u follows", "u held"):
        print(f"{name:<15}{example()[name]:5.1f}")
