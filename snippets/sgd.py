"""Stochastic gradient descent: step along the gradient of a few samples, drawn anew each time.

    gₖ = 1/|Bₖ| Σ ∇Cᵢ over i in Bₖ      w ← w - η g_K,  K drawn at random
    𝔼ₖ[gₖ] = ∇C                         over all batches Bₖ of b among n samples

w and all gradients are columns of one shape. Every optimiser on this site is a function
`step(w, g, state, eta, ...)` that returns the next w and state and changes neither in place; the
state begins as `START` of its module, and here there is none to keep.

Source: the samples are those of snippets/gradient_descent.py; for one sample at a time, B. Widrow
and M. E. Hoff 1960, "Adaptive switching circuits".
"""

from functools import partial
from itertools import combinations

import numpy as np

from snippets.gradient_descent import gradient, loss, samples, smoothness
from snippets.wengert_list import record

# --8<-- [start:step]
START = ()


def step(w, g, state, eta):
    """The next w, in the shape of w and g, and the state."""
    return w - eta * g, state


def batch_gradient(w, X, y, batch):
    """The mean gradient of the samples in a batch: (2, 1)."""
    return gradient(w, X[:, batch], y[batch])


def drawn_gradient(w, X, y, b, rng):
    """The same for b different samples, drawn evenly."""
    batch = rng.choice(y.size, size=b, replace=False)
    return batch_gradient(w, X, y, batch)


def descend(step, state, w, gradient_at, etas, **settings):
    """All values of w, one more than there are step sizes."""
    path = [w]
    for eta in etas:
        w, state = step(w, gradient_at(w), state, eta, **settings)
        path.append(w)
    return path


# --8<-- [end:step]


def batches(n, b):
    """All batches of b among n samples, each a list."""
    return [list(batch) for batch in combinations(range(n), b)]


def root_mean_square_error(w, X, y, b):
    """How far the gradient of a batch of b lies from the whole, over all batches."""
    g = np.array([batch_gradient(w, X, y, batch) for batch in batches(y.size, b)])
    return np.sqrt(np.mean(np.sum((g - gradient(w, X, y)) ** 2, axis=(1, 2))))


def losses_of_run(etas, b):
    """C before and after each step from w = 0 on the line fit."""
    X, y = samples()
    noisy = partial(drawn_gradient, X=X, y=y, b=b, rng=np.random.default_rng(0))
    return np.array([loss(w, X, y) for w in descend(step, START, np.zeros((2, 1)), noisy, etas)])


def summary(C):
    """C after 10, 100 and 1000 steps, and the least and the most of the last 100."""
    return [C[10], C[100], C[1000], C[-100:].min(), C[-100:].max()]


def losses_with_sums(eta, steps):
    """The slip: C along steps that use the sum over all samples for their mean."""
    X, y = samples()
    of_mean = partial(gradient, X=X, y=y)
    path = descend(step, START, np.zeros((2, 1)), of_mean, [eta * y.size] * steps)
    return np.array([loss(w, X, y) for w in path])


def example():
    """Gradients of single points and batches, and two runs with one point at a time."""
    X, y = samples()
    start, w_best = np.zeros((2, 1)), np.linalg.lstsq(X.T, y, rcond=None)[0]
    t = np.arange(1000)
    return {
        "gradients": [batch_gradient(start, X, y, [i]) for i in range(4)],
        "gradient": gradient(start, X, y),
        "gradients_at_best": [batch_gradient(w_best, X, y, [i]) for i in range(4)],
        "C_best": loss(w_best, X, y),
        "errors": {b: root_mean_square_error(start, X, y, b) for b in (1, 2, 3, 4)},
        "eta": 0.2,
        "constant": summary(losses_of_run(np.full(1000, 0.1), b=1)),
        "shrinking": summary(losses_of_run(4 / (40 + t), b=1)),
        "sums": losses_with_sums(0.2, steps=3),
        "limit": 2 / smoothness(X),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    w: the parameters, a column
    w \leftarrow: their new values after the step along the drawn batch
    \nabla: what all slopes are taken by, the parameters
    \eta: the step size, a positive number
    n: how many samples there are
    b: how many samples a batch has
    B: all batches of b samples, a set of sample numbers each
    g: the gradient of each batch, in the shape of w
    K: the number of the batch that was drawn
    C_i: the loss of sample i, one number
    C: the loss of all samples, the mean of theirs
    """
    if rng is None:
        (X, y), w, eta, b = samples(), np.zeros((2, 1)), 0.1, 2
    else:
        X = np.vstack([np.ones(5), rng.normal(size=5)])
        y, w, eta, b = rng.normal(size=(5, 1)), rng.normal(size=(2, 1)), rng.uniform(0.01, 1), 3
    B = batches(y.size, b)
    K = 1 if rng is None else int(rng.integers(len(B)))
    g = [batch_gradient(w, X, y, batch) for batch in B]
    after, _ = step(w, g[K], START, eta)

    def run(w):
        return w, [loss(w, X[:, [i]], y[[i]]) for i in range(y.size)], loss(w, X, y)

    w, scores, C = record(run, w)
    values = {"w": w, r"w \leftarrow": after, r"\nabla": w, r"\eta": eta, "n": y.size, "b": b}
    return values | {"B": [{*batch} for batch in B], "g": g, "K": K, "C_i": scores, "C": C}


if __name__ == "__main__":
    numbers = example()
    print("slopes at w = 0         w_0     w_1")
    for i, g in enumerate(numbers["gradients"]):
        print(f"  point {i}          {g[0, 0]:7.2f} {g[1, 0]:7.2f}")
    print("  mean             {:7.2f} {:7.2f}".format(*numbers["gradient"].ravel()))
    print("root mean square error of the gradient of a batch")
    for b, error in numbers["errors"].items():
        print(f"  {b} of 4 points      {error:6.2f}")
    print("one point at a time     C after 10    100     1000 steps   in the last 100")
    for name in ("constant", "shrinking"):
        *C, least, most = numbers[name]
        row = "".join(f"{value:9.4f}" for value in C)
        print(f"  {name:<9} step size    {row}      {least:.4f} to {most:.4f}")
    print("  least squares                              {C_best:.4f}".format(**numbers))
