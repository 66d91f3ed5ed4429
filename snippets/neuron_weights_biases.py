"""A neuron adds up weighted inputs and one bias of its own, then bends the sum.

    zⱼ⁽ˡ⁾ = Σₖ wⱼₖ⁽ˡ⁾ aₖ⁽ˡ⁻¹⁾ + bⱼ⁽ˡ⁾      aⱼ⁽ˡ⁾ = σ(zⱼ⁽ˡ⁾)      σ(z) = 1 / (1 + e⁻ᶻ)

wⱼₖ⁽ˡ⁾ leads from neuron k of layer l-1 to neuron j of layer l. For a whole layer z = W a + b,
with W of shape (n_l, n_{l-1}) and a column b of shape (n_l, 1): one bias per row of W.

Source: the numbers are the first hidden layer of Mazur 2015, "A Step by Step Backpropagation
Example".
"""

import numpy as np

from snippets.wengert_list import record


# --8<-- [start:sigmoid]
def sigmoid(z):
    """σ(z), entry by entry."""
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    """Its slope σ'(z) = σ(z) (1 - σ(z)), entry by entry."""
    return sigmoid(z) * (1 - sigmoid(z))


# --8<-- [end:sigmoid]


# --8<-- [start:layer]
def neuron_sum(j, W, b, a):
    """The sum of neuron j: inputs weighted, then one bias."""
    senders = range(len(a))
    return sum(W[j, k] * a[k, 0] for k in senders) + b[j, 0]


def layer(W, b, a):
    """W (n_l, n_{l-1}), b and both results (n_l, 1)."""
    z = W @ a + b
    return z, sigmoid(z)


# --8<-- [end:layer]


def bias_of_the_sender(W, b, a):
    """The common slip, wⱼₖ aₖ + bₖ under the sum: b has one entry per input, (n_{l-1}, 1)."""
    return np.sum(W * a.T + b.T, axis=1, keepdims=True)


def example():
    """Mazur's first hidden layer: inputs 0.05 and 0.10, two neurons, both biases 0.35."""
    W = np.array([[0.15, 0.20], [0.25, 0.30]])
    b = np.array([[0.35], [0.35]])
    x = np.array([[0.05], [0.10]])
    z, a = layer(W, b, x)
    return {"W": W, "b": b, "x": x, "z": z, "a": a, "slip": bias_of_the_sender(W, b, x)}


def random_layers(rng, sizes):
    """x, weights, biases: the input and layers of these widths, the input's first."""
    x, *biases = (rng.normal(size=(size, 1)) for size in sizes)
    return x, [rng.normal(size=shape) for shape in zip(sizes[1:], sizes, strict=False)], biases


def two_ways(W, b, a):
    """W, b, the sum of each neuron by itself, and the activations of the layer at once."""
    sums = [neuron_sum(j, W, b, a) for j in range(len(b))]
    return W, b, np.reshape(np.stack(sums), b.shape), layer(W, b, a)[1]


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    n_l: neurons in layer l; layer 0 is the input
    w: weights of layer l, (n_l, n_{l-1}): row j leads to neuron j, column k comes from neuron k
    W: the same as a matrix
    b: biases of layer l, (n_l, 1)
    z: weighted inputs of layer l, (n_l, 1), each as `neuron_sum` finds it
    a: activations of layer l, (n_l, 1), as `layer` finds them; those of layer 0 are the input
    \sigma: the sigmoid, entry by entry
    u: any number
    """
    if rng is None:
        numbers, u = example(), 0.5
        x, weights, biases = numbers["x"], [numbers["W"]], [numbers["b"]]
    else:
        (x, weights, biases), u = random_layers(rng, (5, 2, 4, 3)), rng.normal()
    w, b, z, a = {}, {}, {}, {0: x}
    for number, (W, bias) in enumerate(zip(weights, biases, strict=True), 1):
        w[number], b[number], z[number], a[number] = record(two_ways, W, bias, a[number - 1])
    widths = {number: len(column) for number, column in a.items()}
    of_layers = {"w": w, "W": w, "b": b, "z": z, "a": a}
    return {"L": len(weights), "n_l": widths, **of_layers, r"\sigma": sigmoid, "u": u}


if __name__ == "__main__":
    numbers = example()
    for j, (z_j, a_j) in enumerate(zip(numbers["z"].flat, numbers["a"].flat, strict=True)):
        print(f"neuron {j}   z = {z_j:.4f}   a = {a_j:.9f}")
