"""An error sent back without the slopes that it passes is not the gradient.

    the gradient     δ⁽ᴸ⁾ = (a⁽ᴸ⁾ - y) ⊙ σ'(z⁽ᴸ⁾)    δ⁽ˡ⁾ = (W⁽ˡ⁺¹⁾)ᵀ δ⁽ˡ⁺¹⁾ ⊙ σ'(z⁽ˡ⁾)
                     ∂C/∂W⁽ˡ⁾ = δ⁽ˡ⁾ (a⁽ˡ⁻¹⁾)ᵀ
    without slopes   r⁽ᴸ⁾ = a⁽ᴸ⁾ - y               r⁽ˡ⁾ = (W⁽ˡ⁺¹⁾)ᵀ r⁽ˡ⁺¹⁾
                     R⁽ˡ⁾ = (r⁽ˡ⁾ ⊙ σ'(z⁽ˡ⁾)) (a⁽ˡ⁻¹⁾)ᵀ

Weights, R⁽ˡ⁾ and ∂C/∂W⁽ˡ⁾ are (n_l, n_{l-1}), all else columns, (n_l, 1). `slopes` lists the
columns σ'(z⁽¹⁾) to σ'(z⁽ᴸ⁾); for the identity they are columns of ones.

Source: the rule without slopes and the shape 2-3-2-1 are those of a tutorial by M. Bernacki and
P. Włodarczyk, 2004; the comparison is our own, on random networks and on that of Mazur 2015.
"""

import numpy as np

from snippets.forward_pass import forward, mazur, network, recorded
from snippets.neuron_weights_biases import sigmoid_prime


# --8<-- [start:rules]
def gradient(weights, slopes, activations, y):
    """Each layer's ∂C/∂W: a slope at every stop."""
    delta = (activations[-1] - y) * slopes[-1]
    found = [delta @ activations[-2].T]
    for n in reversed(range(len(weights) - 1)):
        delta = weights[n + 1].T @ delta * slopes[n]
        found.insert(0, delta @ activations[n].T)
    return found


def sent_back(weights, error):
    """The error at the output, taken to all layers: every r."""
    r = [error]
    for W in reversed(weights[1:]):
        r.insert(0, W.T @ r[0])
    return r


def without_slopes(weights, slopes, activations, y):
    """Each layer's R: its own slope, and no other."""
    rs = sent_back(weights, activations[-1] - y)
    layers = zip(rs, slopes, activations, strict=False)
    return [(r * slope) @ a.T for r, slope, a in layers]


# --8<-- [end:rules]


def cosine(u, v):
    """Of the angle between two arrays of one shape: 1 same way, -1 opposite."""
    return np.sum(u * v) / (np.linalg.norm(u) * np.linalg.norm(v))


def flat(arrays):
    """All entries in one row."""
    return np.concatenate([array.ravel() for array in arrays])


def both(x, y, weights, biases):
    """The gradient and R of a network of sigmoids, layer by layer."""
    zs, activations = forward(x, weights, biases)
    rest = weights, [sigmoid_prime(z) for z in zs], activations, y
    return gradient(*rest), without_slopes(*rest)


def drawn(seed):
    """A 2-3-2-1 network without biases, its weights of standard deviation 2, and an input."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(scale=2, size=shape) for shape in [(3, 2), (2, 3), (1, 2)]]
    biases = [np.zeros((len(W), 1)) for W in weights]
    return rng.normal(size=(2, 1)), np.zeros((1, 1)), weights, biases


def compared(seed):
    """Cosine of the gradient with R, in all layers and in the first; how much longer R is there."""
    right, found = both(*drawn(seed))
    first = cosine(right[0], found[0]), np.linalg.norm(found[0]) / np.linalg.norm(right[0])
    return cosine(flat(right), flat(found)), *first


def example():
    """Mazur's network; 2000 draws; and one draw that goes uphill."""
    right, found = both(*mazur())
    draws = np.array([compared(seed) for seed in range(2000)])
    together, first, _ = compared(13340)
    return {
        "ratio": np.linalg.norm(found[0]) / np.linalg.norm(right[0]),
        "cosine": cosine(right[0], found[0]),
        "last_layer": np.abs(right[1] - found[1]).max(),
        "median": np.median(draws[:, 0]),
        "median_ratio": np.median(draws[:, 2]),
        "first_layer_uphill": np.mean(draws[:, 1] < 0),
        "together_13340": together,
        "first_13340": first,
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    W: weights of layer l, (n_l, n_{l-1})
    z: weighted inputs of layer l, (n_l, 1)
    a: activations of layer l, (n_l, 1); those of layer 0 are the input
    y: the target, (n_L, 1)
    C: half the squared error of the prediction, a number
    \sigma: the sigmoid, entry by entry
    r: the error as it is sent back without slopes, (n_l, 1)
    R: what moves the weights of layer l instead of their gradient, (n_l, n_{l-1})
    s: the cosine of the angle between the two in the first layer
    """
    x, y, weights, biases = network(rng)
    right, found = both(x, y, weights, biases)
    sent = sent_back(weights, forward(x, weights, biases)[1][-1] - y)
    of_network = recorded(x, y, weights, biases)
    names = ["L", "W", "z", "a", "y", "C", r"\sigma"]
    families = {"r": dict(enumerate(sent, 1)), "R": dict(enumerate(found, 1))}
    return {name: of_network[name] for name in names} | families | {"s": cosine(right[0], found[0])}


if __name__ == "__main__":
    numbers = example()
    print("Mazur's hidden layer")
    print("  length of R over length of the gradient  {ratio:8.4f}".format(**numbers))
    print("  cosine of the angle between them         {cosine:8.4f}".format(**numbers))
    print("2000 random networks, 2-3-2-1")
    print("  median of the same ratio, first layer    {median_ratio:8.4f}".format(**numbers))
    print("  median cosine, all layers together       {median:8.4f}".format(**numbers))
    print("  share with the first layer uphill        {first_layer_uphill:8.4f}".format(**numbers))
