"""Jacobian: every partial derivative of every output, in one matrix.

    Jᵢⱼ = ∂fᵢ/∂xⱼ      here  f(x) = (x₀ x₁, x₁ x₂²)

x is a column (3, 1) and f(x) a column (2, 1), so J is (2, 3): a row for each output, a column for
each input. A forward sweep gives J ẋ, a reverse sweep gives uᵀ J, and neither builds J.

Source: one sweep per column or per row, Baydin et al. 2018, section 3. The function is our own; the
residuals are those of Rosenbrock's function (see snippets/gradient.py).
"""

import numpy as np


# --8<-- [start:sweeps]
def f(x):
    """Three inputs (3, 1) to two outputs (2, 1)."""
    x_0, x_1, x_2 = x.ravel()
    return np.array([[x_0 * x_1], [x_1 * x_2**2]])


def forward_sweep(x, x_dot):
    """J ẋ: how the outputs move as x moves along ẋ, (2, 1)."""
    x_0, x_1, x_2 = x.ravel()
    x_0_dot, x_1_dot, x_2_dot = x_dot.ravel()
    f_0_dot = x_0_dot * x_1 + x_0 * x_1_dot
    f_1_dot = x_1_dot * x_2**2 + 2 * x_1 * x_2 * x_2_dot
    return np.array([[f_0_dot], [f_1_dot]])


def reverse_sweep(x, u):
    """uᵀ J: how uᵀ f(x) depends on each input, (1, 3)."""
    x_0, x_1, x_2 = x.ravel()
    u_0, u_1 = u.ravel()
    x_0_bar = u_0 * x_1
    x_1_bar = u_0 * x_0 + u_1 * x_2**2
    x_2_bar = u_1 * 2 * x_1 * x_2
    return np.array([[x_0_bar, x_1_bar, x_2_bar]])


# --8<-- [end:sweeps]


# --8<-- [start:fill]
def units(k):
    """The k columns of the identity, each (k, 1)."""
    return np.hsplit(np.eye(k), k)


def by_columns(x):
    """J, (2, 3), from one forward sweep per input."""
    return np.hstack([forward_sweep(x, e) for e in units(3)])


def by_rows(x):
    """J, (2, 3), from one reverse sweep per output."""
    return np.vstack([reverse_sweep(x, e) for e in units(2)])


# --8<-- [end:fill]


# --8<-- [start:least-squares]
def residuals(w):
    """Rosenbrock's function is the sum of their squares."""
    w_0, w_1 = w.ravel()
    return np.array([[1 - w_0], [10 * (w_1 - w_0**2)]])


def residual_jacobian(w):
    """Their Jacobian, (2, 2)."""
    return np.array([[-1, 0], [-20 * w[0, 0], 10]])


def gauss_newton_step(J, r):
    """The shortest p with JᵀJ p = -Jᵀr."""
    return np.linalg.lstsq(J, -r, rcond=None)[0]


# --8<-- [end:least-squares]


def example():
    """Every number of the note: f at (-2, 3, 2), the residuals at (-1.2, 1) and two steps on."""
    x = np.array([[-2.0], [3.0], [2.0]])
    path = [np.array([[-1.2], [1.0]])]
    for _ in range(2):
        step = gauss_newton_step(residual_jacobian(path[-1]), residuals(path[-1]))
        path.append(path[-1] + step)
    return {
        "x": x,
        "f": f(x),
        "by_columns": by_columns(x),
        "by_rows": by_rows(x),
        "ones": reverse_sweep(x, np.ones((2, 1))),
        "JT_r": residual_jacobian(path[0]).T @ residuals(path[0]),
        "path": np.hstack(path),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    x: the inputs, a column of n numbers
    n: how many inputs there are, 3
    f: the function, a column of m numbers for x
    m: how many outputs there are, 2
    J: the Jacobian, m rows and n columns, filled by forward sweeps
    u: the seed, a column with one weight for each output
    \bar x: what a reverse sweep returns for this seed, a column in the shape of x
    p: the Gauss-Newton step, a column in the shape of x
    r: the residuals whose squares add up to Rosenbrock's function, 2 numbers for a column
    w: where they are taken, a column of 2 numbers
    R: their Jacobian there, two rows and two columns, as `residual_jacobian` finds it
    """
    if rng is None:
        x, u, w = example()["x"], np.ones((2, 1)), example()["path"][:, :1]
    else:
        x, u, w = rng.uniform(-2, 2, (3, 1)), rng.normal(size=(2, 1)), rng.uniform(-2, 2, (2, 1))
    return {
        "x": x,
        "n": x.size,
        "f": f,
        "m": f(x).size,
        "J": by_columns(x),
        "u": u,
        r"\bar x": reverse_sweep(x, u).T,
        "p": gauss_newton_step(by_rows(x), f(x)),
        "r": residuals,
        "w": w,
        "R": residual_jacobian(w),
    }


if __name__ == "__main__":
    numbers = example()
    print("three forward sweeps, a column each")
    print(numbers["by_columns"])
    print("two reverse sweeps, a row each")
    print(numbers["by_rows"])
    print("one reverse sweep with u = (1, 1)")
    print(numbers["ones"])
