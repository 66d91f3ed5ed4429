"""Newton, Gauss-Newton and Levenberg-Marquardt: steps that use curvature, for least squares.

    C(w) = ½ ‖r(w)‖²,  ∇C = Jᵀ r,  ∇²C = Jᵀ J + S,  S = Σ rᵢ ∇²rᵢ
    ∇²C s = -∇C                    Newton
    (Jᵀ J + λI) p = -Jᵀ r          Levenberg-Marquardt; with λ = 0, Gauss-Newton

w is a column (n, 1), r(w) a column (m, 1) of residuals, and J their Jacobian, (m, n).

Source: the neuron with three samples is ours; M. T. Hagan, M. B. Menhaj, IEEE Transactions on
Neural Networks 5(6), 1994, take the rows of J from backpropagation.
"""

from functools import partial

import numpy as np

from snippets.array_tape import grad, hessian, vjp
from snippets.jacobian import residuals as valley
from snippets.neuron_weights_biases import sigmoid


# --8<-- [start:step]
def residuals(w, x, y):
    """Targets minus outputs of a neuron, (m, 1)."""
    return y - sigmoid(w[0, 0] * x + w[1, 0])


def jacobian(r, w):
    """J, (m, n): a reverse sweep for each row."""
    errors, pullback = vjp(r, w)
    seeds = np.hsplit(np.eye(errors.size), errors.size)
    return np.hstack([pullback(e)[0] for e in seeds]).T


def damped_step(J, r, damping):
    """The p with (Jᵀ J + λI) p = -Jᵀ r."""
    curvature = J.T @ J + damping * np.eye(J.shape[1])
    return np.linalg.solve(curvature, -J.T @ r)


# --8<-- [end:step]


# --8<-- [start:fit]
def loss(r, w):
    """Half the sum of squares."""
    return 0.5 * np.sum(r(w) ** 2)


def fit(r, w, damping, tries):
    """Yield damping, loss after it, if it is kept, next w."""
    for _ in range(tries):
        after = w + damped_step(jacobian(r, w), r(w), damping)
        better = loss(r, after) < loss(r, w)
        w = after if better else w
        yield damping, loss(r, after), better, w
        damping *= 0.1 if better else 10


# --8<-- [end:fit]


def newton_step(r, w):
    """The s with ∇²C s = -∇C."""
    C = partial(loss, r)
    return np.linalg.solve(hessian(C)(w).reshape(w.size, w.size), -grad(C)(w))


def left_out(r, w):
    """S = Σ rᵢ ∇²rᵢ, (n, n): the residuals in front are held fixed."""
    errors = r(w)
    return hessian(lambda w: np.sum(errors * r(w)))(w).reshape(w.size, w.size)


def neuron():
    """The residuals of three samples as a function of w, and the w to start from."""
    x, y = np.array([[0.0], [1.0], [2.0]]), np.array([[0.2], [0.5], [0.9]])
    return partial(residuals, x=x, y=y), np.array([[0.5], [-0.2]])


def example():
    """The neuron's J and step; the slip; a fit from afar; what is left out in a valley."""
    r, w = neuron()
    J, far, bend = jacobian(r, w), np.array([[5.0], [-0.2]]), np.array([[-1.2], [1.0]])
    protocol = list(fit(r, far, 0.01, 14))
    best = protocol[-1][-1]
    return {
        "J": J,
        "r": r(w),
        "gradient": J.T @ r(w),
        "step": damped_step(J, r(w), 0.01),
        "loss": loss(r, w),
        "loss_after": loss(r, w + damped_step(J, r(w), 0.01)),
        "loss_after_slip": loss(r, w + damped_step(-J, r(w), 0.01)),
        "far_loss": loss(r, far),
        "protocol": [row[:3] for row in protocol[:8]],
        "best": best,
        "best_left_out": left_out(r, best),
        "best_JT_J": jacobian(r, best).T @ jacobian(r, best),
        "valley_newton": newton_step(valley, bend),
        "valley_gauss_newton": damped_step(jacobian(valley, bend), valley(bend), 0),
        "valley_JT_J": jacobian(valley, bend).T @ jacobian(valley, bend),
        "valley_left_out": left_out(valley, bend),
    }


def symbols(rng=None):
    r"""What the symbols of the note mean.

    m: how many residuals there are
    n: how many parameters there are, 2
    x: the inputs of the samples, (m, 1)
    y: their targets, (m, 1)
    \sigma: the logistic function
    w: weight and bias of the neuron, (n, 1)
    r: the residuals as a function of w, (m, 1)
    C: half the sum of their squares, as a function of w
    J: their Jacobian, (m, n), a row for each reverse sweep
    H: the Hessian of the loss, (n, n), from a tape in a tape
    S: what Gauss-Newton leaves out of it, (n, n)
    s: the Newton step, (n, 1)
    p: the damped step, (n, 1), as a function of the damping
    \lambda: the damping, a positive number
    \mu: a large damping
    """
    (r, w), damping = neuron(), 0.01
    x, y = r.keywords["x"], r.keywords["y"]
    if rng is not None:
        x, y, w = rng.normal(size=(4, 1)), rng.uniform(size=(4, 1)), rng.normal(size=(2, 1))
        r, damping = partial(residuals, x=x, y=y), rng.uniform(0.01, 1)
    J, C = jacobian(r, w), partial(loss, r)
    run = {"m": x.size, "n": w.size, "x": x, "y": y, r"\sigma": sigmoid, "w": w, "r": r, "C": C}
    curvature = {"H": hessian(C)(w).reshape(2, 2), "S": left_out(r, w), "s": newton_step(r, w)}
    damped = {"J": J, "p": partial(damped_step, J, r(w)), r"\lambda": damping, r"\mu": 10.0}
    return run | curvature | damped


if __name__ == "__main__":
    numbers = example()
    print(f"damping      loss after the step   (start: {numbers['far_loss']:.5f})")
    for damping, C, kept in numbers["protocol"]:
        print(f"{damping:<12g} {C:.5f}   {'kept' if kept else 'refused'}")
