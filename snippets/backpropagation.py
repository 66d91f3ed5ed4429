"""Backpropagation: reverse mode on the loss of a network; one sweep gives every derivative.

    ∂C/∂aⱼ⁽ᴸ⁾ = aⱼ⁽ᴸ⁾ - yⱼ                    start, for C = ½ Σⱼ (aⱼ⁽ᴸ⁾ - yⱼ)²
    δⱼ⁽ˡ⁾ = ∂C/∂aⱼ⁽ˡ⁾ σ'(zⱼ⁽ˡ⁾)               through the activation
    ∂C/∂wⱼₖ⁽ˡ⁾ = δⱼ⁽ˡ⁾ aₖ⁽ˡ⁻¹⁾,  ∂C/∂bⱼ⁽ˡ⁾ = δⱼ⁽ˡ⁾   read off
    ∂C/∂aₖ⁽ˡ⁻¹⁾ = Σⱼ wⱼₖ⁽ˡ⁾ δⱼ⁽ˡ⁾              on to the layer before, all paths added

Columns (n_l, 1) for a, z, δ, b; W⁽ˡ⁾ has shape (n_l, n_{l-1}), and each gradient the shape of its
parameter. Source: Mazur 2015, "A Step by Step Backpropagation Example", for the 2-2-2 network.
"""

import numpy as np

from snippets.forward_pass import forward, mazur, network, recorded
from snippets.loss_functions import squared_error
from snippets.neuron_weights_biases import sigmoid_prime


# --8<-- [start:backward]
def backward(weights, zs, activations, y):
    """Lists of ∂C/∂W and ∂C/∂b, layer by layer, for one sample."""
    dC_dWs, dC_dbs = [], []
    dC_da = activations[-1] - y
    layers = zip(weights, zs, activations[:-1], strict=True)
    for W, z, a_before in reversed(list(layers)):
        delta = dC_da * sigmoid_prime(z)
        dC_dWs.insert(0, delta @ a_before.T)
        dC_dbs.insert(0, delta)
        # Each input fed every neuron of this layer, so the
        # product with W.T adds one term per neuron.
        dC_da = W.T @ delta
    return dC_dWs, dC_dbs


# --8<-- [end:backward]


def batch_gradients(samples, weights, biases):
    """The mean over samples (x, y) of what `backward` returns: linearity, a sweep per sample."""
    sweeps = [backward(weights, *forward(x, weights, biases), y) for x, y in samples]
    of_Ws, of_bs = zip(*sweeps, strict=True)
    return mean_by_layer(of_Ws), mean_by_layer(of_bs)


def mean_by_layer(sweeps):
    """Lists of arrays, one list per sample: for each layer the mean array."""
    return [sum(arrays) / len(arrays) for arrays in zip(*sweeps, strict=True)]


def along_one_path(j, W, delta):
    """The common slip: ∂C/∂a of the layer before, through neuron j of this layer only."""
    return W[j : j + 1].T * delta[j]


def random_network():
    """A 2-3-2 network with normal weights and biases: x, y, weights, biases."""
    rng = np.random.default_rng(1)
    weights = [rng.normal(size=(3, 2)), rng.normal(size=(2, 3))]
    biases = [rng.normal(size=(3, 1)), rng.normal(size=(2, 1))]
    return np.array([[0.3], [-0.7]]), np.array([[0.2], [0.9]]), weights, biases


def one_path_error():
    """Relative error of the hidden delta of `random_network` when one path is kept."""
    x, y, weights, biases = random_network()
    zs, activations = forward(x, weights, biases)
    _, (delta_h, delta_o) = backward(weights, zs, activations, y)
    slip = along_one_path(0, weights[1], delta_o) * sigmoid_prime(zs[0])
    return np.linalg.norm(slip - delta_h) / np.linalg.norm(delta_h)


def example():
    """All twelve derivatives of Mazur's network, and the slip on it and on the other one."""
    x, y, weights, biases = mazur()
    dC_dWs, dC_dbs = backward(weights, *forward(x, weights, biases), y)
    return {
        "dC_dWs": dC_dWs,
        "dC_dbs": dC_dbs,
        "dC_da": weights[1].T @ dC_dbs[1],
        "paths": [along_one_path(j, weights[1], dC_dbs[1]) for j in range(2)],
        "one_path_error": one_path_error(),
    }


def random_sample(rng, x, y):
    """An input and a target in the shapes of x and y."""
    return rng.normal(size=x.shape), rng.normal(size=y.shape)


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    w: weights of layer l, (n_l, n_{l-1})
    b: biases of layer l, (n_l, 1)
    z: weighted inputs of layer l, (n_l, 1)
    a: activations of layer l, (n_l, 1); those of layer 0 are the input
    y: the target, (n_L, 1)
    C: half the squared error of the prediction, a number
    n: samples in the batch
    C_i: loss of sample i; sample 0 is the one that all other symbols belong to
    G: gradient of the batch for layer l, as `batch_gradients` finds it, (n_l, n_{l-1})
    \sigma: the sigmoid, entry by entry
    \delta: error signal of layer l, (n_l, 1), as `backward` finds it
    """
    x, y, weights, biases = network(rng)
    _, deltas = backward(weights, *forward(x, weights, biases), y)
    of_network = recorded(x, y, weights, biases)
    w, b, losses = of_network["w"], of_network["b"], [of_network["C"]]
    more = [] if rng is None else [random_sample(rng, x, y), random_sample(rng, x, y)]
    for more_x, more_y in more:
        # The weights are recorded, so what they do to a further sample joins their record.
        _, activations = forward(more_x, w.values(), b.values())
        losses.append(squared_error(activations[-1], more_y))
    G, _ = batch_gradients([(x, y), *more], weights, biases)
    batch = {"n": len(losses), "C_i": losses, "G": dict(enumerate(G, 1))}
    names = ["L", "w", "b", "z", "a", r"\sigma", "y", "C"]
    found = {r"\delta": dict(enumerate(deltas, 1))}
    return {name: of_network[name] for name in names} | batch | found


if __name__ == "__main__":
    numbers = example()
    gradients = zip(numbers["dC_dWs"], numbers["dC_dbs"], strict=True)
    for number, (dC_dW, dC_db) in enumerate(gradients, 1):
        for j, row in enumerate(np.hstack([dC_dW, dC_db])):
            dC_dw = " ".join(f"{entry:12.9f}" for entry in row[:-1])
            print(f"layer {number}, neuron {j}   dC/dw {dC_dw}   dC/db {row[-1]:12.9f}")
