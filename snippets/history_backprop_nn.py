"""Three things that came before networks of several layers could be trained, and how they meet.

    w ← w - η (wᵀx - t) x                           one unit, one sample: Widrow and Hoff
    λ⁽ˡ⁻¹⁾ = (W⁽ˡ⁾)ᵀ (σ'(z⁽ˡ⁾) ⊙ λ⁽ˡ⁾)               stages with decisions: control
    δ⁽ˡ⁾ = σ'(z⁽ˡ⁾) ⊙ λ⁽ˡ⁾                           layers with weights: backpropagation

The state of control is a⁽ˡ⁾, its decisions are W⁽ˡ⁾ and b⁽ˡ⁾, and its multiplier λ⁽ˡ⁾ is ∂C/∂a⁽ˡ⁾.
λ⁽ˡ⁾, δ⁽ˡ⁾ and z⁽ˡ⁾ are columns, (n_l, 1); so are w and x, (n, 1).

Source: B. Widrow, M. Hoff 1960 for the rule; S. Dreyfus 1990 for the claim that control and
networks have one procedure. The network is that of M. Mazur 2015; programs are ours.
"""

import numpy as np

from snippets.error_signal_delta import deltas
from snippets.forward_pass import forward, mazur, network, recorded
from snippets.loss_functions import squared_error
from snippets.neuron_weights_biases import sigmoid_prime
from snippets.wengert_list import record


def threshold(z):
    """1 where z is positive, else 0: its slope is 0 wherever it has one."""
    return 1.0 * (z > 0)


# --8<-- [start:control]
def multipliers(weights, zs, a, y):
    """λ of every state, from the last back to the input."""
    found = [a - y]
    for W, z in reversed(list(zip(weights, zs, strict=True))):
        found.insert(0, W.T @ (sigmoid_prime(z) * found[0]))
    return found


def error_signals(zs, found):
    """δ of every layer: the multiplier times the slope."""
    layers = zip(zs, found[1:], strict=True)
    return [sigmoid_prime(z) * multiplier for z, multiplier in layers]


# --8<-- [end:control]


def widrow_hoff(w, x, t, eta):
    """The weights after one sample; w and x are (n, 1), t is a number."""
    return w - eta * (w.T @ x - t) * x


def squared(w, x, t):
    """Half the squared difference of the weighted sum and its target."""
    return 0.5 * (w.T @ x - t) ** 2


def threshold_loss(W1, weights, x, y):
    """Loss of a network of thresholds without biases, for first-layer weights W1."""
    return squared_error(threshold(weights[1] @ threshold(W1 @ x)), y)


def threshold_change(nudge):
    """How much that loss moves if the first hidden weight does, in Mazur's network."""
    x, y, weights, _ = mazur()
    moved = weights[0] + nudge * np.array([[1, 0], [0, 0]])
    return threshold_loss(moved, weights, x, y) - threshold_loss(weights[0], weights, x, y)


def example():
    """On Mazur's network: multipliers of control, and delta from them and from the network."""
    x, y, weights, biases = mazur()
    zs, activations = forward(x, weights, biases)
    found = multipliers(weights, zs, activations[-1], y)
    return {
        "lambda": found,
        "delta_of_control": error_signals(zs, found),
        "delta_of_networks": deltas(weights, zs, activations[-1], y),
        "threshold_change": threshold_change(1e-3),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    w: the weights of a single unit, (n, 1)
    x: its inputs, (n, 1)
    t: its target, a number
    Q: half the squared difference of its weighted sum and its target
    \eta: the step size
    L: the number of layers, or stages
    W: the weights of layer l, or decisions of stage l, (n_l, n_{l-1})
    z: the weighted inputs of layer l, (n_l, 1)
    a: the activations of layer l, or state after stage l, (n_l, 1); the input for layer 0
    C: half the squared error of the last activations, a number
    \sigma: the sigmoid, entry by entry
    \lambda: the multipliers of the state after stage l, (n_l, 1), as `multipliers` finds them
    \delta: the error signals of layer l, (n_l, 1), as networks find them
    """
    generator = np.random.default_rng(0) if rng is None else rng
    start, inputs, t = generator.normal(size=(3, 1)), generator.normal(size=(3, 1)), 0.5
    w, x, Q = record(lambda w, x: (w, x, squared(w, x, t)), start, inputs)
    unit = {"w": w, "x": x, "t": t, "Q": Q, r"\eta": 0.1}
    unit[r"w \leftarrow"] = widrow_hoff(start, inputs, t, 0.1)
    x, y, weights, biases = network(rng)
    zs, activations = forward(x, weights, biases)
    of_network = recorded(x, y, weights, biases)
    names = ["L", "W", "z", "a", "C", r"\sigma"]
    found = multipliers(weights, zs, activations[-1], y)
    delta = deltas(weights, zs, activations[-1], y)
    back = {r"\lambda": dict(enumerate(found)), r"\delta": dict(enumerate(delta, 1))}
    return unit | {name: of_network[name] for name in names} | back


if __name__ == "__main__":
    numbers = example()
    print("hidden layer            neuron 0       neuron 1")
    for name in ("lambda", "delta_of_control", "delta_of_networks"):
        print(f"{name:<18}", *(f"{entry:14.9f}" for entry in numbers[name][-2].flat))
    print(f"thresholds: a nudge moves the loss by {numbers['threshold_change']}")
