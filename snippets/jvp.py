"""Jacobian-vector product: how fast all outputs move as the inputs move along one direction.

    ẏ = J ẋ      layer by layer:  ż = W ȧ  and then  σ'(z) ⊙ ż  beside  z = W a + b  and  σ(z)

Columns: x and ẋ have one shape, y and ẏ another. J has a row for each output and a column for each
input, and is never formed.

Source: one forward sweep for each such product, Baydin and others 2018, section 3.1; the network is
ours.
"""

from functools import partial

import numpy as np


# --8<-- [start:rules]
def affine(W, b, a, a_dot):
    """W a + b, and how fast it moves: b stays."""
    return W @ a + b, W @ a_dot


def activation(z, z_dot):
    """The hyperbolic tangent of z, and how fast it moves."""
    a = np.tanh(z)
    return a, (1 - a**2) * z_dot


# --8<-- [end:rules]


# --8<-- [start:jvp]
def jvp(layers, x, x_dot):
    """Outputs y and rates ẏ, which go through the layers together."""
    if np.shape(x_dot) != np.shape(x):
        raise ValueError(f"direction {np.shape(x_dot)}, inputs {np.shape(x)}: give them one shape")
    a, a_dot = x, x_dot
    for W, b in layers:
        z, z_dot = affine(W, b, a, a_dot)
        a, a_dot = activation(z, z_dot)
    return a, a_dot


# --8<-- [end:jvp]


def run(layers, x):
    """The outputs, without rates."""
    for W, b in layers:
        x = np.tanh(W @ x + b)
    return x


def jacobian(layers, x):
    """J, a product with each unit vector for a column: only to compare with."""
    return np.hstack([jvp(layers, x, e)[1] for e in np.hsplit(np.eye(x.size), x.size)])


def widths(*sizes):
    """Layers of given widths, with weights that are easy to write down."""
    shapes = list(zip(sizes[1:], sizes, strict=False))
    weights = [np.cos(np.arange(m * n)).reshape(m, n) for m, n in shapes]
    return [(W, np.full((len(W), 1), 0.1)) for W in weights]


def example():
    """A network with three inputs and two outputs, along two directions, and what J would be."""
    layers, x = widths(3, 4, 2), np.array([[0.5], [-1.0], [2.0]])
    x_dot, h = np.array([[1.0], [1.0], [-1.0]]), 1e-6
    y, y_dot = jvp(layers, x, x_dot)
    return {
        "layers": layers,
        "x": x,
        "x_dot": x_dot,
        "y": y,
        "y_dot": y_dot,
        "by a difference": (run(layers, x + h * x_dot) - run(layers, x)) / h,
        "J": jacobian(layers, x),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: the inputs, a column of n numbers
    \dot x: the direction in which they move, a column of n numbers
    F: the network, a column of m numbers for x
    n: how many inputs there are
    m: how many outputs there are
    h: how far the inputs have moved along the direction
    J: the Jacobian of the network at x, m rows and n columns, column by column
    \dot y: the rates of the outputs that `jvp` returns, a column of m numbers
    W: the weights of each layer
    b: the biases of each layer, a column
    \sigma: the activation function, the hyperbolic tangent, entry by entry
    z: the weighted inputs of each layer, a column
    a: the activations of each layer, a column; those of layer 0 are the inputs
    \dot z: the rates of the weighted inputs of each layer, a column, as `affine` gives them
    \dot a: the rates of the activations of each layer, a column, as `activation` gives them
    """
    if rng is None:
        layers, x, x_dot = widths(3, 4, 2), example()["x"], example()["x_dot"]
    else:
        shapes = [(4, 3), (5, 4), (2, 5)]
        layers = [(rng.normal(size=shape), rng.normal(size=(shape[0], 1))) for shape in shapes]
        x, x_dot = rng.normal(size=(2, 3, 1))
    after = [jvp(layers[:count], x, x_dot) for count in range(len(layers) + 1)]
    before = [affine(W, b, *pair) for (W, b), pair in zip(layers, after, strict=False)]
    (W, b), (z, z_dot), (a, a_dot) = (zip(*pairs, strict=True) for pairs in (layers, before, after))
    of_layers = {"W": W, "b": b, "z": z, r"\dot z": z_dot}
    families = {name: dict(enumerate(family, 1)) for name, family in of_layers.items()}
    families |= {"a": dict(enumerate(a)), r"\dot a": dict(enumerate(a_dot))}
    whole = {"x": x, r"\dot x": x_dot, "F": partial(run, layers), r"\dot y": a_dot[-1]}
    sizes = {"n": x.size, "m": a[-1].size, "h": 0.01}
    return families | whole | sizes | {"J": jacobian(layers, x), r"\sigma": np.tanh}


if __name__ == "__main__":
    numbers = example()
    print("            y    rate  measured")
    rows = (numbers[name].ravel() for name in ("y", "y_dot", "by a difference"))
    for i, row in enumerate(zip(*rows, strict=True)):
        print("output", i, "{:7.4f} {:7.4f}  {:8.4f}".format(*row))
    print("three columns, one sweep each")
    print(numbers["J"].round(4))
