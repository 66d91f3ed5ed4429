"""Going back, each layer multiplies the error signal again: it shrinks or grows exponentially.

    J⁽ˡ⁾ = W⁽ˡ⁺¹⁾ diag(σ'(z⁽ˡ⁾))      δ⁽ˡ⁾ = (J⁽ˡ⁾)ᵀ δ⁽ˡ⁺¹⁾ = (J⁽ˡ⁾)ᵀ (J⁽ˡ⁺¹⁾)ᵀ ··· δ⁽ᴸ⁾

δ⁽ˡ⁾ and z⁽ˡ⁾ are columns, (n_l, 1); W⁽ˡ⁺¹⁾ and J⁽ˡ⁾ have shape (n_{l+1}, n_l). There are no biases
except in the chain of single neurons. C = uᵀ a⁽ᴸ⁾ with a fixed column u, (n_L, 1).

Source: the chain is a usual illustration, the wide networks are ours; S. Hochreiter's thesis of
1991 is credited with the analysis.
"""

from itertools import product

import numpy as np

from snippets.neuron_weights_biases import sigmoid, sigmoid_prime
from snippets.wengert_list import record


def tanh_prime(z):
    """The slope of tanh, entry by entry."""
    return 1 - np.tanh(z) ** 2


def ramp(z):
    """What is positive, entry by entry, and zero else."""
    return np.maximum(z, 0)


def ramp_prime(z):
    """The slope of the ramp, entry by entry."""
    return np.where(z > 0, 1.0, 0.0)


ACTIVATIONS = {
    "sigmoid": (sigmoid, sigmoid_prime),
    "tanh": (np.tanh, tanh_prime),
    "ramp": (ramp, ramp_prime),
}


# --8<-- [start:chain]
def chain(name, w, b, a, layers):
    """∂z of a neuron by z of the one `layers` before it."""
    sigma, slope = ACTIVATIONS[name]
    z, factor = w * a + b, 1.0
    for _ in range(layers):
        factor *= w * slope(z)
        z = w * sigma(z) + b
    return factor


# --8<-- [end:chain]


# --8<-- [start:network]
def forward(Ws, x, sigma):
    """The weighted inputs z of every layer, and the output."""
    zs, a = [], x
    for W in Ws:
        zs.append(W @ a)
        a = sigma(zs[-1])
    return zs, a


def jacobians(Ws, zs, slope):
    """J of every layer but the last."""
    pairs = zip(Ws[1:], zs[:-1], strict=True)
    return [W_next * slope(z).T for W_next, z in pairs]


def deltas(Ws, zs, u, slope):
    """δ of every layer, from the slope u of C by the output."""
    found = [u * slope(zs[-1])]
    for J in reversed(jacobians(Ws, zs, slope)):
        found.insert(0, J.T @ found[0])
    return found


# --8<-- [end:network]


def wide(rng, g, layers=30, n=50):
    """Ws, x and u of a net of n neurons in each layer; the weights have variance g/n."""
    Ws = list(rng.normal(0, np.sqrt(g / n), (layers, n, n)))
    return Ws, rng.normal(size=(n, 1)), rng.normal(size=(n, 1))


def shrinkage(name, g, seed=0):
    """The length of δ of the first of 30 layers, as a share of that of the last."""
    sigma, slope = ACTIVATIONS[name]
    Ws, x, u = wide(np.random.default_rng(seed), g)
    sizes = [np.linalg.norm(delta) for delta in deltas(Ws, forward(Ws, x, sigma)[0], u, slope)]
    return sizes[0] / sizes[-1]


def example():
    """Ten steps back along chains, then 29 through wide layers."""
    settings = [("sigmoid", 1), ("tanh", 0.25), ("tanh", 1), ("tanh", 4), ("ramp", 1), ("ramp", 2)]
    return {
        "sigmoid_at_0": chain("sigmoid", 1.0, -0.5, 0.5, 10),
        "tanh_at_0": chain("tanh", 1.0, 0.0, 0.0, 10),
        "sigmoid_at_0_w_4": chain("sigmoid", 4.0, -2.0, 0.5, 10),
        "sigmoid_off_0_w_4": chain("sigmoid", 4.0, 0.0, 0.5, 10),
        "shares": {setting: shrinkage(*setting) for setting in settings},
    }


def sign_matrices(s, rows, columns):
    """All matrices of this shape with entries s and -s."""
    entries = product((-s, s), repeat=rows * columns)
    return [np.reshape(signs, (rows, columns)) for signs in entries]


def symbols(rng=None):
    r"""What the symbols of the note mean.

    L: number of layers
    W: weights of layer l, (n_l, n_{l-1})
    z: weighted inputs of layer l, (n_l, 1)
    \sigma: the sigmoid, entry by entry
    t: any number
    C: the loss, a number
    J: the Jacobian of the weighted inputs of layer l + 1 by those of layer l, (n_{l+1}, n_l)
    \delta: error signal of layer l, (n_l, 1)
    M: a weight matrix, any matrix of two rows and n columns of plus or minus s, equally likely
    n: how many columns it has, which is the number of neurons before it
    s: the size of its entries, and so their standard deviation
    v: an error signal that comes back to it, (2, 1)
    """
    rng = rng or np.random.default_rng(0)
    widths = 5, 3, 4, 2, 3
    Ws = [rng.normal(size=shape) for shape in zip(widths[1:], widths, strict=False)]
    x, u = rng.normal(size=(5, 1)), rng.normal(size=(3, 1))
    zs, _ = forward(Ws, x, sigmoid)
    found = {"J": jacobians(Ws, zs, sigmoid_prime), r"\delta": deltas(Ws, zs, u, sigmoid_prime)}
    Ws, zs, C = record(run, Ws, x, u)
    by_layer = {"W": Ws, "z": zs, **found}
    s, v = rng.uniform(0.5, 2), rng.normal(size=(2, 1))
    wide_layer = {"M": sign_matrices(s, 2, 3), "n": 3, "s": s, "v": v}
    rest = {"L": 4, r"\sigma": sigmoid, "t": rng.normal(), "C": C, r"\le": {"t": 0.0}}
    return {name: dict(enumerate(of, 1)) for name, of in by_layer.items()} | wide_layer | rest


def run(Ws, x, u):
    """Weights, weighted inputs and loss."""
    zs, a = forward(Ws, x, sigmoid)
    return Ws, zs, np.sum(u * a)


if __name__ == "__main__":
    print("30 layers of 50    first delta / last delta")
    for (name, g), share in example()["shares"].items():
        print(f"{name:<8} g = {g:<4}   {share:.1e}")
