"""Implicit differentiation: the slope of a fixed point, from one step at it and a linear solve.

    x = f(x, b)          ∂x/∂b = (I - J)⁻¹ D
    u = g + Jᵀ u         g = ∂C/∂x;  then ∂C/∂b = Dᵀ u

J and D are the slopes of one step f by x and by b, at the fixed point. Here the step is a layer,
f(x, b) = tanh(W x + b), that is repeated until nothing changes. x, b, g and u are columns, (n, 1),
W, J and D have shape (n, n). The loss is C = ½ ‖x - y‖².

Source: B. Christianson, Optimization Methods and Software 3, 1994, for the repeated sweep; the
layer is made up.
"""

from functools import partial

import numpy as np

from snippets.array_tape import grad, vjp
from snippets.wengert_list import record

REST = 80  # steps after which our layers rest


# --8<-- [start:layer]
def f(W, x, b):
    """One step of the layer, (n, 1)."""
    return np.tanh(W @ x + b)


def fixed_point(W, b, steps):
    """What is left of zero after so many steps."""
    x = np.zeros_like(b)
    for _ in range(steps):
        x = f(W, x, b)
    return x


# --8<-- [end:layer]


# --8<-- [start:adjoint]
def slopes(W, x):
    """D and J of one step at its fixed point, (n, n) each."""
    D = np.diagflat(1 - x * x)
    return D, D @ W


def whole(J, g):
    """The u with u = g + Jᵀ u, (n, 1)."""
    return np.linalg.solve(np.eye(g.size) - J.T, g)


def by_solve(W, x, g):
    """The gradient by W and b, where g is ∂C/∂x."""
    D, J = slopes(W, x)
    delta = D @ whole(J, g)
    return delta @ x.T, delta


def by_sweeps(W, x, b, g, sweeps):
    """The same without J: one step is swept again and again."""
    _, pullback = vjp(f, W, x, b)
    u = g
    for _ in range(sweeps - 1):
        u = g + pullback(u)[1]
    W_bar, _, b_bar = pullback(u)
    return W_bar, b_bar


# --8<-- [end:adjoint]


def loss(x, y):
    """C: half the squared distance."""
    return 0.5 * np.sum((x - y) ** 2)


def unrolled(W, b, y, steps):
    """The gradient by W and b of a run of so many steps, from a tape of all of them."""

    def of_run(W, b):
        return loss(fixed_point(W, b, steps), y)

    return grad(of_run, (0, 1))(W, b)


def layer(rng, n):
    """W, which stretches nothing by more than 0.7, b and y."""
    W = rng.normal(size=(n, n))
    return 0.7 * W / np.linalg.norm(W, 2), rng.normal(size=(n, 1)), rng.normal(size=(n, 1))


def off(found, right):
    """The largest error of any entry."""
    return max(np.abs(a - b).max() for a, b in zip(found, right, strict=True))


def example():
    """Gradients by both roads at rest, of one step alone, and of runs that were cut short."""
    W, b, y = layer(np.random.default_rng(0), 4)
    x = fixed_point(W, b, REST)
    right = by_solve(W, x, x - y)
    counts = (1, 2, 5, 10, 20)
    return {
        "moved": np.abs(f(W, x, b) - x).max(),
        "W_bar": right[0],
        "b_bar": right[1],
        "one_step": by_sweeps(W, x, b, x - y, 1)[1],
        "unrolled": {t: off(unrolled(W, b, y, t), right) for t in counts},
        "swept": {t: off(by_sweeps(W, x, b, x - y, t), right) for t in counts},
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    f: one step of the layer, a function of the state and of b
    W: the weights of the layer, (n, n)
    b: what is added in every step, (n, 1)
    x: the fixed point, (n, 1), recorded as the end of a long run
    y: a target for it, (n, 1)
    C: the loss, half the squared distance from the target
    D: the slopes of one step by b, at the fixed point, (n, n)
    J: the slopes of one step by the state, at the fixed point, (n, n)
    g: the slope of the loss by the fixed point, (n, 1)
    u: what comes back to the state from all trips round the loop, (n, 1)
    """
    n = 4 if rng is None else 3
    W, b, y = layer(rng or np.random.default_rng(0), n)
    end = fixed_point(W, b, REST)
    D, J = slopes(W, end)
    found = {"f": partial(f, W), "D": D, "J": J, "g": end - y, "y": y, "u": whole(J, end - y)}
    W, b, x, C = record(run, W, b, y)
    return found | {"W": W, "b": b, "x": x, "C": C}


def run(W, b, y):
    """W, b, the fixed point and the loss."""
    x = fixed_point(W, b, REST)
    return W, b, x, loss(x, y)


if __name__ == "__main__":
    numbers = example()
    print("gradient by b  ", *(f"{entry:8.4f}" for entry in numbers["b_bar"].ravel()))
    print("swept once only", *(f"{entry:8.4f}" for entry in numbers["one_step"].ravel()))
    print("largest error      of a run of t    of t sweeps of one step")
    for t, error in numbers["unrolled"].items():
        print(f"  t = {t:2d} {error:22.0e} {numbers['swept'][t]:26.0e}")
