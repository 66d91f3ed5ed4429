"""Adam: momentum in which every coordinate divides its step by the usual size of its slopes.

    m ← β₁ m + (1 - β₁) g,   v ← β₂ v + (1 - β₂) g²     running averages of slopes and of squares
    m̂ = m / (1 - β₁ᵗ),       v̂ = v / (1 - β₂ᵗ)          as if they had not begun at zero
    w ← w - η m̂ / (√v̂ + ε)

Written for one coordinate; on arrays of any shape each entry goes its own way.

Source: D. P. Kingma and J. Ba 2015, "Adam: A Method for Stochastic Optimization", algorithm 1; the
line fit is that of snippets/gradient_descent.py.
"""

from functools import partial

import numpy as np

from snippets import sgd
from snippets.gradient_descent import gradient, loss, samples

# --8<-- [start:step]
START = (0, 0.0, 0.0)


def corrected(average, beta, t):
    """An average without the share of its zero start."""
    return average / (1 - beta**t)


def step(w, g, state, eta=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8):
    """The next w, in the shape of w and g, and (t, m, v)."""
    t, m, v = state
    t = t + 1
    m = beta_1 * m + (1 - beta_1) * g
    v = beta_2 * v + (1 - beta_2) * g * g
    m_hat, v_hat = corrected(m, beta_1, t), corrected(v, beta_2, t)
    return w - eta * m_hat / (np.sqrt(v_hat) + epsilon), (t, m, v)


# --8<-- [end:step]


def run(w, slopes, settings):
    """All values of w, m and v, starts included, for one slope after another."""
    path = [(w, *START[1:])]
    state = START
    for g in slopes:
        w, state = step(w, g, state, **settings)
        path.append((w, *state[1:]))
    return tuple(zip(*path, strict=True))


def uncorrected_step(w, g, state, eta, beta_1=0.9, beta_2=0.999):
    """The slip, at ε = 0: m and v as they are, with the share of their zero start."""
    t, m, v = state
    m, v = beta_1 * m + (1 - beta_1) * g, beta_2 * v + (1 - beta_2) * g * g
    return w - eta * m / np.sqrt(v), (t + 1, m, v)


def excess(slopes, **betas):
    """How many times as far each step goes without the corrections, at ε = 0."""
    plain = moves(uncorrected_step, slopes, **betas)
    return plain / moves(step, slopes, epsilon=0.0, **betas)


def moves(step, slopes, **settings):
    """What each of these slopes adds to w: as many numbers."""
    state, found = START, []
    for g in slopes:
        move, state = step(0.0, g, state, eta=1.0, **settings)
        found.append(move)
    return np.array(found)


def scaled_gradient(w, X, y, scale):
    """The gradient as if the loss were measured in other units."""
    return scale * gradient(w, X, y)


def losses_of_run(eta, scale):
    """C of the line fit, which the slopes are a multiple of, in 1000 steps from (2, -1)."""
    X, y = samples()
    gradient_at = partial(scaled_gradient, X=X, y=y, scale=scale)
    path = sgd.descend(step, START, np.array([[2.0], [-1.0]]), gradient_at, [eta] * 1000)
    return [loss(w, X, y) for w in path]


def example():
    """One step from two slopes, the line fit in two units of C, and the slip."""
    runs, times = ((0.1, 1), (0.1, 1000), (0.01, 1)), (1, 12, 100, 1000)
    g = np.array([3.0, -0.02])
    w, (t, m, v) = step(np.zeros(2), g, START)
    return {
        "g": g,
        "eta": 0.001,
        "beta_1": 0.9,
        "beta_2": 0.999,
        "epsilon": 1e-8,
        "m_hat": corrected(m, 0.9, t),
        "v_hat": corrected(v, 0.999, t),
        "move": w,
        "losses": {run: np.take(losses_of_run(*run), (1, 10, 100, 1000)) for run in runs},
        "excess": dict(zip(times, excess(np.ones(1000))[np.array(times) - 1], strict=True)),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    w: one coordinate of the parameters after each step, w_0 being the start
    g: the slope by one coordinate in each step
    m: the running average of the slopes; m_0 is zero
    v: the running average of the squared slopes; v_0 is zero
    \hat m: m without the share of its zero start
    \hat v: v without the share of its zero start
    \eta: the step size, a positive number
    \beta_1: the share of m that each step keeps
    \beta_2: the share of v that each step keeps
    \epsilon: a small number that keeps the division safe
    q: how many times as far a step goes if nothing is corrected and \epsilon is zero
    """
    if rng is None:
        start, slopes, eta, betas, epsilon = 0.0, [3.0, 1.0, -2.0, 4.0], 0.001, (0.9, 0.999), 1e-8
    else:
        start, slopes, eta = rng.normal(), rng.normal(size=5), rng.uniform(0.1, 1)
        betas, epsilon = rng.uniform(0.1, 0.9, size=2), rng.uniform(0.1, 1)
    beta_1, beta_2 = betas
    settings = {"eta": eta, "beta_1": beta_1, "beta_2": beta_2, "epsilon": epsilon}
    w, m, v = run(start, slopes, settings)
    times = range(1, len(slopes) + 1)
    return {
        "w": dict(enumerate(w)),
        "g": dict(enumerate(slopes, 1)),
        "m": dict(enumerate(m)),
        "v": dict(enumerate(v)),
        r"\hat m": {t: corrected(m[t], beta_1, t) for t in times},
        r"\hat v": {t: corrected(v[t], beta_2, t) for t in times},
        r"\eta": eta,
        r"\beta_1": beta_1,
        r"\beta_2": beta_2,
        r"\epsilon": epsilon,
        "q": dict(enumerate(excess(slopes, beta_1=beta_1, beta_2=beta_2), 1)),
    }


if __name__ == "__main__":
    numbers = example()
    print("first step at eta = 0.001   slope     m_hat     v_hat           move")
    rows = zip(*(numbers[name] for name in ("g", "m_hat", "v_hat", "move")), strict=True)
    for i, (g, m_hat, v_hat, move) in enumerate(rows):
        print(f"  coordinate {i}           {g:8.2f} {m_hat:9.2f} {v_hat:9.4f} {move:14.10f}")
    print("C of the line fit after         1        10       100      1000 steps")
    for (eta, scale), C in numbers["losses"].items():
        row = "".join(f"{value:10.5f}" for value in C)
        print(f"  eta {eta:<5} slopes x {scale:<5}{row}")
    print("steps without corrections       1        12       100      1000")
    row = "".join(f"{times:10.2f}" for times in numbers["excess"].values())
    print(f"  times as far         {row}")
