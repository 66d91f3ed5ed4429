"""What travels back is the derivative of the loss by each weighted sum.

    δⱼ⁽ˡ⁾ = ∂C/∂zⱼ⁽ˡ⁾      δ⁽ˡ⁾ = (W⁽ˡ⁺¹⁾)ᵀ δ⁽ˡ⁺¹⁾ ⊙ σ'(z⁽ˡ⁾)   for l < L

δ⁽ˡ⁾ and z⁽ˡ⁾ are columns, (n_l, 1). The derivative by a weight is read off where δ stands,
∂C/∂wⱼₖ⁽ˡ⁾ = δⱼ⁽ˡ⁾ aₖ⁽ˡ⁻¹⁾, and goes no further.

Source: the network is that of Mazur 2015; the slow neuron is that of Nielsen 2015, chapter 3.
"""

import numpy as np

from snippets.forward_pass import forward, mazur, network, recorded
from snippets.neuron_weights_biases import sigmoid_prime


# --8<-- [start:delta]
def output_delta(z, a, y):
    """δ⁽ᴸ⁾ of the half squared error, all (n_L, 1)."""
    return (a - y) * sigmoid_prime(z)


def delta_before(W_next, delta_next, z):
    """δ⁽ˡ⁾ (n_l, 1) from W⁽ˡ⁺¹⁾ (n_{l+1}, n_l) and δ⁽ˡ⁺¹⁾."""
    return W_next.T @ delta_next * sigmoid_prime(z)


def deltas(weights, zs, a, y):
    """δ⁽¹⁾ to δ⁽ᴸ⁾; the output a is used once, at the top."""
    found = [output_delta(zs[-1], a, y)]
    layers = zip(weights[1:], zs[:-1], strict=True)
    for W_next, z in reversed(list(layers)):
        found.insert(0, delta_before(W_next, found[0], z))
    return found


# --8<-- [end:delta]


# --8<-- [start:readoff]
def weight_derivatives(delta, a):
    """All δⱼ aₖ of one layer: shape (n_l, n_{l-1})."""
    return delta @ a.T


# --8<-- [end:readoff]


def slow_neuron(w, b):
    """Output and delta of one neuron with input 1 and target 0: a badly wrong one may be slow."""
    x, y = np.ones((1, 1)), np.zeros((1, 1))
    zs, activations = forward(x, [np.array([[w]])], [np.array([[b]])])
    return activations[-1].item(), output_delta(zs[-1], activations[-1], y).item()


def example():
    """Mazur's deltas, and Nielsen's neuron at its two starts."""
    x, y, weights, biases = mazur()
    zs, activations = forward(x, weights, biases)
    delta_h, delta_o = deltas(weights, zs, activations[-1], y)
    near_a, near_delta = slow_neuron(0.6, 0.9)
    far_a, far_delta = slow_neuron(2.0, 2.0)
    return {
        "a_h": activations[1],
        "prediction_minus_target": activations[-1] - y,
        "delta_o": delta_o,
        "delta_h": delta_h,
        "dC_dW2": weight_derivatives(delta_o, activations[1]),
        "near_a": near_a,
        "near_delta": near_delta,
        "far_a": far_a,
        "far_delta": far_delta,
        "ratio": near_delta / far_delta,
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    w: weights of layer l, (n_l, n_{l-1})
    W: the same as a matrix
    z: weighted inputs of layer l, (n_l, 1)
    a: activations of layer l, (n_l, 1); those of layer 0 are the input
    y: the target, (n_L, 1)
    C: half the squared error of the prediction, a number
    \sigma: the sigmoid, entry by entry
    \delta: error signal of layer l, (n_l, 1), as `deltas` finds it
    """
    x, y, weights, biases = network(rng)
    zs, activations = forward(x, weights, biases)
    delta = dict(enumerate(deltas(weights, zs, activations[-1], y), 1))
    of_network = recorded(x, y, weights, biases)
    names = ["L", "w", "W", "z", "a", r"\sigma", "y", "C"]
    return {name: of_network[name] for name in names} | {r"\delta": delta}


if __name__ == "__main__":
    numbers = example()
    print("output delta", *(f"{entry:.9f}" for entry in numbers["delta_o"].flat))
    print("hidden delta", *(f"{entry:.9f}" for entry in numbers["delta_h"].flat))
