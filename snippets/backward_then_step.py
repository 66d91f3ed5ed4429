"""`backward` adds to a store of gradients, `step` uses it, and between two steps it is emptied.

    emptied   wₜ₊₁ = wₜ - η ∇C(wₜ)          kept   wₜ₊₁ = wₜ - η Σ ∇C(wₛ) over all s ≤ t

On the parabola C = ½ β w², a number of one parameter w, the first multiplies w by the same factor
in each step, and the second swings for ever, from ηβ = 4 on wider and wider.

Source: the network and η = 0.5 are those of Mazur 2015, biases fixed; the parabola is our own.
"""

import numpy as np

from snippets.backprop_is_not_training import Network, step
from snippets.forward_pass import mazur
from snippets.loss_functions import squared_error


# --8<-- [start:loop]
def empty(network):
    """Forget all gradients so far."""
    for G in network.gradients:
        G[:] = 0


def train(network, X, Y, eta, steps, empties=True):
    """The loss at the start and after each step."""
    losses = [network.loss(X, Y)]
    for _ in range(steps):
        if empties:
            empty(network)
        network.backward(X, Y, n=X.shape[1])
        step(network, eta)
        losses.append(network.loss(X, Y))
    return losses


# --8<-- [end:loop]


# --8<-- [start:parabola]
def on_a_parabola(w, beta, eta, steps, empties):
    """All values of w, the start included."""
    path, G = [w], 0.0
    for _ in range(steps):
        if empties:
            G = 0.0
        G += beta * w  # backward
        w = w - eta * G  # step
        path.append(w)
    return path


# --8<-- [end:parabola]


def shown(losses):
    """The losses at some of the steps."""
    return {t: losses[t] for t in (0, 1, 2, 20, 50, 100, 200)}


def example():
    """The parabola and Mazur's network, with the store emptied and kept."""
    x, y, weights, biases = mazur()
    emptied, kept = Network(weights, biases), Network(weights, biases)
    return {
        "parabola": on_a_parabola(1.0, 1.0, 0.5, 8, empties=False),
        "emptied": shown(train(emptied, x, y, 0.5, 200)),
        "kept": shown(train(kept, x, y, 0.5, 200, empties=False)),
        "largest_weight_emptied": max(np.abs(W).max() for W in emptied.weights),
        "largest_weight_kept": max(np.abs(W).max() for W in kept.weights),
        "loss_of_0_and_1": squared_error(np.array([[0.0], [1.0]]), y),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    T: how many steps are taken
    u: the parameter after step t, if the store is emptied before each step, a number
    w: the parameter after step t, if the store is kept, a number
    \beta: the curvature of the parabola, a positive number
    \eta: the step size, a positive number
    """
    T, w, beta, eta = 6, 1.0, 1.0, 0.5
    if rng is not None:
        w, beta, eta = rng.normal(), rng.uniform(0.5, 2), rng.uniform(0.1, 0.9)
    paths = [on_a_parabola(w, beta, eta, T, empties) for empties in (True, False)]
    u, w = (dict(enumerate(path)) for path in paths)
    return {"T": T, "u": u, "w": w, r"\beta": beta, r"\eta": eta}


if __name__ == "__main__":
    numbers = example()
    print("Mazur's network    store emptied    store kept")
    for t in numbers["kept"]:
        print(f"loss, step {t:3d}      {numbers['emptied'][t]:.9f}   {numbers['kept'][t]:.9f}")
    print("largest weight     {largest_weight_emptied:11.2f}   ".format(**numbers), end="")
    print("{largest_weight_kept:11.2f}".format(**numbers))
