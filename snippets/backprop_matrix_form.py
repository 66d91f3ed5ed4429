"""Backpropagation by matrix products, for one sample or a batch with a column for each sample.

    forward    Z⁽ˡ⁾ = W⁽ˡ⁾ A⁽ˡ⁻¹⁾ + b⁽ˡ⁾ 1ᵀ       A⁽ˡ⁾ = relu(Z⁽ˡ⁾) for l < L     P = softmax(Z⁽ᴸ⁾)
    backward   Δ⁽ˡ⁻¹⁾ = (W⁽ˡ⁾)ᵀ Δ⁽ˡ⁾ ⊙ relu'(Z⁽ˡ⁻¹⁾)                          Δ⁽ᴸ⁾ = (P - Y) / n
    read off   ∂C/∂W⁽ˡ⁾ = Δ⁽ˡ⁾ (A⁽ˡ⁻¹⁾)ᵀ          ∂C/∂b⁽ˡ⁾ = Δ⁽ˡ⁾ 1

Δ⁽ˡ⁾ = ∂C/∂Z⁽ˡ⁾, where C is the mean cross-entropy of n samples. Z⁽ˡ⁾, A⁽ˡ⁾ and Δ⁽ˡ⁾ are (n_l, n),
A⁽⁰⁾ = X is the input, (n_0, n), and labels are n integers, the row of the one in each column of Y.
`params` is a list of L pairs, W⁽ˡ⁾ (n_l, n_{l-1}) and b⁽ˡ⁾ (n_l, 1).

Source: the scale of `he_parameters` is that of K. He and others, ICCV 2015; the example is our own.
"""

import numpy as np

from snippets.softmax_cross_entropy import log_sum_exp, softmax
from snippets.wengert_list import record


# --8<-- [start:layer]
def layer(W, b, A):
    """Z, (n_l, n): b is added to each column."""
    return W @ A + b


def by_inputs(W, Delta):
    """∂C/∂A, (n_{l-1}, n), from Δ = ∂C/∂Z, (n_l, n)."""
    return W.T @ Delta


def by_parameters(Delta, A):
    """∂C/∂W and ∂C/∂b, in the shapes of W and b."""
    return Delta @ A.T, Delta.sum(axis=1, keepdims=True)


# --8<-- [end:layer]


# --8<-- [start:network]
def relu(Z):
    """Z where it is positive, elsewhere 0."""
    return np.maximum(Z, 0)


def forward(params, X):
    """A⁽⁰⁾ = X, then A⁽¹⁾ to A⁽ᴸ⁻¹⁾, then the scores Z⁽ᴸ⁾."""
    arrays = [X]
    for W, b in params[:-1]:
        arrays.append(relu(layer(W, b, arrays[-1])))
    return [*arrays, layer(*params[-1], arrays[-1])]


def deltas(params, activations, Delta):
    """Δ⁽ᴸ⁾ to Δ⁽¹⁾, one after the other."""
    yield Delta
    downwards = zip(params[:0:-1], activations[:0:-1], strict=True)
    for (W, _), A in downwards:  # layers L to 2, each with its input
        Delta = by_inputs(W, Delta)
        Delta *= A > 0  # relu'(Z): A is positive where Z is
        yield Delta


def loss_and_gradients(params, X, labels):
    """C, and for each layer the pair ∂C/∂W, ∂C/∂b."""
    fits(X, labels)
    X = X.astype(params[0][0].dtype, copy=False)
    *activations, Z = forward(params, X)
    C, Delta = loss_and_delta(Z, labels)
    sweep = deltas(params, activations, Delta)
    stops = zip(sweep, reversed(activations), strict=True)
    gradients = [by_parameters(*stop) for stop in stops]
    return C, gradients[::-1]


# --8<-- [end:network]


def loss_and_delta(Z, labels):
    """C and Δ⁽ᴸ⁾ = (P - Y) / n, (n_L, n), from the scores."""
    s, right = log_sum_exp(Z), right_places(labels)
    C = np.mean(s - Z[right])
    Delta = np.exp(Z - s)  # P
    Delta[right] -= 1
    Delta /= len(labels)
    return C, Delta


def mean_cross_entropy(Z, labels):
    """C alone, a number."""
    return np.mean(log_sum_exp(Z) - Z[right_places(labels)])


def right_places(labels):
    """Row and column of the score of each sample's own class."""
    return labels, np.arange(len(labels))


def loss(params, X, labels):
    """C of the batch, a number."""
    fits(X, labels)
    return mean_cross_entropy(forward(params, X)[-1], labels)


def fits(X, labels):
    """ValueError unless each column of X has one label."""
    if X.ndim != 2 or np.shape(labels) != X.shape[1:]:
        shapes = f"X {X.shape} and labels {np.shape(labels)} do not fit"
        raise ValueError(f"{shapes}: give X a column for each sample, labels an integer for each")


def he_parameters(sizes, rng, dtype=float):
    """Random `params` for these widths, input first.

    Weights have the variance 2 / n_{l-1} of He and others 2015, biases are 0.
    """
    shapes = zip(sizes[1:], sizes, strict=False)
    scaled = [rng.normal(scale=(2 / shape[1]) ** 0.5, size=shape) for shape in shapes]
    return [(W.astype(dtype), np.zeros((len(W), 1), dtype)) for W in scaled]


def setting(rng=None):
    """params, X, labels: exclusive or with corners at -1 and 1, or six random samples."""
    if rng is None:
        rng, sizes = np.random.default_rng(0), (2, 3, 2)
        X, labels = np.array([[-1.0, -1.0, 1.0, 1.0], [-1.0, 1.0, -1.0, 1.0]]), [0, 1, 1, 0]
    else:
        sizes = 2, 5, 4, 3
        X, labels = rng.normal(size=(2, 6)), rng.integers(3, size=6)
    params = [(W, rng.normal(scale=0.1, size=b.shape)) for W, b in he_parameters(sizes, rng)]
    return params, X, np.array(labels)


def example():
    """A layer for the dot test; the loss and its gradient for exclusive or."""
    W, a_dot = np.array([[2.0, 1.0], [0.0, 1.0]]), np.array([[1.0], [1.0]])
    delta = np.array([[4.0], [2.0]])
    params, X, labels = setting()
    C, gradients = loss_and_gradients(params, X, labels)
    return {
        "above": (delta.T @ layer(W, 0, a_dot)).item(),
        "below": (by_inputs(W, delta).T @ a_dot).item(),
        "inverse": ((np.linalg.inv(W) @ delta).T @ a_dot).item(),
        "C": C,
        "gradients": gradients,
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    n: samples in the batch
    W: weights of layer l, (n_l, n_{l-1})
    b: biases of layer l, (n_l, 1)
    X: the inputs, a column for each sample, (n_0, n)
    Z: weighted inputs of layer l in the batch, (n_l, n)
    A: activations of layer l in the batch, (n_l, n); those of layer 0 are the inputs
    P: the probabilities that the network gives, (n_L, n)
    Y: the targets, a one in each column, (n_L, n)
    C: mean loss of the batch, a number
    C_i: loss of sample i, a number
    \sigma: the ramp relu, entry by entry
    \Delta: error signals of layer l in the batch, (n_l, n), as `deltas` finds them
    z: weighted inputs of layer l for sample 0 alone, (n_l, 1)
    a: activations of layer l for sample 0 alone, (n_l, 1)
    \delta: error signal of layer l for sample 0 alone, (n_l, 1), as `deltas` finds it
    \dot a: how fast these activations move, (n_l, 1)
    \dot W: how fast the weights of layer l move, (n_l, n_{l-1})
    """
    params, X, labels = setting(rng)
    rng = rng or np.random.default_rng(1)
    batches = [(X, labels), *((X[:, [i]], labels[[i]]) for i in range(len(labels)))]
    of_params, runs = record(recorded_runs, params, batches)
    (A, Z, C), (a, z, _), *_ = runs
    W, b = (dict(enumerate(family, 1)) for family in zip(*of_params, strict=True))
    return {
        "L": len(params),
        "n": len(labels),
        "W": W,
        "b": b,
        "X": X,
        "Z": Z,
        "A": A,
        "P": softmax(Z[len(params)].value),
        "Y": np.eye(len(params[-1][0]))[:, labels],
        "C": C,
        "C_i": [C_i for _, _, C_i in runs[1:]],
        r"\sigma": relu,
        r"\Delta": swept(params, *batches[0]),
        "z": z,
        "a": a,
        r"\delta": swept(params, *batches[1]),
        r"\dot a": random_like(a, rng),
        r"\dot W": random_like(W, rng),
    }


def recorded_runs(params, batches):
    """The parameters, and for each batch A and Z by layer, and C."""
    runs = []
    for X, labels in batches:
        *activations, scores = forward(params, X)
        weighted = [A.operands[0] for A in activations[1:]]  # relu was given Z
        Z = dict(enumerate([*weighted, scores], 1))
        runs.append((dict(enumerate(activations)), Z, mean_cross_entropy(scores, labels)))
    return params, runs


def random_like(family, rng):
    """Random arrays in the shapes of a family."""
    return {number: rng.normal(size=array.shape) for number, array in family.items()}


def swept(params, X, labels):
    """Δ by layer."""
    *activations, Z = forward(params, X)
    found = [*deltas(params, activations, loss_and_delta(Z, labels)[1])]
    return dict(enumerate(found[::-1], 1))


if __name__ == "__main__":
    numbers = example()
    print("C {C:.5f}".format(**numbers))
    for number, (dC_dW, dC_db) in enumerate(numbers["gradients"], 1):
        for j, row in enumerate(np.hstack([dC_dW, dC_db])):
            dC_dw = " ".join(f"{entry:8.5f}" for entry in row[:-1])
            print(f"layer {number}, neuron {j}  dC/db {row[-1]:8.5f}  dC/dw {dC_dw}")
