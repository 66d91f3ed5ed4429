"""Notation: a small network in the letters that all notes share, and the shape of each array.

    x, b⁽ˡ⁾, z⁽ˡ⁾, a⁽ˡ⁾, δ⁽ˡ⁾, y: columns     W⁽ˡ⁾: (n_l, n_{l-1})     C, η: numbers

Neurons, entries and samples are counted from 0, layers from 1; layer 0 is the input. A number's
derivative has the shape of what it is taken by, and column by column it is the Jacobian.

Source: Nielsen 2015, chapter 2, for most letters and for the order of j and k in wⱼₖ.
"""

import numpy as np

from snippets.backpropagation import backward
from snippets.forward_pass import (
    first_weight_moving,
    forward,
    forward_with_tangent,
    mazur,
    network,
    recorded,
)
from snippets.loss_functions import squared_error, squared_error_gradient


# --8<-- [start:shapes]
def arrays(x, y, weights, biases):
    """W, b, z, a, δ and ∂C/∂W of each layer, first to last."""
    zs, activations = forward(x, weights, biases)
    dC_dWs, deltas = backward(weights, zs, activations, y)
    of_layers = weights, biases, zs, activations[1:], deltas, dC_dWs
    return list(zip(*of_layers, strict=True))


# --8<-- [end:shapes]


def small(rng):
    """x, y, weights, biases of a random network in which no two layers are equally wide."""
    return network(rng, (3, 2, 4))


def example():
    """The loss of Mazur's network with its target as a column, and as a flat array."""
    x, y, weights, biases = mazur()
    a = forward(x, weights, biases)[1][-1]
    return {"C": squared_error(a, y), "C_flat": squared_error(a, y.ravel())}


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    n_l: neurons in layer l; layer 0 is the input
    x: the input, (n_0, 1)
    w: weights of layer l: w_{jk} leads to neuron j from neuron k of the layer before
    W: weights of layer l as a matrix, (n_l, n_{l-1})
    b: biases of layer l, (n_l, 1)
    z: weighted inputs of layer l, (n_l, 1)
    a: activations of layer l, (n_l, 1); those of layer 0 are the input
    \sigma: the sigmoid, entry by entry
    y: the target, (n_L, 1)
    C: the loss, half the squared error of the prediction, a number
    n: samples in the batch
    C_i: loss of sample i; sample 0 is the one that all other symbols belong to
    \delta: error signal of layer l, (n_l, 1), as `backward` finds it
    \eta: the learning rate, a positive number
    u: any column as long as v
    v: a value on the way to the loss, here the prediction, (n_L, 1)
    \bar v: its adjoint, in the shape of v
    \dot v: its tangent, in the shape of v, with the first weight of layer 1 moving
    """
    if rng is None:
        rng = np.random.default_rng(0)
        x, y, weights, biases = small(rng)
    else:
        x, y, weights, biases = network(rng)
    _, deltas = backward(weights, *forward(x, weights, biases), y)
    a, da = forward_with_tangent(x, weights, biases, *first_weight_moving(weights, biases))
    of_network = recorded(x, y, weights, biases)
    w, b, losses = of_network["w"], of_network["b"], [of_network["C"]]
    for _ in range(5):
        more_x, more_y = rng.normal(size=x.shape), rng.normal(size=y.shape)
        # The weights are recorded, so what they do to a further sample joins their record.
        _, activations = forward(more_x, w.values(), b.values())
        losses.append(squared_error(activations[-1], more_y))
    return of_network | {
        "n_l": {number: len(column.value) for number, column in of_network["a"].items()},
        "n": len(losses),
        "C_i": losses,
        r"\delta": dict(enumerate(deltas, 1)),
        r"\eta": rng.uniform(0.1, 1),
        "u": rng.normal(size=y.shape),
        "v": of_network["a"][len(weights)],
        r"\bar v": squared_error_gradient(a, y),
        r"\dot v": da,
    }


if __name__ == "__main__":
    print("layer  ", *(f"{name:>7}" for name in ("W", "b", "z", "a", "delta", "dC/dW")))
    for number, of_layer in enumerate(arrays(*small(np.random.default_rng(0))), 1):
        print(f"{number:5}  ", *(f"{array.shape!s:>7}" for array in of_layer))
