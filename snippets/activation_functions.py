"""Activation functions: what bends between two layers, or else the layers are one.

    W⁽²⁾ (W⁽¹⁾ x + b⁽¹⁾) + b⁽²⁾ = V x + c      V = W⁽²⁾ W⁽¹⁾,  c = W⁽²⁾ b⁽¹⁾ + b⁽²⁾

x is a column, (n_0, 1), or n of them side by side, (n_0, n); each W⁽ˡ⁾ is (n_l, n_{l-1}) and each
b⁽ˡ⁾ (n_l, 1). Activation functions and their slopes act entry by entry on arrays of any shape.

Source: the functions are textbook material; weights and places are our own.
"""

import numpy as np

from snippets.neuron_weights_biases import random_layers, sigmoid, sigmoid_prime


# --8<-- [start:functions]
def identity(z):
    """No activation function at all."""
    return z


def relu(z):
    """The ramp: z where it is positive, elsewhere 0."""
    return np.maximum(z, 0)


def softplus(z):
    """The ramp with its corner rounded off: ln(1 + e^z)."""
    return np.logaddexp(0, z)


def tanh_prime(z):
    """The slope of tanh."""
    return 1 - np.tanh(z) ** 2


def relu_prime(z):
    """The slope of the ramp; at its corner, 0 by agreement."""
    return np.where(z > 0, 1.0, 0.0)


SLOPES = {
    identity: np.ones_like,
    sigmoid: sigmoid_prime,
    np.tanh: tanh_prime,
    relu: relu_prime,
    softplus: sigmoid,
}
# --8<-- [end:functions]


# --8<-- [start:collapse]
def two_layers(weights, biases, x, f):
    """The output, with f between and nothing at the end."""
    W1, W2 = weights
    b1, b2 = biases
    return W2 @ f(W1 @ x + b1) + b2


def one_layer(weights, biases):
    """V and c of the layer that two layers amount to."""
    W1, W2 = weights
    b1, b2 = biases
    return W2 @ W1, W2 @ b1 + b2


def bend(f, z, y):
    """Mean of f at two places, less f halfway: 0 on a line."""
    return (f(z) + f(y)) / 2 - f((z + y) / 2)


# --8<-- [end:collapse]


def network(rng):
    """An input, weights and biases of two layers, 2-3-1."""
    return random_layers(rng, (2, 3, 1))


def example():
    """Bends and slopes of each function; two layers with none between them, and the one layer."""
    x, weights, biases = network(np.random.default_rng(0))
    V, c = one_layer(weights, biases)
    return {
        "bends": {f.__name__: bend(f, -1.0, 2.0) for f in SLOPES},
        "slopes": {f.__name__: slope(np.array([-2.0, 1.0])) for f, slope in SLOPES.items()},
        "two": two_layers(weights, biases, x, identity).item(),
        "one": (V @ x + c).item(),
        "V": V,
        "c": c,
        "parameters": sum(array.size for array in (*weights, *biases)),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    W: weights of layer l, (n_l, n_{l-1})
    b: biases of layer l, (n_l, 1)
    x: the input, (n_0, 1)
    o: the output of two layers with nothing between them, (n_2, 1)
    V: weights of the one layer that they amount to, (n_2, n_0)
    c: biases of that layer, (n_2, 1)
    \sigma: the sigmoid
    z: any number
    y: another number
    f: the softplus
    h: the bend of the softplus between the two, as `bend` finds it
    R: the slope of the ramp at z, as `relu_prime` finds it
    """
    z, y = (0.5, -1.5) if rng is None else (-rng.exponential(), rng.normal())
    x, weights, biases = network(rng or np.random.default_rng(0))
    V, c = one_layer(weights, biases)
    return {
        "W": dict(enumerate(weights, 1)),
        "b": dict(enumerate(biases, 1)),
        "x": x,
        "o": two_layers(weights, biases, x, identity),
        "V": V,
        "c": c,
        r"\sigma": sigmoid,
        "z": z,
        "y": y,
        "f": softplus,
        "h": bend(softplus, z, y),
        "R": relu_prime(z).item(),
    }


if __name__ == "__main__":
    numbers = example()
    print("           bend   slope at -2   slope at 1")
    for name, bent in numbers["bends"].items():
        low, high = numbers["slopes"][name]
        print(f"{name:<8} {bent:6.3f}   {low:11.3f}   {high:10.3f}")
    print("two layers, no activation {two:.9f}".format(**numbers))
    print("one layer                 {one:.9f}".format(**numbers))
