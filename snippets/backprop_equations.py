"""Four equations give the whole gradient of a layered network, whatever its loss.

    BP1   δ⁽ᴸ⁾ = ∂C/∂a⁽ᴸ⁾ ⊙ σ'(z⁽ᴸ⁾)                BP3   ∂C/∂b⁽ˡ⁾ = δ⁽ˡ⁾
    BP2   δ⁽ˡ⁾ = (W⁽ˡ⁺¹⁾)ᵀ δ⁽ˡ⁺¹⁾ ⊙ σ'(z⁽ˡ⁾), l < L    BP4   ∂C/∂W⁽ˡ⁾ = δ⁽ˡ⁾ (a⁽ˡ⁻¹⁾)ᵀ

a⁽ˡ⁾, z⁽ˡ⁾, b⁽ˡ⁾ and δ⁽ˡ⁾ are columns, (n_l, 1); W⁽ˡ⁾ is (n_l, n_{l-1}). Python counts from zero, so
the lists hold W⁽ˡ⁾ and z⁽ˡ⁾ at l-1, and a⁽ˡ⁾ at l.

Source: names and order of the equations are those of Nielsen 2015, chapter 2; the network with 2, 3
and 2 neurons is our own.
"""

import numpy as np

from snippets.backpropagation import random_network
from snippets.forward_pass import forward, mazur, network, recorded
from snippets.loss_functions import squared_error_gradient
from snippets.neuron_weights_biases import sigmoid_prime


# --8<-- [start:equations]
def bp1(dC_da, z):
    """At the output: the only line that meets the loss."""
    return dC_da * sigmoid_prime(z)


def bp2(W_next, delta_next, z):
    """One layer further down: the only recursion."""
    return W_next.T @ delta_next * sigmoid_prime(z)


def bp3_and_bp4(delta, a_before):
    """∂C/∂b and ∂C/∂W of the layer where delta stands."""
    return delta, delta @ a_before.T


def sweep(weights, zs, activations, dC_da):
    """A pair (∂C/∂b, ∂C/∂W) per layer, first layer first."""
    delta = bp1(dC_da, zs[-1])
    pairs = [bp3_and_bp4(delta, activations[-2])]
    for n in reversed(range(len(zs) - 1)):
        delta = bp2(weights[n + 1], delta, zs[n])
        pairs.insert(0, bp3_and_bp4(delta, activations[n]))
    return pairs


# --8<-- [end:equations]


# --8<-- [start:losses]
def cross_entropy(a, y):
    """Another loss, for outputs between 0 and 1."""
    return -np.sum(y * np.log(a) + (1 - y) * np.log(1 - a))


def cross_entropy_gradient(a, y):
    """Its derivative by each output, in the shape of a."""
    return (a - y) / (a * (1 - a))


# --8<-- [end:losses]


def bp2_with_the_wrong_slope(W_next, delta_next, z_next):
    """The common slip: σ' of the layer that the error signal comes from."""
    return W_next.T @ delta_next * sigmoid_prime(z_next)


def deltas(x, y, weights, biases, loss_gradient):
    """δ⁽¹⁾ to δ⁽ᴸ⁾ for one sample: by BP3 they are the derivatives by the biases."""
    zs, activations = forward(x, weights, biases)
    dC_da = loss_gradient(activations[-1], y)
    return [dC_db for dC_db, _ in sweep(weights, zs, activations, dC_da)]


def slip_on_mazur():
    """Hidden error signals of a network whose layers are equally wide: right, and with the slip."""
    x, y, weights, biases = mazur()
    zs, _ = forward(x, weights, biases)
    right, delta = deltas(x, y, weights, biases, squared_error_gradient)
    return right, bp2_with_the_wrong_slope(weights[1], delta, zs[1])


def example():
    """Error signals of the 2-3-2 network under two losses, and the slip."""
    x, y, weights, biases = random_network()
    right, slip = slip_on_mazur()
    return {
        "squared error": deltas(x, y, weights, biases, squared_error_gradient),
        "cross-entropy": deltas(x, y, weights, biases, cross_entropy_gradient),
        "prediction_minus_target": forward(x, weights, biases)[1][-1] - y,
        "right": right,
        "slip": slip,
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    w: weights of layer l, (n_l, n_{l-1})
    W: the same as a matrix
    b: biases of layer l, (n_l, 1)
    z: weighted inputs of layer l, (n_l, 1)
    a: activations of layer l, (n_l, 1); those of layer 0 are the input
    y: the target, (n_L, 1)
    C: the loss, here half the squared error, a number
    K: another loss of the same outputs, their cross-entropy, a number
    \sigma: the sigmoid, entry by entry
    \delta: error signal of layer l, (n_l, 1), as `sweep` finds it
    """
    x, y, weights, biases = random_network() if rng is None else network(rng)
    found = deltas(x, y, weights, biases, squared_error_gradient)
    of_network = recorded(x, y, weights, biases)
    output = of_network["a"][len(weights)]
    names = ["L", "w", "W", "b", "z", "a", r"\sigma", "y", "C"]
    more = {"K": cross_entropy(output, y), r"\delta": dict(enumerate(found, 1))}
    return {name: of_network[name] for name in names} | more


if __name__ == "__main__":
    numbers = example()
    for name in ("squared error", "cross-entropy"):
        print(name)
        for number, delta in enumerate(numbers[name], 1):
            print(f"  delta of layer {number}", *(f"{entry:12.9f}" for entry in delta.flat))
