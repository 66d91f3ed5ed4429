"""Exclusive or: no linear model has it, two ramps have it exactly, and training finds it.

    f(x) = vᵀx + d   gives  f(x₀) + f(x₃) = f(x₁) + f(x₂)       targets 0, 1, 1, 0
    oᵢ = wᵀ relu(W xᵢ + c)

The four inputs are the columns of X, (2, 4); their targets stand in the row Y, (1, 4).

Source: both models and the weights W, c and w are those of Goodfellow, Bengio and Courville 2016,
section 6.1; the training run is our own.
"""

import numpy as np

from snippets.activation_functions import relu
from snippets.error_signal_delta import deltas, weight_derivatives
from snippets.forward_pass import forward
from snippets.loss_functions import loss

X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
Y = np.array([[0.0, 1.0, 1.0, 0.0]])


# --8<-- [start:linear]
def linear(v, d, x):
    """One number per column of x, no bend anywhere."""
    return v.T @ x + d


def best_linear():
    """The v (2, 1) and d that miss the targets least."""
    rows = np.vstack([X, np.ones((1, 4))]).T
    (*v, d), *_ = np.linalg.lstsq(rows, Y[0], rcond=None)
    return np.reshape(v, (2, 1)), d


# --8<-- [end:linear]


# --8<-- [start:ramps]
W, c = np.ones((2, 2)), np.array([[0.0], [-1.0]])
w = np.array([[1.0], [-2.0]])


def two_ramps(x):
    """Hidden activations (2, n) and outputs (1, n)."""
    hidden = relu(W @ x + c)
    return hidden, w.T @ hidden


# --8<-- [end:ramps]


# --8<-- [start:training]
def gradients(weights, biases):
    """∂C/∂W and ∂C/∂b, layer by layer, for all samples."""
    zs, As = forward(X, weights, biases)
    Deltas = deltas(weights, zs, As[-1], Y)
    layers = zip(Deltas, As[:-1], strict=True)
    dWs = [weight_derivatives(D, A) / 4 for D, A in layers]
    return dWs, [D.mean(axis=1, keepdims=True) for D in Deltas]


def moved(arrays, slopes, eta):
    """One step of gradient descent."""
    return [p - eta * dp for p, dp in zip(arrays, slopes, strict=True)]


def train(weights, biases, eta, steps):
    """The parameters after each step, the start included."""
    yield weights, biases
    for _ in range(steps):
        dWs, dbs = gradients(weights, biases)
        weights = moved(weights, dWs, eta)
        biases = moved(biases, dbs, eta)
        yield weights, biases


# --8<-- [end:training]


def random_start():
    """Four hidden sigmoid neurons, one sigmoid output."""
    rng = np.random.default_rng(0)
    W1, b1, W2 = rng.normal(size=(4, 2)), rng.normal(size=(4, 1)), rng.normal(size=(1, 4))
    return [W1, W2], [b1, np.zeros((1, 1))]


def outputs(weights, biases):
    """What the trained network says, (1, 4)."""
    return forward(X, weights, biases)[1][-1]


def example():
    """The best line, the ramps by hand, and a training run."""
    v, d = best_linear()
    hidden, by_hand = two_ramps(X)
    run = list(train(*random_start(), eta=10, steps=5000))
    return {
        "v": v,
        "d": d,
        "mean_square": np.mean((linear(v, d, X) - Y) ** 2),
        "hidden": hidden,
        "by_hand": by_hand,
        "losses": {step: loss(outputs(*run[step]), Y) for step in (0, 2, 10, 20, 100, 1000, 5000)},
        "trained": outputs(*run[-1]),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: input i, (2, 1)
    y: the target of input i, a number
    f: a linear model with the weights v and the bias d
    v: the weights of the linear model, (2, 1)
    d: the bias of the linear model, a number
    \ge: the linear model that misses least
    W: weights of the two hidden neurons, (2, 2)
    c: their biases, (2, 1)
    w: weights of the output, (2, 1)
    o: output of the network for input i, a number
    """
    best_v, best_d = best_linear()
    v, d = (
        (best_v, best_d)
        if rng is None
        else (rng.normal(scale=0.3, size=(2, 1)), 0.5 * rng.uniform())
    )
    return {
        "x": np.hsplit(X, 4),
        "y": list(Y.flat),
        "f": lambda x: linear(v, d, x).item(),
        "v": v,
        "d": d,
        r"\ge": {"v": best_v, "d": best_d},
        "W": W,
        "c": c,
        "w": w,
        "o": list(two_ramps(X)[1].flat),
    }


if __name__ == "__main__":
    numbers = example()
    print("inputs       ", *(f"  {p:.0f} {q:.0f} " for p, q in X.T))
    print("two ramps    ", *(f"{output:6.3f}" for output in numbers["by_hand"].flat))
    print("trained      ", *(f"{output:6.3f}" for output in numbers["trained"].flat))
    for step, C in numbers["losses"].items():
        print(f"step {step:4d}     C = {C:.6f}")
