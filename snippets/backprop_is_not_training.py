"""The backward pass fills gradients; the step changes weights. Two calls, two jobs.

    backward   G⁽ˡ⁾ ← G⁽ˡ⁾ + ∂C/∂W⁽ˡ⁾          step   W⁽ˡ⁾ ← W⁽ˡ⁾ - η G⁽ˡ⁾

W⁽ˡ⁾ and its gradient G⁽ˡ⁾ have shape (n_l, n_{l-1}). X and Y hold one sample per column. C is the
mean over n samples; the biases stay fixed, as in the source.

Source: the network, η = 0.5 and the printed 0.291027924 are those of Mazur 2015; the narrow sense
of the word is that of Goodfellow, Bengio and Courville 2016, section 6.5.
"""

import numpy as np

from snippets.error_signal_delta import deltas, weight_derivatives
from snippets.forward_pass import forward, mazur
from snippets.loss_functions import loss
from snippets.wengert_list import record


# --8<-- [start:network]
class Network:
    """Weights, fixed biases, and a gradient for each W."""

    def __init__(self, weights, biases):
        self.weights = [W.copy() for W in weights]
        self.biases = biases
        self.gradients = [np.zeros_like(W) for W in weights]

    def loss(self, X, Y):
        """C, the mean over the columns: one number."""
        _, activations = forward(X, self.weights, self.biases)
        return loss(activations[-1], Y)

    def backward(self, X, Y, n):
        """Add the columns' share of ∂C/∂W; return ∂C/∂X."""
        zs, As = forward(X, self.weights, self.biases)
        Deltas = deltas(self.weights, zs, As[-1], Y)
        layers = zip(self.gradients, Deltas, As, strict=False)
        for G, Delta, A in layers:  # the output A is left over
            G += weight_derivatives(Delta, A) / n
        return self.weights[0].T @ Deltas[0] / n

    def pairs(self):
        """Every W with its gradient, of the same shape."""
        return zip(self.weights, self.gradients, strict=True)


def step(network, eta):
    """Gradient descent: it reads gradients, moves weights."""
    for W, G in network.pairs():
        W -= eta * G


def sign_step(network, eta):
    """Another optimiser; it reads the same gradients."""
    for W, G in network.pairs():
        W -= eta * np.sign(G)


# --8<-- [end:network]


def step_inside_the_sweep(network, X, Y, eta):
    """The common slip: W⁽²⁾ is overwritten before the hidden error signal is computed."""
    zs, As = forward(X, network.weights, network.biases)
    for layer in (1, 0):
        Delta = deltas(network.weights, zs, As[-1], Y)[layer]
        network.gradients[layer] += weight_derivatives(Delta, As[layer])
        network.weights[layer] -= eta * network.gradients[layer]


def halves_of_a_batch():
    """Gradients of two samples, in one call and in two: Mazur's and its made-up mirror image."""
    x, y, weights, biases = mazur()
    X, Y = np.hstack([x, x[::-1]]), np.hstack([y, y[::-1]])
    whole, halves = Network(weights, biases), Network(weights, biases)
    whole.backward(X, Y, n=2)
    for i in range(2):
        halves.backward(X[:, [i]], Y[:, [i]], n=2)
    return whole.gradients, halves.gradients


def example():
    """Mazur's first training step, the same step made too early, and a batch in two halves."""
    x, y, weights, biases = mazur()
    network, slip = Network(weights, biases), Network(weights, biases)
    numbers = {"C_start": network.loss(x, y)}
    network.backward(x, y, n=1)
    moved = [np.abs(W - V).max() for W, V in zip(network.weights, weights, strict=True)]
    numbers |= {"C_after_backward": network.loss(x, y), "moved_by_backward": max(moved)}
    step(network, eta=0.5)
    step_inside_the_sweep(slip, x, y, eta=0.5)
    G, G_slip = network.gradients[0], slip.gradients[0]
    whole, halves = halves_of_a_batch()
    return numbers | {
        "C_after_step": network.loss(x, y),
        "C_after_slip": slip.loss(x, y),
        "slip_in_hidden_gradient": np.linalg.norm(G_slip - G) / np.linalg.norm(G),
        "whole": whole[1],
        "halves": halves[1],
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: the number of layers
    W: the weights of each layer, shape (n_l, n_{l-1})
    C: the loss, one number
    G: the store of each layer, in the shape of its weights, after one call of `backward`
    V: the weights after `sign_step`, in the same shapes
    X: the inputs, a column for each sample
    \bar X: what `backward` returns, in the shape of the inputs
    \eta: the step size
    """
    X, Y, weights, biases, eta = *mazur(), 0.5
    if rng is not None:
        sizes = [(2, 3), (4, 2), (3, 4)]
        weights = [rng.normal(size=size) for size in sizes]
        biases = [rng.normal(size=(rows, 1)) for rows, _ in sizes]
        X, Y, eta = rng.normal(size=(3, 5)), rng.uniform(size=(3, 5)), rng.uniform(0.1, 1)
    # Each call changes what it updates in place, so each has a network of its own.
    before, filled, moved, by_sign = (Network(weights, biases) for _ in range(4))
    for network in (before, filled, moved, by_sign):
        X_bar = network.backward(X, Y, n=X.shape[1])
    filled.backward(X, Y, n=X.shape[1])
    step(moved, eta)
    sign_step(by_sign, eta)
    X, W, C = record(lambda X, W: (X, W, Network(W, biases).loss(X, Y)), X, weights)
    layers = {"W": W, "G": before.gradients, "V": by_sign.weights}
    new = {r"G \leftarrow": filled.gradients, r"W \leftarrow": moved.weights}
    families = {name: dict(enumerate(of, start=1)) for name, of in (layers | new).items()}
    return families | {"L": len(weights), "C": C, "X": X, r"\bar X": X_bar, r"\eta": eta}


if __name__ == "__main__":
    numbers = example()
    print("at the start     C = {C_start:.9f}".format(**numbers))
    print("after backward   C = {C_after_backward:.9f}".format(**numbers))
    print("after step       C = {C_after_step:.9f}".format(**numbers))
    print("gradient of W(2) for a batch of two samples")
    print("  in one call   ", *(f"{entry:.9f}" for entry in numbers["whole"].flat))
    print("  in two calls  ", *(f"{entry:.9f}" for entry in numbers["halves"].flat))
