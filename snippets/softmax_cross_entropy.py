"""Softmax turns scores into probabilities; with cross-entropy its error signal is p - y.

    pⱼ = e^zⱼ / Σₖ e^zₖ      C = -Σⱼ yⱼ ln pⱼ = s - yᵀz      s = ln Σₖ e^zₖ      ∇C = p - y

z, p and y are columns, (n_L, 1), or matrices (n_L, n) with a column for each of n samples. The
entries of each target y are not negative and add up to 1; for a sample with one right class, y has
a 1 there and zeros elsewhere. Subtracting the largest score from all changes no result and keeps
every power of e at or below 1.

Source: the shift is in the CS231n course notes; scores and target are our own.
"""

import numpy as np

from snippets.scalar_tape import Tape, Value, trace
from snippets.wengert_list import record


# --8<-- [start:stable]
def softmax(z):
    """p, in the shape of z; each column adds up to 1."""
    powers = np.exp(z - np.max(z, axis=0))
    return powers / np.sum(powers, axis=0)


def log_sum_exp(z):
    """The number s of each column: (n,)."""
    c = np.max(z, axis=0)
    return c + np.log(np.sum(np.exp(z - c), axis=0))


def cross_entropy(z, y):
    """C of each column: (n,)."""
    alike(z, y)
    return log_sum_exp(z) - np.sum(y * z, axis=0)


def gradient(z, y):
    """The slope of each C by its scores, in the shape of z."""
    alike(z, y)
    return softmax(z) - y


# --8<-- [end:stable]


def alike(z, y):
    """ValueError if NumPy would stretch one to fit the other."""
    if np.shape(z) != np.shape(y):
        shapes = f"z {np.shape(z)} and y {np.shape(y)}"
        raise ValueError(f"scores and target differ in shape, {shapes}: give y a column per sample")


# --8<-- [start:long]
def jacobian(z):
    """Slope of each probability by each score: (n_L, n_L)."""
    p = softmax(z)
    return np.diag(p.ravel()) - p @ p.T


def gradient_in_two_steps(z, y):
    """The same slope for one column, first by p, then by z."""
    return jacobian(z).T @ (-y / softmax(z))


# --8<-- [end:long]


def naive_cross_entropy(z, y):
    """The definition as it stands, (n,): powers of large scores overflow, and inf / inf is nan."""
    with np.errstate(over="ignore", invalid="ignore"):
        p = np.exp(z) / np.sum(np.exp(z), axis=0)
        return -np.sum(y * np.log(p), axis=0)


def example():
    """Scores 1, 2, 3 with the last class right; shifted by 1000; softmax taken twice."""
    z, y = np.array([[1.0], [2.0], [3.0]]), np.array([[0.0], [0.0], [1.0]])
    p = softmax(z)
    return {
        "z": z,
        "y": y,
        "p": p,
        "C": cross_entropy(z, y).item(),
        "gradient": gradient(z, y),
        "jacobian": jacobian(z),
        "in_two_steps": gradient_in_two_steps(z, y),
        "C_far": cross_entropy(z + 1000, y).item(),
        "naive_far": naive_cross_entropy(z + 1000, y).item(),
        "C_twice": cross_entropy(p, y).item(),
        "least_twice": cross_entropy(y, y).item(),  # y is the best that p can be
    }


def picture():
    """Scores 1, 2, 3, the probability of the last class, which is right, and the loss."""
    with Tape() as tape:
        z = np.array([[Value(score)] for score in (1.0, 2.0, 3.0)])
        p = softmax(z)[2, 0]
        C = -np.log(p)
        C.backward()
    named = {f"z_{k}": ("", score) for k, score in enumerate(z.flat)}
    return trace(tape, named | {"p_2": ("softmax", p), "C": ("−ln", C)})


def symbols(rng=None):
    r"""What the symbols of the note mean.

    z: the scores, a column with one for each class
    p: their softmax, a column of probabilities
    y: the target, a column of probabilities
    C: the cross-entropy of the sample, a number
    s: the logarithm of the sum of the powers, as `log_sum_exp` finds it, a number
    u: any number, added to all scores
    J: slopes of the probabilities, row j for probability j, column k for score k
    """
    if rng is None:
        z, y, u = example()["z"], example()["y"], 1000.0
    else:
        z, y, u = rng.normal(size=(4, 1)), rng.dirichlet(np.ones(4))[:, None], rng.normal()

    def run(z):
        return z, softmax(z), log_sum_exp(z).item(), cross_entropy(z, y).item()

    J = jacobian(z)
    z, p, s, C = record(run, z)
    return {"z": z, "p": p, "y": y, "C": C, "s": s, "u": u, "J": J}


def row(column):
    """A column on one line."""
    return " ".join(f"{entry:11.8f}" for entry in column.flat)


if __name__ == "__main__":
    numbers = example()
    print("p           ", row(numbers["p"]))
    print("p - y       ", row(numbers["gradient"]))
    print("in two steps", row(numbers["in_two_steps"]))
    print("C {C:.8f}".format(**numbers))
    print("scores 1000 larger: C {C_far:.8f}, as defined {naive_far}".format(**numbers))
