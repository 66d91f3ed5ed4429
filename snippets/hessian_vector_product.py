"""Hessian-vector product: how the gradient moves along one direction, with no Hessian built.

    H v = d/dh ∇f(w + h v) at h = 0 = ∇(∇f(w)ᵀ v)      H = ∇²f(w), and v is held fixed

w and v are columns (n, 1). The small network has a tanh layer and a linear one:

    a = tanh(W⁽¹⁾ x),  δ⁽²⁾ = W⁽²⁾ a - y,  C = ½ ‖δ⁽²⁾‖²      x (n_0, 1), a (n_1, 1), y (n_2, 1)

Its weights move at the rates V⁽¹⁾ and V⁽²⁾, in their shapes, and every line of its gradient is
followed by how fast that line moves.

Source: B. A. Pearlmutter, Neural Computation 6(1), 1994; the network is made up.
"""

import numpy as np

from snippets import gradient as rosenbrock
from snippets.array_tape import grad
from snippets.dual_numbers import Dual
from snippets.wengert_list import record


# --8<-- [start:network]
def gradient(W1, W2, x, y):
    """∂C/∂W⁽¹⁾ and ∂C/∂W⁽²⁾."""
    a = np.tanh(W1 @ x)
    delta2 = W2 @ a - y
    delta1 = (W2.T @ delta2) * (1 - a * a)
    return delta1 @ x.T, delta2 @ a.T


def forward_moving(W, V, x, y):
    """The values a and δ⁽²⁾, each with its rate."""
    (W1, W2), (V1, V2) = W, V
    a = np.tanh(W1 @ x)
    a_dot = (1 - a * a) * (V1 @ x)
    return a, a_dot, W2 @ a - y, V2 @ a + W2 @ a_dot


def hvp(W, V, x, y):
    """How fast both gradients move."""
    a, a_dot, delta2, delta2_dot = forward_moving(W, V, x, y)
    a_bar = W[1].T @ delta2
    a_bar_dot = V[1].T @ delta2 + W[1].T @ delta2_dot
    delta1_dot = a_bar_dot * (1 - a * a) - a_bar * 2 * a * a_dot
    return delta1_dot @ x.T, delta2_dot @ a.T + delta2 @ a_dot.T


# --8<-- [end:network]


# --8<-- [start:roads]
def by_duals(gradient, w, v):
    """Run the code of the gradient on w + v ε."""
    pairs = zip(w.ravel(), v.ravel(), strict=True)
    moving = [Dual(w_k, v_k) for w_k, v_k in pairs]
    g = gradient(np.reshape(moving, w.shape))
    return np.reshape([g_k.u_dot for g_k in g.flat], w.shape)


def by_tapes(f, w, v):
    """The gradient of the slope along v: a tape in a tape."""
    return grad(lambda w: np.sum(grad(f)(w) * v))(w)


def by_difference(gradient, w, v, h):
    """Two gradients, a step to either side."""
    return (gradient(w + h * v) - gradient(w - h * v)) / (2 * h)


# --8<-- [end:roads]


def with_moving_direction(f, w):
    """The slip for v = ∇f(w): the direction is differentiated too."""
    return grad(lambda w: np.sum(grad(f)(w) * grad(f)(w)))(w)


def network(rng, n_0, n_1, n_2):
    """W and V, a matrix for each layer, then x and y."""
    shapes = [(n_1, n_0), (n_2, n_1)]
    W, V = ([rng.normal(size=shape) for shape in shapes] for _ in "WV")
    return W, V, rng.normal(size=(n_0, 1)), rng.normal(size=(n_2, 1))


def multiplications(code, *arguments):
    """In the matrix products of one run of the code."""
    steps = record(code, *arguments)[0].list.steps
    products = [v.plain for v in steps if v.function is np.matmul]
    return sum(left.size * right.shape[1] for left, right in products)


def counted(W, V, x, y):
    """Multiplications for the gradient, and for how fast it moves."""
    return multiplications(gradient, *W, x, y), multiplications(hvp, W, V, x, y)


def example():
    """Rosenbrock's function along (1, 2); the slip; counts for a network of 784, 128 and 10."""
    w, v = np.array([[-1.2], [1.0]]), np.array([[1.0], [2.0]])
    f, g = rosenbrock.f, rosenbrock.gradient(w)
    M, N = counted(*network(np.random.default_rng(0), 784, 128, 10))
    return {
        "by_duals": by_duals(rosenbrock.gradient, w, v),
        "by_tapes": by_tapes(f, w, v),
        "by_difference": {
            h: by_difference(rosenbrock.gradient, w, v, h) for h in (1e-1, 1e-5, 1e-11)
        },
        "curvature": (v.T @ by_tapes(f, w, v)).item(),
        "along_gradient": by_tapes(f, w, g),
        "slip": with_moving_direction(f, w),
        "gradient_cost": M,
        "hvp_cost": N,
        "ratio": N / M,
        "weights": 784 * 128 + 128 * 10,
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    f: Rosenbrock's function, one number for a column of two
    w: the place, a column (2, 1)
    v: the direction, a column (2, 1), which is held fixed
    u: what a run of the gradient on dual numbers finds for H v, (2, 1)
    q: the slope of f along v, as a function of the place
    H: the Hessian, (2, 2), a column for each run of `by_tapes`
    h: how far one walks along v
    p: the squared length of the gradient, as a function of the place
    x: input of the network, (n_0, 1)
    y: its target, (n_2, 1)
    n_l: widths of the network, from that of the input on
    W: weights of layer l, (n_l, n_{l-1})
    V: how fast the weights of layer l move, (n_l, n_{l-1})
    a: the hidden activations, (n_1, 1)
    \dot a: how fast they move, (n_1, 1)
    \delta: the error of the output, (n_2, 1)
    \dot \delta: how fast it moves, (n_2, 1)
    C: the loss of the network, half the squared error
    s: the slope of the loss along V, from the gradient in the code
    U: how fast the gradient by the weights of layer l moves, as `hvp` finds it
    M: multiplications in the matrix products of one gradient
    N: the same for how fast the gradient moves
    """
    if rng is None:
        rng, w, v = np.random.default_rng(0), np.array([[-1.2], [1.0]]), np.array([[1.0], [2.0]])
    else:
        # v is short, so that H v would still be a short walk: that is how the two are told apart.
        w, v = rng.uniform(-2, 2, size=(2, 1)), 0.05 * rng.normal(size=(2, 1))
    f = rosenbrock.f
    columns = [by_tapes(f, w, e) for e in np.hsplit(np.eye(2), 2)]
    return {
        "f": f,
        "w": w,
        "v": v,
        "u": by_duals(rosenbrock.gradient, w, v),
        "q": lambda w: np.sum(rosenbrock.gradient(w) * v),
        "p": lambda w: np.sum(rosenbrock.gradient(w) ** 2),
        "H": np.hstack(columns),
        "h": 0.001,
    } | network_symbols(rng)


def network_symbols(rng):
    """Those of the network, whose widths are drawn."""
    widths = [int(n) for n in rng.permutation([2, 3, 4])]
    W, V, x, y = network(rng, *widths)
    U = hvp(W, V, x, y)
    M, N = counted(W, V, x, y)
    W, a, a_dot, delta, delta_dot, C, s = record(run, W, V, x, y)
    both = {"W": W, "V": V, "U": U}
    moving = {"a": a, r"\dot a": a_dot, r"\delta": delta, r"\dot \delta": delta_dot}
    families = {name: dict(enumerate(family, 1)) for name, family in both.items()}
    numbers = {"C": C, "s": s, "M": M, "N": N, "n_l": dict(enumerate(widths))}
    return families | moving | numbers | {"x": x, "y": y}


def run(W, V, x, y):
    """W, what moves in the forward pass, the loss, and the slope of the loss along V."""
    moving = forward_moving(W, V, x, y)
    C = 0.5 * np.sum(moving[2] ** 2)
    pairs = zip(gradient(*W, x, y), V, strict=True)
    return W, *moving, C, sum(np.sum(G * rate) for G, rate in pairs)


if __name__ == "__main__":
    numbers = example()
    print("Rosenbrock's function at (-1.2, 1), v = (1, 2)")
    for road in ("by_duals", "by_tapes"):
        print(f"  {road:<22}", *(f"{u_k:12.6f}" for u_k in numbers[road].ravel()))
    for h, u in numbers["by_difference"].items():
        print(f"  by_difference, h={h:<5.0e}", *(f"{u_k:12.6f}" for u_k in u.ravel()))
    print("multiplications in a network of widths 784, 128 and 10")
    print(f"  gradient {numbers['gradient_cost']:,}, H v {numbers['hvp_cost']:,}")
