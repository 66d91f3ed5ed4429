"""Momentum: the parameters move with a velocity that keeps a share μ of itself in every step.

    v ← μ v - η ∇C(w),   w ← w + v      vₜ = -η Σ μᵗ⁻¹⁻ˢ ∇C(wₛ), the sum over all s < t

w, v and ∇C are columns of one shape. In a valley of curvature λ, where ∇C = λ w, what is left
shrinks by ρ = √μ a step if (1 - √μ)² ≤ ηλ ≤ (1 + √μ)².

Source: B. T. Polyak 1964, "Some methods of speeding up the convergence of iteration methods"; the
line fit is that of snippets/gradient_descent.py.
"""

from functools import partial

import numpy as np

from snippets import sgd
from snippets.gradient_descent import gradient, loss, samples

# --8<-- [start:step]
START = 0.0


def step(w, g, v, eta, mu):
    """The next w and v, in the shape of w and g."""
    v = mu * v - eta * g
    return w + v, v


# --8<-- [end:step]


def with_velocities(w, gradient_at, steps, eta, mu):
    """All values of w and of v, starts included."""
    path = [(w, np.zeros_like(w))]
    for _ in range(steps):
        w, v = path[-1]
        path.append(step(w, gradient_at(w), v, eta, mu))
    return tuple(zip(*path, strict=True))


def shrinkage(eta, mu, curvature):
    """ρ, the factor per step in the long run: the size of the largest eigenvalue of a step."""
    a_step = [step(w, curvature * w, v, eta, mu) for w, v in np.eye(2)]
    return np.abs(np.linalg.eigvals(a_step)).max()


def curvatures(X):
    """The smallest and the largest curvature of the line fit."""
    return np.linalg.eigvalsh(X @ X.T / X.shape[1])[[0, -1]]


def best_settings(least, most):
    """η and μ with the smallest shrinkage factor that all curvatures in between can have."""
    root = np.sqrt([least, most])
    return 4 / root.sum() ** 2, ((root[1] - root[0]) / root.sum()) ** 2


def suited_to(mu):
    """The κ for which μ is the best share."""
    return ((1 + np.sqrt(mu)) / (1 - np.sqrt(mu))) ** 2


def steps_needed(path, goal, within=1e-6):
    """How many steps until w stays within a distance of the goal."""
    far = [t for t, w in enumerate(path) if np.linalg.norm(w - goal) > within]
    return len(far) and far[-1] + 1


def above_minimum(path, X, y, w_best):
    """C above its minimum after 10, 20 and 40 steps."""
    return [loss(path[t], X, y) - loss(w_best, X, y) for t in (10, 20, 40)]


def example():
    """The line fit: the best plain step size, the best pair, and a heavier ball."""
    X, y = samples()
    start, gradient_at = np.zeros((2, 1)), partial(gradient, X=X, y=y)
    w_best = np.linalg.lstsq(X.T, y, rcond=None)[0]
    least, most = curvatures(X)
    eta, mu = best_settings(least, most)
    plain = 2 / (least + most)
    paths = {
        "plain": sgd.descend(sgd.step, sgd.START, start, gradient_at, [plain] * 400),
        "best": sgd.descend(step, START, start, gradient_at, [eta] * 400, mu=mu),
        "heavy": sgd.descend(step, START, start, gradient_at, [plain] * 400, mu=0.9),
    }
    return {
        "etas": {"plain": plain, "best": eta, "heavy": plain},
        "mus": {"plain": 0.0, "best": mu, "heavy": 0.9},
        "above": {name: above_minimum(path, X, y, w_best) for name, path in paths.items()},
        "C_start": loss(paths["best"][0], X, y),
        "C_after_one_step": loss(paths["best"][1], X, y),
        "steps": {name: steps_needed(path, w_best) for name, path in paths.items()},
        "kappa": most / least,
        "kappa_of_heavy": suited_to(0.9),
        "rho_plain": shrinkage(plain, 0.0, least),
        "rho_best": np.sqrt(mu),
        "rho_heavy": shrinkage(plain, 0.9, most),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    w: the parameters at each step, w_0 being the start; a column each
    v: the velocity at each step, a column each; v_0 is zero
    C: the loss, a function of the parameters
    \eta: the step size, a positive number
    \mu: the share of the velocity that is kept, between 0 and 1
    g: a gradient that stays the same, a column
    u: the velocity at each step if every gradient is g
    \lambda: the curvature of a valley: its slope is that many times the distance from the bottom
    \rho: the factor by which a step in that valley shrinks what is left, in the long run
    \alpha: the smallest curvature of the line fit
    \beta: the largest curvature of the line fit
    \kappa: the condition number, the largest curvature over the smallest
    \eta^\ast: the best step size for all curvatures from the smallest to the largest
    \mu^\ast: the share of the velocity that goes with the best step size
    """
    if rng is None:
        # A curvature inside the range of equal pace, one below it and one above it.
        cases = (0.9, 1.0), (0.25, 1.0), (0.25, 12.0)
        return [values(*samples(), 0.2, mu, curvature) for mu, curvature in cases]
    X = np.vstack([np.ones(5), rng.normal(size=5)])
    eta, mu = rng.uniform(0.1, 1), rng.uniform(0.1, 0.9)
    return values(X, rng.normal(size=(5, 1)), eta, mu, rng.uniform(0, 4) / eta)


def steady(g, _w):
    """A gradient that is g wherever w may be."""
    return g


def values(X, y, eta, mu, curvature):
    """The symbols on the line fit to X (2, n) and y (n, 1), and in one valley."""
    start, g = np.zeros((2, 1)), np.array([[1.0], [-2.0]])
    w, v = with_velocities(start, partial(gradient, X=X, y=y), 4, eta, mu)
    _, u = with_velocities(start, partial(steady, g), 4, eta, mu)
    least, most = curvatures(X)
    best_eta, best_mu = best_settings(least, most)
    return {
        "w": dict(enumerate(w)),
        "v": dict(enumerate(v)),
        "C": partial(loss, X=X, y=y),
        r"\eta": eta,
        r"\mu": mu,
        "g": g,
        "u": dict(enumerate(u)),
        r"\lambda": curvature,
        r"\rho": shrinkage(eta, mu, curvature),
        r"\alpha": least,
        r"\beta": most,
        r"\kappa": most / least,
        r"\eta^\ast": best_eta,
        r"\mu^\ast": best_mu,
    }


if __name__ == "__main__":
    numbers = example()
    print("           eta     mu   C above its minimum after       w within 1e-6")
    print("                         10        20        40 steps   after")
    for name, above in numbers["above"].items():
        eta, mu, steps = (numbers[column][name] for column in ("etas", "mus", "steps"))
        row = "".join(f"{C:10.5f}" for C in above)
        print(f"  {name:<6} {eta:.4f}  {mu:.3f} {row} {steps:10d} steps")
