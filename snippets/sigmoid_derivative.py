"""The slope of the sigmoid is read off its value, and is never above a quarter.

    σ'(u) = a (1 - a) = ¼ - (a - ½)²  with a = σ(u)        tanh u = 2 σ(2u) - 1

u is a number or an array, and everything acts entry by entry. A backward pass that has kept the
activations needs no exponential again.

Source: the identities are textbook calculus; the places are our own.
"""

import numpy as np

from snippets.neuron_weights_biases import sigmoid, sigmoid_prime


# --8<-- [start:slopes]
def slope_from_value(a):
    """The slope of the sigmoid where it has the value a."""
    return a * (1 - a)


def tanh_by_sigmoid(u):
    """The same curve from -1 to 1, half as wide."""
    return 2 * sigmoid(2 * u) - 1


def tanh_slope_from_value(a):
    """The slope of tanh where tanh has the value a."""
    return 1 - a * a


# --8<-- [end:slopes]


def slope_at_the_value(a):
    """The common slip: a value is handed to the function that expects its argument."""
    return sigmoid_prime(a)


def tangent(u=1.0):
    """The curve, and the straight line that has its slope at u.

    u: where the slope is taken
    a: the value of the sigmoid there
    s: its slope there
    """
    x = np.linspace(-6, 6, 97)
    a = sigmoid(u)
    s = slope_from_value(a)
    return {
        "numbers": {"a": a, "s": s},
        "title": "The sigmoid, and its slope at u as a straight line",
        "text": "The curve rises from zero to one; the line touches it at u.",
        "x": "u",
        "y": "a",
        "x_range": (-6, 6),
        "y_range": (0, 1),
        "curves": [
            {"name": "sigmoid", "x": x, "y": sigmoid(x), "style": "forward"},
            {"name": "tangent", "x": x, "y": a + s * (x - u), "style": "backward"},
            {"name": "", "x": [u], "y": [a], "style": "forward", "marks": True},
        ],
    }


def example():
    """Values, slopes and the slip at a few places."""
    u = np.array([-6.0, -2.0, 0.0, 1.0])
    a = sigmoid(u)
    return {
        "u": u,
        "a": a,
        "slope": slope_from_value(a),
        "slip": slope_at_the_value(a),
        "slip_over_slope": slope_at_the_value(a) / slope_from_value(a),
        "tanh": tanh_by_sigmoid(u),
        "tanh_slope": tanh_slope_from_value(tanh_by_sigmoid(u)),
        "four_layers": 0.25**4,
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    \sigma: the sigmoid
    u: any number
    a: the value of the sigmoid there
    t: the value of the hyperbolic tangent there, as `tanh_by_sigmoid` finds it
    s: the slope of the sigmoid there, as `slope_from_value` finds it
    r: the slope of the hyperbolic tangent there, as `tanh_slope_from_value` finds it
    \le: where the slope of the sigmoid is largest
    """
    u = 1.0 if rng is None else rng.normal()
    a, t = sigmoid(u), tanh_by_sigmoid(u)
    slopes = {"s": slope_from_value(a), "r": tanh_slope_from_value(t)}
    return {r"\sigma": sigmoid, "u": u, "a": a, "t": t, r"\le": {"u": 0.0}} | slopes


if __name__ == "__main__":
    numbers = example()
    print("    u   sigma  slope    tanh  slope")
    columns = (numbers[name] for name in ("u", "a", "slope", "tanh", "tanh_slope"))
    for u, a, slope, t, tanh_slope in zip(*columns, strict=True):
        print(f"{u:5.1f}  {a:.4f} {slope:.4f} {t:7.4f} {tanh_slope:.4f}")
