"""Weight transport: backpropagation sends errors back through the transposed forward weights.

    Δ⁽¹⁾ = (W⁽²⁾)ᵀ Δ⁽²⁾ ⊙ σ'(Z⁽¹⁾)      backpropagation, which needs a copy of W⁽²⁾
    Δ̃⁽¹⁾ = B Δ⁽²⁾ ⊙ σ'(Z⁽¹⁾)           feedback alignment: B is drawn once and never changed

Samples are columns: X is (n_0, n), Z⁽¹⁾ and Δ⁽¹⁾ are (n_1, n), Y and Δ⁽²⁾ are (n_2, n), and B has
the shape of the transposed W⁽²⁾, (n_1, n_2). σ = tanh in the hidden layer, the output is linear,
and C is the mean over samples of half the squared error.

Source: the rule is that of T. Lillicrap and others, Nature Communications 7:13276, 2016; the small
experiment is ours.
"""

import numpy as np

from snippets.wengert_list import record


# --8<-- [start:rule]
def forward(W1, W2, X):
    """Z⁽¹⁾, A⁽¹⁾ and the output A⁽²⁾."""
    Z1 = W1 @ X
    A1 = np.tanh(Z1)
    return Z1, A1, W2 @ A1


def errors(W1, W2, back, X, Y):
    """Δ⁽¹⁾ and Δ⁽²⁾; `back` is the transposed W⁽²⁾, or B."""
    _, A1, A2 = forward(W1, W2, X)
    Delta2 = (A2 - Y) / X.shape[1]
    return back @ Delta2 * (1 - A1**2), Delta2


def directions(W1, W2, back, X, Y):
    """One for each weight matrix; without B, gradients."""
    Delta1, Delta2 = errors(W1, W2, back, X, Y)
    _, A1, _ = forward(W1, W2, X)
    return Delta1 @ X.T, Delta2 @ A1.T


def align(W1, W2, B, X, Y, eta, steps):
    """Train with feedback through B; all weights on the way."""
    path = [(W1, W2)]
    for _ in range(steps):
        down1, down2 = directions(W1, W2, B, X, Y)
        W1, W2 = W1 - eta * down1, W2 - eta * down2
        path.append((W1, W2))
    return path


# --8<-- [end:rule]


def loss(W1, W2, X, Y):
    """C, a number."""
    return 0.5 * np.sum((forward(W1, W2, X)[2] - Y) ** 2) / X.shape[1]


def cosine(G, G_tilde):
    """Of the angle between two matrices, taken as long columns."""
    return np.sum(G * G_tilde) / np.linalg.norm(G) / np.linalg.norm(G_tilde)


def angle_to_gradient(W1, W2, B, X, Y):
    """In degrees, between the first layer's direction through B and its gradient."""
    G, _ = directions(W1, W2, W2.T, X, Y)
    G_tilde, _ = directions(W1, W2, B, X, Y)
    return np.degrees(np.arccos(cosine(G, G_tilde)))


def task(rng, n_0=4, n_1=20, n_2=2, n=40):
    """X and Y of a random linear map, small random W1 and W2, and B."""
    X = rng.normal(size=(n_0, n))
    Y = rng.normal(size=(n_2, n_0)) @ X / np.sqrt(n_0)
    W1, W2 = rng.normal(0, 0.1, (n_1, n_0)), rng.normal(0, 0.1, (n_2, n_1))
    return X, Y, W1, W2, rng.normal(0, 0.5, (n_1, n_2))


def example():
    """Step, loss, angle to the gradient and of B to the transposed W2; both rules from zeros."""
    X, Y, W1, W2, B = task(np.random.default_rng(0))
    path = align(W1, W2, B, X, Y, 0.2, 1000)
    rows = []
    for step in (0, 20, 50, 100, 200, 1000):
        W1, W2 = path[step]
        of_weights = np.degrees(np.arccos(cosine(W2.T, B)))
        rows.append((step, loss(W1, W2, X, Y), angle_to_gradient(W1, W2, B, X, Y), of_weights))
    zeros = 0 * W1, 0 * W2
    return {
        "rows": rows,
        "loss_of_zeros": loss(*zeros, X, Y),
        "gradients_of_zeros": directions(*zeros, zeros[1].T, X, Y),
        "loss_from_zeros": loss(*align(*zeros, B, X, Y, 0.2, 100)[-1], X, Y),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    n: how many samples there are
    X: the inputs, (n_0, n), a column for each sample
    Y: the targets, (n_2, n)
    W: the weights of the hidden layer, (n_1, n_0), and of the output, (n_2, n_1)
    B: the feedback weights, (n_1, n_2), which never change
    \sigma: the activation function of the hidden layer, the hyperbolic tangent
    Z: the weighted inputs of the hidden layer, (n_1, n)
    A: the activations of the hidden layer, (n_1, n), and the output, (n_2, n)
    \Delta: the error signals of both layers, a column for each sample
    \tilde \Delta: the error signals of the hidden layer that come back through B, (n_1, n)
    C: the mean over samples of half the squared error, a number
    G: the gradient by the weights of the hidden layer, (n_1, n_0)
    \tilde G: the direction for them by feedback alignment, (n_1, n_0)
    \theta: the angle between these two, in radians
    """
    X, Y, W1, W2, B = task(rng or np.random.default_rng(0))
    W1, W2 = align(W1, W2, B, X, Y, 0.2, 20)[-1]
    by_layer = {r"\Delta": dict(enumerate(errors(W1, W2, W2.T, X, Y), 1))}
    feedback = {
        "B": B,
        r"\tilde \Delta": {1: errors(W1, W2, B, X, Y)[0]},
        "G": directions(W1, W2, W2.T, X, Y)[0],
        r"\tilde G": directions(W1, W2, B, X, Y)[0],
        r"\theta": np.radians(angle_to_gradient(W1, W2, B, X, Y)),
    }
    W1, W2, Z1, A1, A2, C = record(run, W1, W2, X, Y)
    by_layer |= {"W": {1: W1, 2: W2}, "Z": {1: Z1}, "A": {1: A1, 2: A2}}
    return {"n": X.shape[1], "X": X, "Y": Y, "C": C, r"\sigma": np.tanh} | by_layer | feedback


def run(W1, W2, X, Y):
    """Weights, then what follows from them, and the loss."""
    return W1, W2, *forward(W1, W2, X), loss(W1, W2, X, Y)


if __name__ == "__main__":
    print(" step    loss  angle to gradient  of B to W2")
    for step, C, theta, of_weights in example()["rows"]:
        print(f"{step:5d}  {C:.4f}  {theta:17.1f}  {of_weights:10.1f}")
