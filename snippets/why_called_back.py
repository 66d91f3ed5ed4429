"""Why it is called back: adjoints become computable in the opposite order to the values.

    z⁽¹⁾ = W⁽¹⁾x,  a⁽¹⁾ = σ(z⁽¹⁾),  z⁽²⁾ = W⁽²⁾a⁽¹⁾    values, from x on
    x̄ = W⁽¹⁾ᵀ (σ'(z⁽¹⁾) ⊙ W⁽²⁾ᵀ z̄⁽²⁾)                  adjoints, from z̄⁽²⁾ back

σ is tanh; x is (3, 1), W⁽¹⁾ is (2, 3), W⁽²⁾ is (4, 2), and an adjoint has the shape of its value.
Each function returns a dictionary, which keeps its entries in the order they were computed.

Source: D. Rumelhart, G. Hinton, R. Williams, Nature 323, 1986, for the name; own example.
"""

import numpy as np

W1 = np.array([[0.5, -1.0, 1.0], [1.0, 0.5, -0.5]])
W2 = np.array([[1.0, -1.0], [0.5, 1.0], [-0.5, 0.5], [2.0, 1.0]])


# --8<-- [start:flows]
def values(x):
    """Values, from the input on; x is (3, 1)."""
    z1 = W1 @ x
    a1 = np.tanh(z1)
    z2 = W2 @ a1
    return {"x": x, "z1": z1, "a1": a1, "z2": z2}


def adjoints(z2_bar, z1):
    """Adjoints, from the output back; z2_bar is (4, 1)."""
    a1_bar = W2.T @ z2_bar
    z1_bar = (1 - np.tanh(z1) ** 2) * a1_bar
    x_bar = W1.T @ z1_bar
    return {"z2": z2_bar, "a1": a1_bar, "z1": z1_bar, "x": x_bar}


def tangents(x_dot, z1):
    """Forward mode, from the input on; x_dot is (3, 1)."""
    z1_dot = W1 @ x_dot
    a1_dot = (1 - np.tanh(z1) ** 2) * z1_dot
    z2_dot = W2 @ a1_dot
    return {"x": x_dot, "z1": z1_dot, "a1": a1_dot, "z2": z2_dot}


# --8<-- [end:flows]


# --8<-- [start:drawing]
OPERANDS = {"x": [], "z1": ["x"], "a1": ["z1"], "z2": ["a1"]}
USERS = {"x": ["z1"], "z1": ["a1"], "a1": ["z2"], "z2": []}


def order(drawn, needs):
    """Take the first ready quantity as drawn, until done."""
    done = []
    while len(done) < len(drawn):
        rest = [v for v in drawn if v not in done]
        ready = [v for v in rest if set(needs[v]) <= set(done)]
        done.append(ready[0])
    return done


# --8<-- [end:drawing]


def misfit(both, one, other):
    """How far a map's result for a sum is from the sum of its results."""
    return np.abs(both - one - other).max()


def point():
    """An input, a direction for it, and an adjoint of the output."""
    x, x_dot = np.array([[1.0], [0.5], [-0.5]]), np.array([[0.5], [1.0], [0.5]])
    return x, x_dot, np.array([[1.0], [0.0], [2.0], [-1.0]])


def example():
    """The orders as run, one slope from both ends, and the two additivity checks."""
    (x, x_dot, z2_bar), other = point(), np.ones((4, 1))
    z1 = values(x)["z1"]
    forward = [values(v)["z2"] for v in (x + x_dot, x, x_dot)]
    backward = [adjoints(v, z1)["x"] for v in (z2_bar + other, z2_bar, other)]
    return {
        "adjoints": list(adjoints(z2_bar, z1)),
        "tangents": list(tangents(x_dot, z1)),
        "slope_forward": (z2_bar.T @ tangents(x_dot, z1)["z2"]).item(),
        "slope_reverse": (adjoints(z2_bar, z1)["x"].T @ x_dot).item(),
        "misfit_forward": misfit(*forward),
        "misfit_backward": misfit(*backward),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: the input, a column (3, 1)
    W: the weights of layer 1, shape (2, 3), and of layer 2, shape (4, 2)
    z: the weighted sums of layer 1, a column (2, 1), and of layer 2, the output, (4, 1)
    a: the activations of layer 1, a column (2, 1)
    \sigma: the activation function, entry by entry
    \bar z: the adjoint of the output, a column (4, 1) that a loss hands over
    \bar x: the adjoint of the input, a column (3, 1)
    \dot x: the tangent of the input, the direction in which it moves, a column (3, 1)
    \dot z: the tangent of the output, a column (4, 1)
    """
    if rng is None:
        x, x_dot, z2_bar = point()
    else:
        x, x_dot, z2_bar = (rng.normal(size=(rows, 1)) for rows in (3, 3, 4))
    at = values(x)
    flows = {"x": x, "z": {1: at["z1"], 2: at["z2"]}, "a": {1: at["a1"]}}
    back = {r"\bar z": {2: z2_bar}, r"\bar x": adjoints(z2_bar, at["z1"])["x"]}
    along = {r"\dot x": x_dot, r"\dot z": {2: tangents(x_dot, at["z1"])["z2"]}}
    return flows | back | along | {"W": {1: W1, 2: W2}, r"\sigma": np.tanh}


if __name__ == "__main__":
    for drawn in (["x", "z1", "a1", "z2"], ["z2", "a1", "z1", "x"]):
        print("drawn   ", *drawn)
        print("values  ", *order(drawn, OPERANDS), "  adjoints", *order(drawn, USERS))
    numbers = example()
    print("as run   adjoints", *numbers["adjoints"], "  tangents", *numbers["tangents"])
    print("slope    forward {slope_forward:.4f}   reverse {slope_reverse:.4f}".format(**numbers))
    print("two inputs at once miss the sum by {misfit_forward:.4f}".format(**numbers))
    print("two errors at once miss the sum by {misfit_backward:.4f}".format(**numbers))
