"""Gradient descent on a quadratic: in every direction the error shrinks by a factor of its own.

    C(w) = ½ wᵀA w - bᵀw,   ∇C(w) = A w - b,   w* = A⁻¹ b
    wₜ - w* = (I - ηA)ᵗ (w₀ - w*),   so by max(|1 - ηα|, |1 - ηβ|) a step at worst
    η* = 2 / (α + β) makes that (κ - 1)/(κ + 1),   κ = β/α

A is symmetric, (n, n), its eigenvalues, the curvatures, lie between α > 0 and β; w and b are
columns, (n, 1).

Source: the two curvatures 1 and 10 are the usual example; the line fit is that of
snippets/gradient_descent.py.
"""

from functools import partial

import numpy as np

from snippets import sgd
from snippets.gradient_descent import samples


def loss(w, A, b):
    """C: one number."""
    return (0.5 * w.T @ A @ w - b.T @ w).item()


def gradient(w, A, b):
    """∇C, in the shape of w."""
    return A @ w - b


# --8<-- [start:rates]
def curvature_range(A):
    """α and β, the smallest and the largest curvature."""
    return np.linalg.eigvalsh(A)[[0, -1]]


def worst_factor(eta, A):
    """The most that a step may leave of the error."""
    return np.abs(1 - eta * curvature_range(A)).max()


def best_rate(A):
    """The learning rate with the smallest worst factor."""
    return 2 / curvature_range(A).sum()


def condition_number(A):
    """κ: how many times as steep as the flattest direction is the steepest one."""
    alpha, beta = curvature_range(A)
    return beta / alpha


# --8<-- [end:rates]


def descend(w, A, b, eta, steps):
    """All values of w, the start included."""
    return sgd.descend(sgd.step, sgd.START, w, partial(gradient, A=A, b=b), [eta] * steps)


def steps_for_six_digits(A):
    """How many steps at the best rate divide the error by a million, from the worst start."""
    return int(np.ceil(np.log(1e-6) / np.log(worst_factor(best_rate(A), A))))


def worst_start(A, b, eta):
    """A place whose error shrinks by the worst factor in every step."""
    curvatures, directions = np.linalg.eigh(A)
    slowest = np.argmax(np.abs(1 - eta * curvatures))
    return np.linalg.solve(A, b) + directions[:, [slowest]]


def line_fit(shift):
    """A of the line through four points, with all inputs shifted: X Xᵀ/n, (2, 2)."""
    X, _ = samples()
    X = X + shift * np.array([[0.0], [1.0]])
    return X @ X.T / X.shape[1]


def example():
    """Curvatures 1 and 10, then the line fit with its inputs here and there."""
    A, b = np.diag([1.0, 10.0]), np.zeros((2, 1))
    path = descend(np.array([[10.0], [1.0]]), A, b, best_rate(A), 10)
    fits = {shift: line_fit(shift) for shift in (-1.5, 0.0, 3.0, 10.0)}
    return {
        "eta": best_rate(A),
        "factor": worst_factor(best_rate(A), A),
        "limit": 2 / curvature_range(A)[1],
        "errors": path,
        "kappa": {shift: condition_number(A) for shift, A in fits.items()},
        "etas": {shift: best_rate(A) for shift, A in fits.items()},
        "factors": {shift: worst_factor(best_rate(A), A) for shift, A in fits.items()},
        "steps": {shift: steps_for_six_digits(A) for shift, A in fits.items()},
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    A: the matrix of the quadratic, symmetric, (n, n)
    b: the slopes at zero, turned round, (n, 1)
    C: the loss, a function of the parameters
    w: the parameters after each step, w_0 being the start, (n, 1) each
    w^\ast: the parameters at the bottom, (n, 1)
    \eta: the learning rate, a positive number
    \alpha: the smallest curvature, an eigenvalue of A
    \beta: the largest curvature, an eigenvalue of A
    \kappa: the condition number, the largest curvature over the smallest
    q: the most that a step may leave of the error, as a factor
    \eta^\ast: the learning rate at which a step leaves least at worst
    \le: a path that starts in the direction that is slowest
    """
    if rng is None:
        A, b, w, eta = np.diag([1.0, 10.0]), np.zeros((2, 1)), np.array([[10.0], [1.0]]), 2 / 11
    else:
        root = rng.normal(size=(3, 3))
        A, b, w = root @ root.T + np.eye(3), rng.normal(size=(3, 1)), rng.normal(size=(3, 1))
        eta = rng.uniform(0.5, 1.5) * best_rate(A)
    alpha, beta = curvature_range(A)
    return {
        "A": A,
        "b": b,
        "C": partial(loss, A=A, b=b),
        "w": dict(enumerate(descend(w, A, b, eta, 4))),
        r"w^\ast": np.linalg.solve(A, b),
        r"\eta": eta,
        r"\alpha": alpha,
        r"\beta": beta,
        r"\kappa": condition_number(A),
        "q": worst_factor(eta, A),
        r"\eta^\ast": best_rate(A),
        r"\le": {"w": dict(enumerate(descend(worst_start(A, b, eta), A, b, eta, 4)))},
    }


if __name__ == "__main__":
    numbers = example()
    print("line fit, inputs    kappa  best rate    factor  steps for six digits")
    for shift, kappa in numbers["kappa"].items():
        eta, factor, steps = (numbers[name][shift] for name in ("etas", "factors", "steps"))
        inputs = f"{shift:g} to {shift + 3:g}"
        print(f"  {inputs:<12} {kappa:10.2f} {eta:10.6f} {factor:9.6f} {steps:11d}")
