"""Complex step: the slope of a real function, read off one value beside the real axis.

    f(x + ih) = f(x) + ih f'(x) - h²/2 f''(x) - i h³/6 f'''(x) + …
    Im f(x + ih) / h = f'(x) - h²/6 f'''(x) + O(h⁴)

No two values are subtracted, so nothing cancels, and h may be as small as numbers get. It holds for
functions made of analytic steps; one that drops the imaginary part, as |x| does, breaks it.

Source: W. Squire, G. Trapp, SIAM Review 40(1), 1998, whose examples both functions are said to be.
"""

import warnings

import numpy as np
from numpy.exceptions import ComplexWarning

from snippets.numerical_differentiation import central_difference, difference

H = 1e-50  # beside any x it counts for nothing, and its product with a slope does not underflow


# --8<-- [start:step]
def complex_step(f, x, h=H):
    """f'(x), from one call of f."""
    return np.imag(f(x + 1j * h)) / h


def gradient(f, x):
    """All slopes at x, in its shape: n calls of f."""
    g = np.empty(x.shape)
    for k in np.ndindex(x.shape):
        there = np.array(x, dtype=complex)
        there[k] += 1j * H
        g[k] = np.imag(f(there)) / H
    return g


# --8<-- [end:step]


# --8<-- [start:slope]
def slope(f, size):
    """f'(0) and a bound of its error, in the shape of f(0), (m,).

    The complex step, with bound 0, where a difference agrees as
    far as it can tell; elsewhere that difference and its bound.
    size: how large the quantity is that moves.
    """
    with np.errstate(all="ignore"):
        rough, bound = difference(f, size)
        exact = complex_step_or_nan(f)
        agree = np.abs(exact - rough) <= bound
        bound = np.where(agree, 0.0, bound)
    return np.where(agree, exact, rough), bound


def complex_step_or_nan(f):
    """f'(0), or nan if f refuses complex numbers or casts them."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", ComplexWarning)
            return complex_step(f, 0.0)
    except (TypeError, ValueError, ComplexWarning):
        return np.nan


# --8<-- [end:slope]


# --8<-- [start:function]
def f(x):
    """Analytic wherever the denominator is not zero."""
    return np.exp(x) / (np.sin(x) ** 3 + np.cos(x) ** 3)


def f_prime(x):
    """Its derivative by the rules of calculus, to compare with."""
    sin, cos = np.sin(x), np.cos(x)
    cubes, rise = sin**3 + cos**3, 3 * sin * cos * (sin - cos)
    return f(x) * (1 - rise / cubes)


# --8<-- [end:function]


def power(x):
    """The other example of the source."""
    return x ** (9 / 2)


def ramp(x):
    """The larger of x and 0: not analytic."""
    return (x + np.abs(x)) / 2


def worst_error(estimate, h):
    """The largest relative error of f' at 1001 places from 0 to 2."""
    x = np.linspace(0, 2, 1001)
    return np.max(np.abs(estimate(f, x, h) / f_prime(x) - 1))


def example():
    """Slopes at 3/2, errors by step beside those of central differences, and a wrong slope."""
    x, h = 1.5, np.array([1e-2, 1e-4, 1e-6, 1e-8, 1e-12, 1e-300])
    return {
        "x": x,
        "slope": complex_step(f, x),
        "slope_of_power": complex_step(power, x),
        "h": h,
        "usual_step": H,
        "complex": [worst_error(complex_step, step) for step in h],
        "central": [worst_error(central_difference, step) for step in h[:-1]],
        "slope_of_ramp": complex_step(ramp, x),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    f: the function, an example of Squire and Trapp
    x: where its slope is wanted
    h: the step along the imaginary axis
    s: what the complex step finds there
    p: what it finds for the other example, a power of x
    R: the ramp, written with an absolute value
    """
    x = 1.5 if rng is None else rng.uniform(0.5, 1.5)
    slopes = {"s": complex_step(f, x), "p": complex_step(power, x)}
    return {"f": f, "x": x, "h": 0.1, "R": ramp} | slopes


if __name__ == "__main__":
    numbers = example()
    print("          relative error")
    print("h         complex    central")
    for i, h in enumerate(numbers["h"]):
        central = [f"{error:.0e}" for error in numbers["central"][i : i + 1]]
        print(f"{h:<8.0e}  {numbers['complex'][i]:.0e}     ", *central or ["none, as x + h is x"])
