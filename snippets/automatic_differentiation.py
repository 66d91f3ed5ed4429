"""Automatic differentiation: carry the slope beside the value through every step.

    (u + u̇ε)(w + ẇε) = uw + (u̇w + uẇ)ε    with ε² = 0

Run a procedure on x + 1ε and it ends at y + (dy/dx)ε. All quantities are scalars. Three other ways
to the same number stand beside it: a formula in x alone, a forward difference, a complex step.

Source: A. G. Baydin and others, JMLR 18(153), 2018: the logistic map and its formula (Table 1).
R. E. Wengert, Comm. ACM 7(8), 1964, has the idea of differentiating step by step.
"""

from functools import partial

from snippets.complex_step import complex_step
from snippets.dual_numbers import Dual
from snippets.numerical_differentiation import forward_difference
from snippets.wengert_list import record


# --8<-- [start:procedure]
def f(x, repetitions=3):
    """The logistic map from v₁ = x; y = v₄."""
    v = x
    for _ in range(repetitions):
        v = 4 * v * (1 - v)
    return v


# --8<-- [end:procedure]


# --8<-- [start:ways]
def dual_number(x):
    """AD: start at slope one, read the slope at the end."""
    return f(Dual(x, 1.0)).u_dot


def formula(x):
    """The product rule on y = 64 x (1-x) (1-2x)² p²."""
    p = 1 - 8 * x + 8 * x**2
    return (
        128 * x * (1 - x) * (-8 + 16 * x) * (1 - 2 * x) ** 2 * p
        + 64 * (1 - x) * (1 - 2 * x) ** 2 * p**2
        - 64 * x * (1 - 2 * x) ** 2 * p**2
        - 256 * x * (1 - x) * (1 - 2 * x) * p**2
    )


def ways(x):
    """dy/dx in each way."""
    return {
        "dual numbers": dual_number(x),
        "complex step, h = 1e-30": complex_step(f, x, 1e-30),
        "difference, h = 1e-04": forward_difference(f, x, 1e-4),
        "difference, h = 1e-08": forward_difference(f, x, 1e-8),
        "difference, h = 1e-12": forward_difference(f, x, 1e-12),
        "formula": formula(x),
    }


# --8<-- [end:ways]


def relative_error(slope):
    """Distance from the exact slope at x = 1/5, which is 708288/78125."""
    exact = 708288 / 78125
    return abs(slope - exact) / exact


def example():
    """dy/dx at x = 1/5 in each way, and how far each is from the exact slope."""
    x, slopes = 0.2, ways(0.2)
    errors = {f"error of {way}": relative_error(slope) for way, slope in slopes.items()}
    return {"x": x, "y": f(x), "exact": 708288 / 78125, **slopes, **errors}


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: the input, where the loop starts
    v: v_t is the value of the loop after t - 1 repetitions
    y: the result of the loop, its fourth value
    f: the loop itself, from its start to its result
    h: the step of a difference, or along the imaginary axis
    D: the forward difference at x with step h
    S: the complex step at x with step h
    F: the slope as a formula in x alone
    u: the value that a dual number carries
    \dot u: the slope that it carries
    w: the value of another dual number
    \dot w: the slope of the other one
    \dot y: the slope that the loop ends with when it starts on a dual number of slope one
    \varepsilon: the unit that dual numbers multiply their slope by
    """
    if rng is None:
        x, u = 0.2, Dual(0.2, 1.0)
        w = 1 - u  # u and w are the two factors of the first repetition
    else:
        x, u, w = rng.uniform(0, 1), Dual(*rng.normal(size=2)), Dual(*rng.normal(size=2))
    tangents = {r"\dot u": u.u_dot, r"\dot w": w.u_dot, r"\dot y": dual_number(x)}
    others = {"D": partial(forward_difference, f, x), "S": partial(complex_step, f, x)}
    x, y = record(lambda x: (x, f(x)), x)
    # A repetition is three recorded steps, and the last of them is its value.
    v = dict(enumerate(y.list.steps[::3], start=1))
    dual = {"u": u.u, "w": w.u, r"\varepsilon": "dual unit"}
    return {"x": x, "v": v, "y": y, "f": f, "h": 1e-3} | dual | tangents | others | {"F": formula}


if __name__ == "__main__":
    numbers = example()
    print("way                      dy/dx at 0.2        relative error")
    for way in list(numbers)[3:9]:
        error = numbers[f"error of {way}"]
        print(f"{way:<24} {numbers[way]:.15f}   {error:.0e}")
