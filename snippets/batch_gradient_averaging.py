"""The gradient of a mean loss is the mean of the gradients; nothing else may be averaged first.

    C = 1/n Σᵢ Cᵢ      ∇C = 1/n Σᵢ ∇Cᵢ      here  Cᵢ = ½ (aᵢ - yᵢ)²,  aᵢ = σ(wᵀxᵢ),  ∇Cᵢ = δᵢ xᵢ

w and each input xᵢ are columns, (2, 1), and X holds the inputs side by side, (2, n). Each sample
has one target and one error signal δᵢ: y and δ are rows, (1, n).

Source: the four samples are our own.
"""

import numpy as np

from snippets.neuron_weights_biases import sigmoid
from snippets.wengert_list import record


# --8<-- [start:batch]
def loss(w, X, y):
    """C: score each sample, then take the mean."""
    return np.mean(sample_losses(w, X, y))


def sample_losses(w, X, y):
    """Every Cᵢ: (n,)."""
    return 0.5 * np.sum((sigmoid(w.T @ X) - y) ** 2, axis=0)


def error_signals(w, X, y):
    """Every δᵢ: (1, n)."""
    a = sigmoid(w.T @ X)
    return (a - y) * a * (1 - a)


def sample_gradients(w, X, y):
    """∇Cᵢ in column i: (2, n)."""
    return error_signals(w, X, y) * X


def gradient(w, X, y):
    """∇C: the mean of the columns, (2, 1)."""
    return mean_column(sample_gradients(w, X, y))


def gradient_of_averages(w, X, y):
    """The slip: one made-up sample of mean activation."""
    a, y, x = map(mean_column, (sigmoid(w.T @ X), y, X))
    return (a - y) * a * (1 - a) * x


def mean_column(M):
    """The mean of the columns of a matrix."""
    return np.mean(M, axis=1, keepdims=True)


# --8<-- [end:batch]


def samples():
    """Weights w (2, 1), inputs X (2, 4), targets y (1, 4)."""
    w, rng = np.array([[0.5], [-1.0]]), np.random.default_rng(2)
    return w, rng.normal(size=(4, 2)).T, rng.normal(size=(1, 4))


def example():
    """Gradients of four samples, their mean, the slip; then two pieces, of three and of one."""
    w, X, y = batch = samples()
    right, slip = gradient(*batch), gradient_of_averages(*batch)
    three, one = gradient(w, X[:, :3], y[:, :3]), gradient(w, X[:, 3:], y[:, 3:])
    return {
        "X": X,
        "y": y,
        "C": loss(*batch),
        "sample_gradients": sample_gradients(*batch),
        "gradient": right,
        "sum": sample_gradients(*batch).sum(axis=1, keepdims=True),
        "slip": slip,
        "slip_error": np.linalg.norm(slip - right) / np.linalg.norm(right),
        "three": three,
        "one": one,
        "unweighted": (three + one) / 2,
        "weighted": (3 * three + one) / 4,
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    n: samples in the batch
    w: weights of the neuron, (2, 1)
    x: the input of sample i, (2, 1)
    y: the target of sample i, a number
    z: the weighted input of the neuron for sample i, a number
    \delta: error signal of the neuron for sample i, a number
    \sigma: the sigmoid
    C_i: loss of sample i, a number
    C: mean loss of the batch, a number
    \hat x: mean of the inputs, (2, 1)
    \hat \delta: mean of the error signals, a number
    S: the samples in one piece of the batch
    g: gradient of the mean loss of that piece, (2, 1)
    h: gradient of the mean loss of the rest, (2, 1)
    """
    batch = w, X, y = samples() if rng is None else random_samples(rng)
    n, delta = X.shape[1], error_signals(*batch)
    S = {0, 1, 2} if rng is None else {0, 2}
    rest = [i for i in range(n) if i not in S]

    def run(w):
        return w, list(sample_losses(w, X, y)), loss(w, X, y)

    (w, losses, C) = record(run, w)
    return {
        "n": n,
        "w": w,
        "x": np.hsplit(X, n),
        "y": list(y.flat),
        "z": list((w.value.T @ X).flat),
        r"\delta": list(delta.flat),
        r"\sigma": sigmoid,
        "C_i": losses,
        "C": C,
        r"\hat x": mean_column(X),
        r"\hat \delta": mean_column(delta).item(),
        "S": S,
        "g": gradient(w.value, X[:, sorted(S)], y[:, sorted(S)]),
        "h": gradient(w.value, X[:, rest], y[:, rest]),
    }


def random_samples(rng):
    """Weights and five samples: w (2, 1), X (2, 5), y (1, 5)."""
    return rng.normal(size=(2, 1)), rng.normal(size=(2, 5)), rng.normal(size=(1, 5))


if __name__ == "__main__":
    numbers = example()
    for i, column in enumerate(numbers["sample_gradients"].T):
        print(f"sample {i}        ", *(f"{entry:8.5f}" for entry in column))
    for name in ("gradient", "slip"):
        print(f"{name:<16}", *(f"{entry:8.5f}" for entry in numbers[name].flat))
