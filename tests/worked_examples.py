"""Published and recomputed examples of scalar functions: values and gradients, by name.

Each function is plain NumPy on scalars, so that every road to a derivative can be tried on it: a
complex step, dual numbers, an expression, a tape. Digits are those of the works named, or were
recomputed by two methods where a work prints few.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import mul
from typing import Any

import numpy as np

from snippets import automatic_differentiation, chain_rule_scalar, gradient, wengert_list


@dataclass(frozen=True)
class Example:
    """A function, a place, its value there (None if nobody says) and its gradient."""

    f: Callable[..., Any]
    x: tuple[float, ...]
    value: float | None
    gradient: tuple[float, ...]
    tolerance: float = 1e-12
    """Largest relative error."""


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def relu(z: Any) -> Any:
    """A branch, whose slope at the kink is 0 by convention."""
    return z if z > 0 else 0 * z


def griewank_walther(x_1: Any, x_2: Any) -> Any:
    return (np.sin(x_1 / x_2) + x_1 / x_2 - np.exp(x_2)) * (x_1 / x_2 - np.exp(x_2))


def micrograd_readme(a: Any, b: Any) -> Any:
    c, d = a + b, a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + relu(b + a)
    d += 3 * d + relu(b - a)
    f = (c - d) ** 2
    return f / 2.0 + 10.0 / f


def micrograd_sanity_check(x: Any) -> Any:
    z = 2 * x + 2 + x
    q = relu(z) + z * x
    return relu(z * z) + q + q * x


def bptt(w: Any, *x: Any) -> Any:
    """A recurrence h = w h + x; the last h."""
    return reduce(lambda h, x_t: w * h + x_t, x, 0.0)


def softmax_cross_entropy(*z: Any) -> Any:
    """The last of the classes is right."""
    return np.log(sum(np.exp(z_j) for z_j in z)) - z[-1]


def sines(x: Any) -> Any:
    return np.sin(x) ** 3 + np.cos(x) ** 3


SIGMOID_PRIME = 0.19661193324148185
SMOOTH = {
    "baydin_forward_reverse_trace": Example(
        wengert_list.f, (2.0, 5.0), 11.652071455223084, (5.5, 1.7163378145367738)
    ),
    "logistic_map_expression_swell": Example(
        automatic_differentiation.f, (0.2,), 0.28901376, (9.0660864,), 1e-9
    ),
    "griewank_walther_intro": Example(
        griewank_walther, (1.5, 0.5), 2.016646669428201, (3.011843327673907, -13.723961509314076)
    ),
    "speelpenning_product": Example(
        lambda *x: reduce(mul, x), (1.0, 2.0, 3.0, 4.0, 5.0), 120.0, (120.0, 60.0, 40.0, 30.0, 24.0)
    ),
    "speelpenning_product, a zero": Example(
        lambda *x: reduce(mul, x), (1.0, 0.0, 3.0), 0.0, (0.0, 3.0, 0.0)
    ),
    "karpathy_parabola": Example(lambda x: 3 * x**2 - 4 * x + 5, (3.0,), 20.0, (14.0,)),
    "karpathy_parabola, bottom": Example(lambda x: 3 * x**2 - 4 * x + 5, (2 / 3,), 11 / 3, (0.0,)),
    "cs231n_xyz": Example(lambda x, y, z: (x + y) * z, (-2.0, 5.0, -4.0), -12.0, (-4.0, -4.0, 3.0)),
    "cs231n_sigmoid_neuron": Example(
        lambda w_0, w_1, w_2, x_0, x_1: sigmoid(w_0 * x_0 + w_1 * x_1 + w_2),
        (2.0, -3.0, -3.0, -1.0, -2.0),
        0.7310585786300049,
        tuple(SIGMOID_PRIME * factor for factor in (-1, -2, 1, 2, -3)),
        1e-9,
    ),
    "colah_graph": Example(lambda a, b: (a + b) * (b + 1), (2.0, 1.0), 6.0, (2.0, 5.0)),
    "wikipedia_ad_example": Example(lambda x, y: x * (x + y) + y * y, (2.0, 3.0), 19.0, (7.0, 8.0)),
    "pytorch_autograd_tutorial, first": Example(
        lambda a, b: 3 * a**3 - b**2, (2.0, 6.0), -12.0, (36.0, -12.0)
    ),
    "pytorch_autograd_tutorial, second": Example(
        lambda a, b: 3 * a**3 - b**2, (3.0, 4.0), 65.0, (81.0, -8.0)
    ),
    "d2l_autograd": Example(
        lambda *x: 2 * sum(x_j * x_j for x_j in x),
        (0.0, 1.0, 2.0, 3.0),
        28.0,
        (0.0, 4.0, 8.0, 12.0),
    ),
    "rosenbrock": Example(
        lambda x_0, x_1: gradient.f(np.array([[x_0], [x_1]])), (-1.2, 1.0), 24.2, (-215.6, -88.0)
    ),
    "seed002_exp_sin_square": Example(
        lambda x: chain_rule_scalar.values(x)[-1], (1.0,), 2.319776824715853, (2.506761534986894,)
    ),
    "softmax_cross_entropy_123": Example(
        softmax_cross_entropy,
        (1.0, 2.0, 3.0),
        0.40760596444438046,
        (0.09003057317038046, 0.24472847105479764, -0.3347590442251782),
        1e-9,
    ),
    "activation_derivatives, -2": Example(
        sigmoid, (-2.0,), 0.11920292202211755, (0.1049935854035065,)
    ),
    "activation_derivatives, 0": Example(sigmoid, (0.0,), 0.5, (0.25,)),
    "activation_derivatives, 1": Example(sigmoid, (1.0,), 0.7310585786300049, (SIGMOID_PRIME,)),
    "activation_derivatives, tanh": Example(
        lambda z: np.tanh(z) - 2 * sigmoid(2 * z), (1.0,), -1.0, (0.0,), 1e-15
    ),
    "complex_step, power": Example(lambda x: x**4.5, (1.5,), None, (18.600812734259762,), 1e-10),
    "complex_step, root": Example(
        lambda x: np.exp(x) / np.sqrt(sines(x)), (1.5,), None, (4.053427893898621,), 1e-10
    ),
    "complex_step, quotient": Example(
        lambda x: np.exp(x) / sines(x), (1.5,), None, (3.6220337007163264,), 1e-10
    ),
    "bptt_scalar": Example(bptt, (0.5, 1.0, 2.0, 3.0), 4.25, (3.0, 0.25, 0.5, 1.0)),
    "linnainmaa_algorithm_L": Example(lambda a, c: (a + c) * (a - c), (3.0, 2.0), 5.0, (6.0, -4.0)),
}
BRANCHING = {
    "micrograd_readme": Example(
        micrograd_readme,
        (-4.0, 2.0),
        24.70408163265306,
        (138.83381924198252, 645.5772594752186),
    ),
    "micrograd_sanity_check": Example(micrograd_sanity_check, (-4.0,), -20.0, (46.0,)),
    "relu_identity_paradox": Example(lambda x: relu(x) - relu(-x), (0.0,), 0.0, (0.0,)),
}
