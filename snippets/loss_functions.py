"""Loss functions: one number for a sample, then one rule that combines the samples.

    Cᵢ = ½ Σⱼ (Aⱼᵢ - Yⱼᵢ)²      C = 1/n Σᵢ Cᵢ

Column i of A, shape (n_L, n), is what layer L gave for sample i; column i of Y is its target.
One column of each is called a and y, shape (n_L, 1).

Source: outputs and targets of the first example are from Mazur 2015; this C is the quadratic cost
of Nielsen 2015.
"""

import numpy as np

from snippets.wengert_list import record


# --8<-- [start:sample]
def squared_error(a, y):
    """Half the squared distance of output a from target y."""
    return 0.5 * np.sum((a - y) ** 2)


def squared_error_gradient(a, y):
    """Its derivative by each output, in the shape of a."""
    return a - y


# --8<-- [end:sample]


# --8<-- [start:batch]
def sample_losses(A, Y):
    """One loss for each column of A and Y: shape (n,)."""
    columns = zip(A.T, Y.T, strict=True)
    return np.array([squared_error(a, y) for a, y in columns])


def loss(A, Y):
    """The loss of the batch: the mean over its n samples."""
    return np.mean(sample_losses(A, Y))


def loss_of_the_mean_output(A, Y):
    """The wrong order: outputs and targets averaged first."""
    return squared_error(A.mean(axis=1), Y.mean(axis=1))


# --8<-- [end:batch]


def example():
    """Mazur's sample with its two outputs, then two samples of a network with one output."""
    a = np.array([[0.7513650695523157], [0.7729284653214625]])
    y = np.array([[0.01], [0.99]])
    A, Y = np.array([[0.2, 0.8]]), np.array([[1.0, 0.0]])
    return {
        "a": a,
        "y": y,
        "parts": 0.5 * (a - y) ** 2,
        "C_0": squared_error(a, y),
        "gradient": squared_error_gradient(a, y),
        "without_half": 2 * squared_error(a, y),
        "A": A,
        "Y": Y,
        "sample_losses": sample_losses(A, Y),
        "C": loss(A, Y),
        "mean_output": A.mean(),
        "loss_of_the_mean_output": loss_of_the_mean_output(A, Y),
    }


def symbols(rng=None):
    """What the symbols of the note mean.

    L: the number of the last layer
    n_L: how many neurons it has
    n: how many samples the batch has
    A: the outputs by layer, here the last alone; shape (n_L, n), a column for each sample
    Y: the targets, in the shape of the outputs
    C_i: the loss of sample i, one number
    C: the loss of the batch, one number
    """
    if rng is None:
        A, Y = example()["A"], example()["Y"]
    else:
        A, Y = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    A, scores, C = record(lambda A: (A, list(sample_losses(A, Y)), loss(A, Y)), A)
    L = 2
    n_L, n = A.shape
    return {"L": L, "n_L": n_L, "n": n, "A": {L: A}, "Y": Y, "C_i": scores, "C": C}


if __name__ == "__main__":
    numbers = example()
    print("one sample, two outputs")
    print("  outputs", numbers["a"].ravel().round(6), "  targets", numbers["y"].ravel())
    print("  parts  ", *(f"{part:.9f}" for part in numbers["parts"].ravel()))
    print("  loss    {C_0:.9f}".format(**numbers))
    print("two samples, one output each")
    print("  outputs", numbers["A"].ravel(), "  targets", numbers["Y"].ravel())
    print("  losses ", numbers["sample_losses"].round(2))
    print("  mean of the losses {C:.2f}".format(**numbers))
    print("  loss of the mean   {loss_of_the_mean_output:.2f}".format(**numbers))
