"""A neuron adds up weighted inputs and one bias of its own, then bends the sum.

    zⱼ⁽ˡ⁾ = Σₖ wⱼₖ⁽ˡ⁾ aₖ⁽ˡ⁻¹⁾ + bⱼ⁽ˡ⁾      aⱼ⁽ˡ⁾ = σ(zⱼ⁽ˡ⁾)      σ(z) = 1 / (1 + e⁻ᶻ)

wⱼₖ⁽ˡ⁾ leads from neuron k of layer l-1 to neuron j of layer l. For a whole layer z = W a + b,
with W of shape (n_l, n_{l-1}) and a column b of shape (n_l, 1): one bias per row of W.

Source: the numbers are the first hidden layer of Mazur 2015, "A Step by Step Backpropagation
Example".
"""

import numpy as np


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


if __name__ == "__main__":
    numbers = example()
    for j, (z_j, a_j) in enumerate(zip(numbers["z"].flat, numbers["a"].flat, strict=True)):
        print(f"neuron {j}   z = {z_j:.4f}   a = {a_j:.9f}")
