"""Gradient: the partial derivatives of one number by every parameter, as a column.

    f(x) = (1 - x₀)² + 100 (x₁ - x₀²)²
    f(x + h u) ≈ f(x) + h ∇f(x)ᵀ u

x, its gradient ∇f(x) and a direction u are columns of shape (2, 1); f(x) is one number.

Source: the function is H. H. Rosenbrock's, The Computer Journal 3 (1960) 175-184, at its usual
starting point (-1.2, 1).
"""

from functools import partial

import numpy as np

from snippets.forward_pass import forward, mazur
from snippets.loss_functions import squared_error
from snippets.numerical_differentiation import central_difference
from snippets.wengert_list import record


# --8<-- [start:gradient]
def f(x):
    """A curved valley with its lowest point at (1, 1)."""
    x_0, x_1 = x.ravel()
    return (1 - x_0) ** 2 + 100 * (x_1 - x_0**2) ** 2


def gradient(x):
    """The slope of f by each entry of x, in the shape of x."""
    x_0, x_1 = x.ravel()
    df_dx_0 = -2 * (1 - x_0) - 400 * x_0 * (x_1 - x_0**2)
    df_dx_1 = 200 * (x_1 - x_0**2)
    return np.array([df_dx_0, df_dx_1]).reshape(x.shape)


# --8<-- [end:gradient]


# --8<-- [start:directions]
def measured_slope(x, u, h=1e-5):
    """Rise of f over a short walk along u; no gradient in it."""

    def walk(t):
        return f(x + t * u)

    return central_difference(walk, 0.0, h)


def random_direction(rng):
    """A column of length 1, every direction equally likely."""
    u = rng.normal(size=(2, 1))
    return u / np.linalg.norm(u)


def steepest_of(directions, x):
    """The direction along which f rises most, and its slope."""
    slopes = [measured_slope(x, u) for u in directions]
    best = np.argmax(slopes)
    return directions[best], slopes[best]


# --8<-- [end:directions]


def example():
    """Every number of the note, at Rosenbrock's starting point."""
    x = np.array([[-1.2], [1.0]])
    rng = np.random.default_rng(0)
    u, slope = steepest_of([random_direction(rng) for _ in range(1000)], x)
    g = gradient(x)
    corner = np.sign(g)
    return {
        "x": x,
        "f": f(x),
        "gradient": g,
        "length": np.linalg.norm(g),
        "unit": g / np.linalg.norm(g),
        "best_of_1000": u,
        "best_slope": slope,
        "corner": corner,
        "corner_slope": (g.T @ corner).item(),
        "weighted_sum": (x.T @ g).item(),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: the place, a column of n numbers
    n: how many there are, 2
    f: the function, one number for a column
    g: its gradient, as `gradient` finds it, a column of n numbers
    u: a direction, a column of n numbers whose length is one
    h: how far one walks along it
    m: the slope along it as `measured_slope` finds it, for a given h
    C: the loss of a network
    w: its weights by layer, one matrix for each
    \nabla: what the slopes of C are taken by, all the weights
    """
    if rng is None:
        x, u = example()["x"], example()["best_of_1000"]
    else:
        x, u = rng.uniform(-2, 2, size=(2, 1)), random_direction(rng)
    w, C = network()
    # No slope exceeds the gradient's length; only along the gradient itself is it reached.
    g = gradient(x)
    along = g / np.linalg.norm(g)
    return {
        "x": x,
        "n": x.size,
        "f": f,
        "g": g,
        "u": u,
        "h": 0.01,
        "m": partial(measured_slope, x, u),
        "C": C,
        "w": w,
        r"\nabla": w,
        r"\le": {"u": along},
    }


def network():
    """Weights by layer and loss of Mazur's network, recorded."""
    x, y, weights, biases = mazur()

    def run(weights):
        _, activations = forward(x, weights, biases)
        return weights, squared_error(activations[-1], y)

    weights, C = record(run, weights)
    return dict(enumerate(weights, 1)), C


if __name__ == "__main__":
    numbers = example()
    print("f                       {f:.1f}".format(**numbers))
    print("gradient               ", numbers["gradient"].ravel())
    print("its length              {length:.3f}".format(**numbers))
    print("its direction          ", numbers["unit"].ravel().round(3))
    print("best of 1000 directions", numbers["best_of_1000"].ravel().round(3))
    print("slope measured there    {best_slope:.3f}".format(**numbers))
    print("sum of x_j df/dx_j      {weighted_sum:.2f}".format(**numbers))
