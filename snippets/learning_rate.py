"""Learning rate: how far a step goes; what is left in a valley is multiplied by 1 - ηλ each time.

    uₜ = (1 - ηλ)ᵗ u₀                               a valley of curvature λ, its bottom at zero
    C(w - η ∇C) ≤ C(w) - η (1 - ηβ/2) ‖∇C‖²         any loss, where no curvature exceeds β
    d/dη C(w - η ∇C) = -‖∇C‖²                       at η = 0

u is a number; w and ∇C are columns of one shape.

Source: the line fit is that of snippets/gradient_descent.py; the valleys are made up.
"""

from functools import partial

import numpy as np

from snippets import sgd
from snippets.gradient_descent import gradient, loss, samples, smoothness


# --8<-- [start:sweep]
def in_valley(u, curvature, eta, steps):
    """All distances from the bottom; the slope at u is curvature * u."""
    return sgd.descend(sgd.step, sgd.START, u, partial(np.multiply, curvature), [eta] * steps)


def on_line_fit(eta, steps):
    """C before the first step and after each one."""
    X, y = samples()
    gradient_at = partial(gradient, X=X, y=y)
    path = sgd.descend(sgd.step, sgd.START, np.zeros((2, 1)), gradient_at, [eta] * steps)
    return [loss(w, X, y) for w in path]


# --8<-- [end:sweep]


def steepest_valley(X):
    """The direction of the largest curvature of the line fit: (2, 1)."""
    return np.linalg.eigh(X @ X.T)[1][:, -1:]


def crossing(eta=0.15):
    r"""Steps in a valley whose limit is a learning rate of 0.2.

    \eta: the learning rate
    \eta \lambda: the rate times the curvature
    1 - \eta \lambda: what each step multiplies the distance from the bottom by
    u_8: what eight steps leave of a distance of one
    2 / \lambda: the limit
    """
    curvature, around = 10.0, np.linspace(-1.6, 1.6, 65)
    path = np.array(in_valley(1.0, curvature, eta, 8))
    return {
        "numbers": {
            r"\eta \lambda": eta * curvature,
            r"1 - \eta \lambda": path[1] / path[0],
            "u_8": path[-1],
            r"2 / \lambda": 2 / curvature,
        },
        "title": "Eight steps in a valley of curvature ten",
        "text": "A parabola, and the places that the steps come to, from one side of it.",
        "x": "distance u from the bottom",
        "y": "height",
        "x_range": (-1.6, 1.6),
        "y_range": (0, 12),
        "curves": [
            {"name": "valley", "x": around, "y": curvature / 2 * around**2, "style": "plain"},
            {
                "name": "steps",
                "x": path,
                "y": curvature / 2 * path**2,
                "style": "forward",
                "marks": True,
            },
        ],
    }


def example():
    """The line fit with learning rates from too small to too large, and a valley left by leaps."""
    X, y = samples()
    g = gradient(np.zeros((2, 1)), X, y)
    tiny = on_line_fit(0.0001, 1)
    etas = (0.0001, 0.001, 0.01, 0.1, 0.3, 0.47, 0.48, 1)
    return {
        "losses": {eta: np.take(on_line_fit(eta, 100), (1, 10, 100)) for eta in etas},
        "C_start": tiny[0],
        "limit": 2 / smoothness(X),
        "beta": smoothness(X),
        "length": np.linalg.norm(g),
        "tiny_fall": tiny[0] - tiny[1],
        "leaps": in_valley(1.0, 10.0, 1.0, 3),
        "eight": [(eta, in_valley(1.0, 10.0, eta, 8)[-1]) for eta in (0.19, 0.2, 0.21)],
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    \eta: the learning rate, a positive number
    \lambda: the curvature of a valley: its slope is that many times the distance from the bottom
    u: the distance from the bottom of a valley after each step, u_0 being the start
    C: the loss of the line fit, a function of the parameters
    w: the parameters, a column
    \beta: the largest curvature of the line fit
    \le: parameters from which a step lowers C by no more than is promised
    """
    if rng is None:
        valleys = (0.2, 2.0), (1.0, 10.0)
        return [values(*samples(), np.zeros((2, 1)), 1.0, *valley) for valley in valleys]
    X = np.vstack([np.ones(5), rng.normal(size=5)])
    y, w = rng.normal(size=(5, 1)), rng.normal(size=(2, 1))
    return values(X, y, w, rng.normal(), rng.uniform(0.1, 1), rng.uniform(1, 4))


def values(X, y, w, u, eta, curvature):
    """The symbols on the line fit to X (2, n) and y (n, 1), and in one valley."""
    w_best = np.linalg.lstsq(X.T, y, rcond=None)[0]
    return {
        r"\eta": eta,
        r"\lambda": curvature,
        "u": dict(enumerate(in_valley(u, curvature, eta, 3))),
        "C": partial(loss, X=X, y=y),
        "w": w,
        r"\beta": smoothness(X),
        r"\le": {"w": w_best + steepest_valley(X)},
    }


if __name__ == "__main__":
    numbers = example()
    print("line fit, C after      1           10          100 steps")
    for eta, C in numbers["losses"].items():
        print(f"  eta {eta:<8} " + "".join(f"{value:12.5g}" for value in C))
