"""Adjoint: how far the result moves when one value on the way is moved and the rest follows.

    v̄ᵢ = ∂y/∂vᵢ      and for small errors εᵢ at every step together    y + Σ v̄ᵢ εᵢ

x is (2,), every v and v̄ a number; εᵢ is added to vᵢ as soon as it is computed.

Source: the function and the place are those of the introductory example of A. Griewank, A. Walther,
Evaluating Derivatives, SIAM 2008, as a public test suite gives them; its steps are ours to number.
"""

from functools import partial

import numpy as np

from snippets.wengert_list import record


# --8<-- [start:values]
def values(x, epsilon=(0,) * 8):
    """v₀ to v₇, each off by its entry of epsilon; the last is y."""
    v0 = x[0] + epsilon[0]
    v1 = x[1] + epsilon[1]
    v2 = v0 / v1 + epsilon[2]
    v3 = np.sin(v2) + epsilon[3]
    v4 = np.exp(v1) + epsilon[4]
    v5 = v2 - v4 + epsilon[5]
    v6 = v3 + v5 + epsilon[6]
    v7 = v6 * v5 + epsilon[7]
    return v0, v1, v2, v3, v4, v5, v6, v7


def adjoints(v0, v1, v2, v3, v4, v5, v6, v7):
    """The same steps from the last to the first."""
    v7_bar = 1.0
    v6_bar = v7_bar * v5
    v5_bar = v7_bar * v6 + v6_bar
    v4_bar = -v5_bar
    v3_bar = v6_bar
    v2_bar = v3_bar * np.cos(v2) + v5_bar
    v1_bar = v4_bar * v4 - v2_bar * v2 / v1
    v0_bar = v2_bar / v1
    return v0_bar, v1_bar, v2_bar, v3_bar, v4_bar, v5_bar, v6_bar, v7_bar


# --8<-- [end:values]


# --8<-- [start:errors]
def predicted(v_bar, epsilon):
    """The change of y that the adjoints expect."""
    return sum(bar * error for bar, error in zip(v_bar, epsilon, strict=True))


def observed(x, epsilon):
    """The change of y in a run with these errors."""
    return values(x, epsilon)[-1] - values(x)[-1]


# --8<-- [end:errors]


def off_by(x, epsilon, h):
    """The result of a run with the errors h times epsilon."""
    return values(x, [h * error for error in epsilon])[-1]


def example():
    """Values and adjoints at (1.5, 0.5), and errors of a thousandth at every step."""
    x, epsilon = np.array([1.5, 0.5]), 1e-3 * (-1.0) ** np.arange(8)
    v = values(x)
    v_bar = adjoints(*v)
    return {
        "x": x,
        "values": np.array(v),
        "adjoints": np.array(v_bar),
        "predicted": predicted(v_bar, epsilon),
        "observed": observed(x, epsilon),
        "v_2 by way of x_1": v_bar[1] / (-v[0] / v[1] ** 2),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: the two inputs
    v: the values, inputs first, each a number
    y: the result, the last of the values
    n: how many values there are, 8
    \bar v: the adjoints, as `adjoints` finds them
    \varepsilon: an error for each value, added as soon as it is computed
    h: a factor that makes all errors smaller
    Y: the result of a run with the errors so scaled
    """
    x = np.array([1.5, 0.5]) if rng is None else rng.uniform(0.5, 2, size=2)
    epsilon = np.ones(8) if rng is None else rng.normal(size=8)
    v_bar = adjoints(*values(x))
    run = {
        r"\varepsilon": epsilon,
        "h": 0.01,
        "Y": partial(off_by, x, epsilon),
        r"\bar v": dict(enumerate(v_bar)),
        "n": len(v_bar),
    }
    x, v = record(lambda x: (x, values(x)), x)
    return run | {"x": x, "v": dict(enumerate(v)), "y": v[-1]}


if __name__ == "__main__":
    numbers = example()
    steps = ["x_0", "x_1", "v_0 / v_1", "sin v_2", "exp v_1", "v_2 - v_4", "v_3 + v_5", "v_6 v_5"]
    print("                    value   adjoint")
    for i, step in enumerate(steps):
        value, adjoint = numbers["values"][i], numbers["adjoints"][i]
        print(f"v_{i} = {step:<10} {value:9.4f} {adjoint:9.4f}")
    print("errors of 0.001 with signs + - + - + - + -")
    print("  y should change by {predicted:.6f}, and does by {observed:.6f}".format(**numbers))
