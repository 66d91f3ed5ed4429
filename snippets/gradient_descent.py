"""Gradient descent: step against the gradient, over and over, with a step size.

    w ← w - η ∇C      fitted here:  r = Xᵀw - y,   C = ‖r‖² / 2n,   ∇C = X r / n

w and ∇C are columns, (2, 1); each column of X, (2, n), is a one and the input of one sample; r and
y are columns, (n, 1). A step lowers C wherever ∇C ≠ 0 if 0 < η < 2/β, with β = ‖X Xᵀ / n‖₂.

Source: A.-L. Cauchy 1847, "Méthode générale pour la résolution des systèmes d'équations
simultanées"; the four samples are made up.
"""

import numpy as np

from snippets.wengert_list import record


# --8<-- [start:model]
def residual(w, X, y):
    """Prediction minus target, one per sample: (n, 1)."""
    return X.T @ w - y


def loss(w, X, y):
    """C, half the mean squared residual: one number."""
    r = residual(w, X, y)
    return (r.T @ r).item() / (2 * r.size)


def gradient(w, X, y):
    """∇C, in the shape of w: (2, 1)."""
    return X @ residual(w, X, y) / y.size


# --8<-- [end:model]


# --8<-- [start:descent]
def descend(w, X, y, eta, steps):
    """All values of w, the start included: (2, 1) each."""
    path = [w]
    for _ in range(steps):
        w = w - eta * gradient(w, X, y)
        path.append(w)
    return path


# --8<-- [end:descent]


def smoothness(X):
    """β: the most that the gradient changes per unit of change of w."""
    return np.linalg.norm(X @ X.T / X.shape[1], 2)


def samples():
    """X (2, 4) and y (4, 1): inputs 0, 1, 2, 3 under a row of ones, and their targets."""
    X = np.array([[1.0, 1.0, 1.0, 1.0], [0.0, 1.0, 2.0, 3.0]])
    return X, np.array([[1.0], [2.0], [2.0], [4.0]])


def example():
    """A line through four points, with a step size that works and one that was forgotten."""
    X, y = samples()
    start = np.zeros((2, 1))
    path = descend(start, X, y, eta=0.2, steps=200)
    without = descend(start, X, y, eta=1.0, steps=3)
    w_best = np.linalg.lstsq(X.T, y, rcond=None)[0]
    return {
        "X": X,
        "y": y,
        "beta": smoothness(X),
        "limit": 2 / smoothness(X),
        "eta": 0.2,
        "gradient_0": gradient(start, X, y),
        "path": path,
        "losses": [loss(w, X, y) for w in path],
        "w_best": w_best,
        "C_best": loss(w_best, X, y),
        "eta_1_path": without,
        "eta_1_losses": [loss(w, X, y) for w in without],
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    w: the parameters, intercept and slope of the line, two steps from the start, (2, 1)
    w \leftarrow: their new values after one more step, (2, 1)
    \nabla: what the slopes of C are taken by, the parameters
    \eta: the step size, a positive number
    X: the inputs under a row of ones, (2, n)
    y: the targets, (n, 1)
    n: how many samples there are
    r: the residual, prediction minus target, (n, 1)
    C: the loss, one number
    \beta: the most that the gradient changes per unit of change of w
    """
    if rng is None:
        (X, y), start, eta = samples(), np.zeros((2, 1)), 0.2
    else:
        X = np.vstack([np.ones(5), rng.normal(size=5)])
        y, start, eta = rng.normal(size=(5, 1)), rng.normal(size=(2, 1)), rng.uniform(0.1, 1)
    # At the start itself, a gradient taken anew and the first one are the same.
    *_, there, after = descend(start, X, y, eta, steps=3)
    w, r, C = record(lambda w: (w, residual(w, X, y), loss(w, X, y)), there)
    return {
        "w": w,
        r"w \leftarrow": after,
        r"\nabla": w,
        r"\eta": eta,
        "X": X,
        "y": y,
        "n": y.size,
        "r": r,
        "C": C,
        r"\beta": smoothness(X),
    }


if __name__ == "__main__":
    numbers = example()
    print("eta = 0.2       w_0       w_1         C")
    for t in (0, 1, 2, 3, 200):
        w, C = numbers["path"][t], numbers["losses"][t]
        print(f"  step {t:3d}  {w[0, 0]:8.4f}  {w[1, 0]:8.4f}  {C:8.4f}")
    w, C = numbers["w_best"], numbers["C_best"]
    print(f"  lstsq     {w[0, 0]:8.4f}  {w[1, 0]:8.4f}  {C:8.4f}")
    print("eta = 1")
    for t, (w, C) in enumerate(zip(numbers["eta_1_path"], numbers["eta_1_losses"], strict=True)):
        print(f"  step {t:3d}  {w[0, 0]:8.4f}  {w[1, 0]:8.4f}  {C:8.4f}")
