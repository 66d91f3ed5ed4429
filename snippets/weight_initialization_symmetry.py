"""Twins stay twins: hidden neurons that start with equal weights get equal gradients for ever.

    f(P W, P b, V Pᵀ) = f(W, b, V)       for any order P of the neurons of the hidden layer
    Wₚ = W_q, bₚ = b_q, Vₚ = V_q         hence  ∂C/∂Wₚ = ∂C/∂W_q,  and the same for b and V

W (n_1, n_0) and b (n_1, 1) lead into the hidden layer, V (n_2, n_1) out of it; Wₚ is a row and Vₚ
a column. P exchanges rows, so it is a permutation matrix, (n_1, n_1). C is the loss of a sample.

Source: the example is ours, with the four samples of XOR.
"""

import numpy as np

from snippets.backpropagation import batch_gradients
from snippets.error_signal_delta import deltas
from snippets.forward_pass import forward
from snippets.loss_functions import squared_error
from snippets.wengert_list import record

XOR = [
    (np.array([[0.0], [0.0]]), np.array([[0.0]])),
    (np.array([[0.0], [1.0]]), np.array([[1.0]])),
    (np.array([[1.0], [0.0]]), np.array([[1.0]])),
    (np.array([[1.0], [1.0]]), np.array([[0.0]])),
]


# --8<-- [start:train]
def loss(samples, weights, biases):
    """The mean over samples (x, y) of half squared errors."""
    errors = []
    for x, y in samples:
        _, activations = forward(x, weights, biases)
        errors.append(squared_error(activations[-1], y))
    return np.mean(errors)


def train(samples, weights, biases, eta, steps):
    """Weights and biases after steps down the gradient."""
    for _ in range(steps):
        dWs, dbs = batch_gradients(samples, weights, biases)
        pairs = zip(weights, dWs, strict=True)
        weights = [W - eta * dW for W, dW in pairs]
        pairs = zip(biases, dbs, strict=True)
        biases = [b - eta * db for b, db in pairs]
    return weights, biases


def start(level, spread):
    """Four hidden neurons, weights near `level`, biases 0."""
    rng = np.random.default_rng(0)
    W = rng.normal(level, spread, (4, 2))
    V = rng.normal(level, spread, (1, 4))
    return [W, V], [np.zeros((4, 1)), np.zeros((1, 1))]


# --8<-- [end:train]


def different(W):
    """How many rows of W are different from each other: (n_1, n_0)."""
    return len(np.unique(W, axis=0))


def example():
    """XOR after 1000 steps from zeros, from halves, and from halves with a little noise."""
    runs = {}
    for level, spread in (0.0, 0.0), (0.5, 0.0), (0.5, 0.001):
        weights, biases = start(level, spread)
        trained, moved = train(XOR, weights, biases, 10.0, 1000)
        losses = loss(XOR, weights, biases), loss(XOR, trained, moved)
        runs[level, spread] = {"losses": losses, "different": different(trained[0]), "W": trained}
    return {"runs": runs}


def twins(rng):
    """A 3-4-2 network in which neurons 1 and 3 of the hidden layer are equal, and three samples."""
    W, V = rng.normal(size=(4, 3)), rng.normal(size=(2, 4))
    b, c = rng.normal(size=(4, 1)), rng.normal(size=(2, 1))
    W[3], b[3], V[:, 3] = W[1], b[1], V[:, 1]
    samples = [(rng.normal(size=(3, 1)), rng.normal(size=(2, 1))) for _ in range(3)]
    return samples, [W, V], [b, c]


def symbols(rng=None):
    r"""What the symbols of the note mean.

    p: the number of a hidden neuron
    q: the number of another one, whose weights are equal to those of the first
    W: the weights into the hidden layer, (n_1, n_0), a row for each neuron
    b: the biases of the hidden layer, (n_1, 1)
    V: the weights out of the hidden layer, (n_2, n_1), a column for each neuron
    a: the activations of the hidden layer, (n_1, 1)
    \delta: the error signal of the hidden layer, (n_1, 1)
    C: the loss of one sample
    f: this loss as a function of weights and biases of the hidden layer
    P: a permutation matrix, (n_1, n_1), which brings the neurons into another order
    M: the weights into the hidden layer after ten steps of training on several samples, (n_1, n_0)
    """
    samples, weights, biases = twins(rng or np.random.default_rng(0))
    (x, y), output_biases = samples[0], biases[1]

    def f(W, b, V):
        _, activations = forward(x, [W, V], [b, output_biases])
        return squared_error(activations[-1], y)

    def run(W, b, V):
        _, activations = forward(x, [W, V], [b, output_biases])
        return W, b, V, activations[1], squared_error(activations[-1], y)

    zs, activations = forward(x, weights, biases)
    delta, _ = deltas(weights, zs, activations[-1], y)
    W, b, V, a, C = record(run, weights[0], biases[0], weights[1])
    M = train(samples, weights, biases, 1.0, 10)[0][0]
    P = np.eye(4)[[2, 0, 3, 1]]
    loss_of = {"C": C, "f": f, "P": P, "M": M, r"\delta": delta}
    return {"p": 1, "q": 3, "W": W, "b": b, "V": V, "a": a} | loss_of


if __name__ == "__main__":
    print("all weights       loss  after 1000 steps  different neurons")
    names = "zero", "0.5", "0.5 and noise"
    for name, one in zip(names, example()["runs"].values(), strict=True):
        before, after = one["losses"]
        print(f"{name:<13} {before:8.4f}  {after:16.4f}  {one['different']:17d}")
