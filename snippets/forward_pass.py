"""Evaluate a network layer after layer, and keep z and a of every layer.

    a⁽⁰⁾ = x      z⁽ˡ⁾ = W⁽ˡ⁾ a⁽ˡ⁻¹⁾ + b⁽ˡ⁾      a⁽ˡ⁾ = σ(z⁽ˡ⁾)

x, z⁽ˡ⁾, a⁽ˡ⁾ and b⁽ˡ⁾ are columns, (n_l, 1); W⁽ˡ⁾ has shape (n_l, n_{l-1}). The backward pass will
read each a⁽ˡ⁻¹⁾ and each slope σ'(z⁽ˡ⁾). Forward mode needs no store, it carries a rate along.

Source: the network is that of Mazur 2015, "A Step by Step Backpropagation Example".
"""

import numpy as np

from snippets.loss_functions import squared_error
from snippets.neuron_weights_biases import layer, random_layers, sigmoid, sigmoid_prime
from snippets.wengert_list import record


# --8<-- [start:forward]
def forward(x, weights, biases):
    """Lists zs (one per layer) and activations (x first)."""
    zs, activations = [], [x]
    for W, b in zip(weights, biases, strict=True):
        z, a = layer(W, b, activations[-1])
        zs.append(z)
        activations.append(a)
    return zs, activations


# --8<-- [end:forward]


# --8<-- [start:tangent]
def forward_with_tangent(x, weights, biases, dweights, dbiases):
    """Output a and its rate of change along dweights, dbiases."""
    a, da = x, np.zeros_like(x)
    steps = zip(weights, biases, dweights, dbiases, strict=True)
    for W, b, dW, db in steps:
        # Product rule on W a: the weights move, or a does.
        dz = dW @ a + W @ da + db
        z, a = layer(W, b, a)
        da = sigmoid_prime(z) * dz
    return a, da


# --8<-- [end:tangent]


def forward_in_one_buffer(x, weights, biases):
    """The common slip: every layer overwrites the array of the layer before it."""
    a = x.copy()
    zs, activations = [], [a]
    for W, b in zip(weights, biases, strict=True):
        z, a[:] = layer(W, b, a)
        zs.append(z)
        activations.append(a)
    return zs, activations


def first_output_slope(zs, activations, y):
    """∂C/∂w₀₀⁽ᴸ⁾ of the half squared error: it reads the activation that met the weight."""
    delta = (activations[-1] - y) * sigmoid_prime(zs[-1])
    return delta[0, 0] * activations[-2][0, 0]


def mazur():
    """Mazur's 2-2-2 network: x, y, weights, biases."""
    x, y = np.array([[0.05], [0.10]]), np.array([[0.01], [0.99]])
    W1, W2 = np.array([[0.15, 0.20], [0.25, 0.30]]), np.array([[0.40, 0.45], [0.50, 0.55]])
    return x, y, [W1, W2], [np.full((2, 1), 0.35), np.full((2, 1), 0.60)]


def first_weight_moving(weights, biases):
    """Rates of change: 1 for the first weight of the first layer, 0 for all else."""
    dweights, dbiases = [0 * W for W in weights], [0 * b for b in biases]
    dweights[0][0, 0] = 1
    return dweights, dbiases


def example():
    """Mazur's forward pass, one rate carried along (only the first weight moves), the slip."""
    x, y, weights, biases = mazur()
    zs, activations = forward(x, weights, biases)
    a, da = forward_with_tangent(x, weights, biases, *first_weight_moving(weights, biases))
    slip = forward_in_one_buffer(x, weights, biases)
    return {
        "zs": zs,
        "activations": activations,
        "C": squared_error(a, y),
        "rate_of_C": np.sum((a - y) * da),
        "slope": first_output_slope(zs, activations, y),
        "slip_hidden": slip[1][1],
        "slip_slope": first_output_slope(*slip, y),
    }


def network(rng=None, sizes=(5, 2, 4, 3)):
    """x, y, weights, biases: Mazur's network, or a random one with these widths, input first."""
    if rng is None:
        return mazur()
    x, weights, biases = random_layers(rng, sizes)
    return x, rng.normal(size=(sizes[-1], 1)), weights, biases


def recorded(x, y, weights, biases):
    """Symbols of a network by name, forward pass and loss recorded: notes take what they use."""

    def run(x, weights, biases):
        zs, activations = forward(x, weights, biases)
        return x, weights, biases, zs, activations, squared_error(activations[-1], y)

    x, weights, biases, zs, activations, C = record(run, x, weights, biases)
    W, b, z = (dict(enumerate(family, 1)) for family in (weights, biases, zs))
    layers = {"w": W, "W": W, "b": b, "z": z, "a": dict(enumerate(activations))}
    return {"L": len(weights), "x": x, "y": y, "C": C, r"\sigma": sigmoid} | layers


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    x: the input, (n_0, 1)
    W: weights of layer l, (n_l, n_{l-1})
    b: biases of layer l, (n_l, 1)
    z: weighted inputs of layer l, (n_l, 1)
    a: activations of layer l, (n_l, 1); those of layer 0 are the input
    \sigma: the sigmoid, entry by entry
    C: half the squared error of the prediction, a number
    \dot W: how fast the weights of layer l move, (n_l, n_{l-1})
    \dot b: how fast the biases of layer l move, (n_l, 1)
    \dot a: how fast the activations of layer l move with them, (n_l, 1)
    """
    x, y, weights, biases = network(rng)
    if rng is None:
        dweights, dbiases = first_weight_moving(weights, biases)
    else:
        dweights, dbiases = ([rng.normal(size=v.shape) for v in vs] for vs in (weights, biases))
    of_network = recorded(x, y, weights, biases)
    names = ["L", "x", "W", "b", "z", "a", r"\sigma", "C"]
    moves = {r"\dot W": dict(enumerate(dweights, 1)), r"\dot b": dict(enumerate(dbiases, 1))}
    rates = rates_by_layer(x, weights, biases, dweights, dbiases)
    return {name: of_network[name] for name in names} | moves | {r"\dot a": rates}


def rates_by_layer(x, *families):
    """The rate that `forward_with_tangent` ends with, by the number of layers that it is given."""
    depths = range(len(families[0]) + 1)
    return {n: forward_with_tangent(x, *(of[:n] for of in families))[1] for n in depths}


if __name__ == "__main__":
    numbers = example()
    for number, (z, a) in enumerate(zip(numbers["zs"], numbers["activations"][1:], strict=True), 1):
        print(f"layer {number}   z", *(f"{entry:.9f}" for entry in z.flat))
        print("          a", *(f"{entry:.9f}" for entry in a.flat))
    print(f"loss      C {numbers['C']:.9f}")
