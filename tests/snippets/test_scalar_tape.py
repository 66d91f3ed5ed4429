"""Published examples on the scalar tape, to their last published digits."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from snippets import backpropagation, forward_pass, loss_functions
from snippets.scalar_tape import Tape, Value, example


def swept(f: Callable, *x: float) -> tuple[float, list[float]]:
    """f(x) and its gradient, on a tape of its own."""
    with Tape():
        inputs = [Value(entry) for entry in x]
        y = f(*inputs)
        y.backward()
        return y.value, [v.grad for v in inputs]


def micrograd_readme(a: Value, b: Value) -> Value:
    """The expression that shows off micrograd in its README, line by line."""
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + (b + a).relu()
    d += 3 * d + (b - a).relu()
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


def micrograd_sanity_check(x: Value) -> Value:
    """The first test of micrograd."""
    z = 2 * x + 2 + x
    q = z.relu() + z * x
    h = (z * z).relu()
    return h + q + q * x


def baydin(x1: Value, x2: Value) -> Value:
    return np.log(x1) + x1 * x2 - np.sin(x2)


def griewank_walther(x1: Value, x2: Value) -> Value:
    return (np.sin(x1 / x2) + x1 / x2 - np.exp(x2)) * (x1 / x2 - np.exp(x2))


def cs231n_sigmoid_neuron(w0: Value, x0: Value, w1: Value, x1: Value, w2: Value) -> Value:
    return 1 / (1 + np.exp(-(w0 * x0 + w1 * x1 + w2)))


def karpathy_neuron(x1: Value, x2: Value, w1: Value, w2: Value, b: Value) -> Value:
    """A neuron with tanh, as in Karpathy's lecture."""
    return np.tanh(x1 * w1 + x2 * w2 + b)


def logistic_map(x: Value) -> Value:
    for _ in range(3):
        x = 4 * x * (1 - x)
    return x


def bptt_scalar(w: Value, *x: Value) -> Value:
    h = 0.0
    for x_t in x:
        h = w * h + x_t
    return h


def softmax_cross_entropy(*z: Value) -> Value:
    """Class 2 is right."""
    return np.log(sum(np.exp(entry) for entry in z)) - z[2]


def over_cubes(x: Value) -> Value:
    return np.exp(x) / (np.sin(x) ** 3 + np.cos(x) ** 3)


def over_root(x: Value) -> Value:
    return np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)


def levenberg_marquardt(w: Value, b: Value) -> Value:
    """Half the squared residuals of a fit by one sigmoid."""
    samples = [(0.0, 0.2), (1.0, 0.5), (2.0, 0.9)]
    return 0.5 * sum((y - 1 / (1 + np.exp(-(w * x + b)))) ** 2 for x, y in samples)


S = 0.19661193324148185  # the slope of the sigmoid at 1
PUBLISHED = {  # name of the worked example: function, inputs, value, gradient
    "micrograd_readme": (
        micrograd_readme,
        [-4.0, 2.0],
        24.70408163265306,
        [138.83381924198252, 645.5772594752186],
    ),
    "micrograd_sanity_check": (micrograd_sanity_check, [-4.0], -20.0, [46.0]),
    "karpathy_parabola": (lambda x: 3 * x**2 - 4 * x + 5, [3.0], 20.0, [14.0]),
    "karpathy_neuron": (
        karpathy_neuron,
        [2.0, 0.0, -3.0, 1.0, 6.881373587019543],
        0.7071067811865476,
        [-1.5, 0.5, 1.0, 0.0, 0.5],
    ),
    "speelpenning_product": (
        lambda *x: math.prod(x),
        [1.0, 2.0, 3.0, 4.0, 5.0],
        120.0,
        [120.0, 60.0, 40.0, 30.0, 24.0],
    ),
    "speelpenning_product, a zero": (lambda *x: math.prod(x), [1.0, 0.0, 3.0], 0.0, [0, 3, 0]),
    "baydin_forward_reverse_trace": (
        baydin,
        [2.0, 5.0],
        11.652071455223084,
        [5.5, 1.7163378145367738],
    ),
    "griewank_walther_intro": (
        griewank_walther,
        [1.5, 0.5],
        2.016646669428201,
        [3.011843327673907, -13.723961509314076],
    ),
    "cs231n_xyz": (lambda x, y, z: (x + y) * z, [-2.0, 5.0, -4.0], -12.0, [-4, -4, 3]),
    "cs231n_sigmoid_neuron": (
        cs231n_sigmoid_neuron,
        [2.0, -1.0, -3.0, -2.0, -3.0],
        0.7310585786300049,
        [-S, 2 * S, -2 * S, -3 * S, S],
    ),
    "colah_graph": (lambda a, b: (a + b) * (b + 1), [2.0, 1.0], 6.0, [2, 5]),
    "wikipedia_ad_example": (lambda x, y: x * (x + y) + y * y, [2.0, 3.0], 19.0, [7, 8]),
    "pytorch_autograd_tutorial": (
        lambda a0, a1, b0, b1: (3 * a0**3 - b0**2) + (3 * a1**3 - b1**2),
        [2.0, 3.0, 6.0, 4.0],
        53.0,
        [36, 81, -12, -8],
    ),
    "d2l_autograd": (
        lambda *x: 2 * sum(v * v for v in x),
        [0.0, 1.0, 2.0, 3.0],
        28.0,
        [0, 4, 8, 12],
    ),
    "rosenbrock": (
        lambda x, y: (1 - x) ** 2 + 100 * (y - x**2) ** 2,
        [-1.2, 1.0],
        24.2,
        [-215.6, -88.0],
    ),
    "exp_sin_square": (
        lambda x: np.exp(np.sin(x**2)),
        [1.0],
        2.319776824715853,
        [2.506761534986894],
    ),
    "logistic_map_expression_swell": (logistic_map, [0.2], 0.28901376, [9.0660864]),
    "bptt_scalar": (bptt_scalar, [0.5, 1.0, 2.0, 3.0], 4.25, [3.0, 0.25, 0.5, 1.0]),
    "softmax_cross_entropy_123": (
        softmax_cross_entropy,
        [1.0, 2.0, 3.0],
        0.40760596444438046,
        [0.09003057317038046, 0.24472847105479764, -0.3347590442251782],
    ),
    "linnainmaa_algorithm_L": (lambda a, c: (a + c) * (a - c), [3.0, 2.0], 5.0, [6, -4]),
    "complex_step, a power": (lambda x: x**4.5, [1.5], 1.5**4.5, [18.600812734259762]),
    "complex_step, cubes": (over_cubes, [1.5], over_cubes(1.5), [3.6220337007163264]),
    "complex_step, root": (over_root, [1.5], over_root(1.5), [4.053427893898621]),
    "levenberg_marquardt_identity": (
        levenberg_marquardt,
        [0.5, -0.2],
        sum(r * r for r in (0.25016600268752215, 0.07444251681165903, 0.21002551887238752)) / 2,
        [-0.07165489802923143, 0.03519182856851979],
    ),
    "relu_identity_paradox": (lambda x: x.relu() - (-x).relu(), [0.0], 0.0, [0.0]),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_published(name: str) -> None:
    f, x, value, gradient = PUBLISHED[name]
    found, slopes = swept(f, *x)
    assert found == pytest.approx(value, rel=1e-12, abs=1e-12)
    assert slopes == pytest.approx(gradient, rel=1e-11, abs=1e-12)


def test_baydin_forward_reverse_trace() -> None:
    """Every value and adjoint of the survey's Tables 2 and 3, in the order of our steps."""
    with Tape() as tape:
        x1, x2 = Value(2.0), Value(5.0)
        baydin(x1, x2).backward()
    values = [2, 5, 0.6931471805599453, 10, 10.693147180559945, -0.9589242746631385]
    assert [v.value for v in tape] == pytest.approx([*values, 11.652071455223084], rel=1e-15)
    adjoints = [5.5, 1.7163378145367738, 1, 1, 1, -1, 1]
    assert [v.grad for v in tape] == pytest.approx(adjoints, rel=1e-15)


def test_mazur_step_by_step() -> None:
    """His weighted inputs, outputs and errors, and all eight derivatives, by single numbers."""
    w = [0.15, 0.20, 0.25, 0.30, 0.40, 0.45, 0.50, 0.55]

    def loss(*w: Value) -> Value:
        h = [1 / (1 + np.exp(-(w[i] * 0.05 + w[i + 1] * 0.10 + 0.35))) for i in (0, 2)]
        o = [1 / (1 + np.exp(-(w[i] * h[0] + w[i + 1] * h[1] + 0.60))) for i in (4, 6)]
        return 0.5 * (o[0] - 0.01) ** 2 + 0.5 * (0.99 - o[1]) ** 2

    C, slopes = swept(loss, *w)
    assert pytest.approx(0.2983711087600027, rel=1e-14) == C
    hidden = [0.0004385677344743465, 0.000877135468948693]
    hidden += [0.0004977127352608599, 0.0009954254705217198]
    output = [0.08216704056423077, 0.08266762784753325, -0.02260254047747507, -0.022740242215978222]
    assert slopes == pytest.approx(hidden + output, rel=1e-12)


def test_goodfellow_xor_relu() -> None:
    def network(x0: Value, x1: Value) -> Value:
        return (x0 + x1).relu() - 2 * (x0 + x1 - 1).relu()

    found = [swept(network, *map(float, x))[0] for x in ((0, 0), (0, 1), (1, 0), (1, 1))]
    assert found == [0, 1, 1, 0]


def test_nielsen_bp1_bp4_check() -> None:
    """NumPy code of other notes runs on arrays of values; the slopes are those of the layers."""
    x, y, weights, biases = backpropagation.random_network()
    with Tape():
        Ws, bs = ([as_values(array) for array in family] for family in (weights, biases))
        zs, activations = forward_pass.forward(x, Ws, bs)
        loss_functions.squared_error(activations[-1], y).backward()
    delta = [0.10422909347931089, -0.07737831739703536]
    assert [z.grad for z in zs[1].flat] == pytest.approx(delta, rel=1e-12)
    plain = backpropagation.backward(weights, *forward_pass.forward(x, weights, biases), y)
    for family, slopes in zip((Ws, bs), plain, strict=True):
        for array, slope in zip(family, slopes, strict=True):
            assert [v.grad for v in array.flat] == pytest.approx(slope.ravel(), rel=1e-12)


def as_values(array: np.ndarray) -> np.ndarray:
    """The same array, entry by entry on the open tape."""
    return np.array([Value(entry) for entry in array.flat]).reshape(array.shape)


def test_the_notes_product() -> None:
    """A sweep multiplies about twice per factor: once for each slope that is on the tape."""
    numbers = example()
    assert (numbers["y"], numbers["x_bar"]) == (120, [120, 60, 40, 30, 24])
    with Tape() as tape:
        math.prod([Value(1.5) for _ in range(50)])
    steps = tape[50:]
    assert sum(1 + (step.right is not None) for step in steps) == 2 * 50 - 1
