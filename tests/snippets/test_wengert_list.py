"""Recording changes no value, and derivative() agrees with the complex step on unrecorded code."""

import itertools
from collections.abc import Callable

import numpy as np
import pytest

from snippets import (
    backpropagation,
    chain_rule_scalar,
    error_signal_delta,
    forward_pass,
    gradient,
    gradient_descent,
    jacobian,
    linnainmaa_algorithm_l,
    loss_functions,
    neuron_weights_biases,
    reverse_mode_ad,
    why_called_back,
)
from snippets.wengert_list import WengertList, derivative, example, f, record
from tests.independent import complex_step_jacobian


def jacobian_of(f: Callable, x: np.ndarray) -> np.ndarray:
    """The derivative of plain f by x, shape (f(x).size, x.size), by the complex step."""
    return complex_step_jacobian(lambda flat: np.ravel(f(flat.reshape(x.shape))), np.ravel(x))


def assert_same_slopes(f: Callable, x: np.ndarray, rel: float = 1e-13) -> None:
    """Recorded, f keeps its value, and has the slopes that the complex step finds unrecorded."""
    v = WengertList().input(x)
    y = record(f, v)
    assert y.value == pytest.approx(np.asarray(f(x)), rel=1e-15, abs=1e-300)
    expected = jacobian_of(f, x)
    found = derivative(y, v)
    assert found.shape == y.shape + v.shape
    assert found.reshape(expected.shape) == pytest.approx(expected, rel=rel, abs=1e-15)


def network(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, list, list]:
    """x, y, weights and biases of a 4-3-5-2 network."""
    sizes = [4, 3, 5, 2]
    weights = [rng.normal(size=(m, n)) for n, m in itertools.pairwise(sizes)]
    biases = [rng.normal(size=(n, 1)) for n in sizes[1:]]
    return rng.normal(size=(4, 1)), rng.normal(size=(2, 1)), weights, biases


def test_the_trace_at_two_and_five() -> None:
    """Values and adjoints of Baydin and others; 12 for 10 adds 2 to what uses it, to no other."""
    numbers = example()
    assert numbers["steps"][3:5] == ["multiply(v0, v1)", "add(v2, v3)"]
    values = [2, 5, 0.6931471805599453, 10, 10.693147180559945, -0.9589242746631385]
    assert numbers["values"] == pytest.approx([*values, 11.652071455223084], rel=1e-15)
    slopes = [5.5, 1.7163378145367738, 1, 1, 1, -1, 1]
    assert numbers["slopes"] == pytest.approx(slopes, rel=1e-15)
    assert numbers["replayed"] - numbers["values"] == pytest.approx([0, 0, 0, 2, 2, 0, 2])


def test_replay_leaves_the_record_as_it_was() -> None:
    y = record(f, 2.0, 5.0)
    before = [v.value for v in y.list.steps]
    y.list.replay({y.list.steps[0]: 7.0})
    assert [v.value for v in y.list.steps] == before
    assert y.list.replay({}) == before


def test_replay_is_a_rerun() -> None:
    y = record(f, 2.0, 5.0)
    x_0, x_1 = y.list.steps[:2]
    assert y.list.replay({x_0: 3.0, x_1: 4.0})[-1] == f(3.0, 4.0)
    product = y.list.steps[3]
    assert y.list.replay({x_0: 3.0, product: 1.0})[3] == 1


BINARY = [np.add, np.subtract, np.multiply, np.matmul, lambda u, v: u / (4 + v * v)]
UNARY = [np.sin, np.tanh, np.exp, np.transpose, lambda v: v[::-1], lambda v: v[[2, 0, 0]]]
UNARY += [lambda v: v.sum(axis=0, keepdims=True) + v, lambda v: np.log(2 + v**2)]
UNARY += [lambda v: np.stack([v[0], v[2], v[:, 1]]), lambda v: v @ v.T, lambda v: v - v[:, None, 0]]
UNARY += [lambda v: np.einsum("ij,kj->ik", v, v), lambda v: np.where(np.eye(3) > 0, v, 2 * v)]
UNARY += [lambda v: np.concatenate([v[:1], v[1:]]), lambda v: np.cumprod(v, axis=1)]
UNARY += [lambda v: np.array([v[0] * 2, v[1], v[2]]), lambda v: np.outer(v[0], v[1])]


def random_expression(seed: int) -> Callable:
    """Eight steps on a (3, 3) array; they use any earlier value, and the same one twice."""

    def expression(x: np.ndarray) -> np.ndarray:
        rng, values = np.random.default_rng(seed), [x]
        for _ in range(8):
            one, other = (0.5 * values[i] for i in rng.integers(len(values), size=2))
            if rng.random() < 0.5:
                values.append(BINARY[rng.integers(len(BINARY))](one, other))
            else:
                values.append(UNARY[rng.integers(len(UNARY))](one))
        return values[-1]

    return expression


@pytest.mark.parametrize("seed", range(60))
def test_any_expression(seed: int) -> None:
    x = np.random.default_rng(seed).uniform(-1, 1, size=(3, 3))
    assert_same_slopes(random_expression(seed), x)


@pytest.mark.parametrize("seed", range(60))
def test_any_expression_from_its_middle(seed: int) -> None:
    """∂y/∂x is the product of ∂y/∂u and ∂u/∂x where u is all that passes."""
    x = np.random.default_rng(seed).uniform(-1, 1, size=(3, 3))
    v = WengertList().input(x)
    u = record(random_expression(seed), v)
    y = record(random_expression(seed + 1), u)
    pulled = np.tensordot(derivative(y, u), derivative(u, v), axes=u.ndim)
    assert derivative(y, v) == pytest.approx(pulled, rel=1e-11, abs=1e-14)


CASES = {
    "forward": (
        lambda x: forward_pass.forward(x, *network(np.random.default_rng(1))[2:])[1][-1],
        4,
    ),
    "squared error": (lambda a: loss_functions.squared_error(a, np.ones((3, 1))), 3),
    "losses": (lambda a: loss_functions.sample_losses(a.reshape(2, 3), np.ones((2, 3))), 6),
    "loss": (lambda a: loss_functions.loss(a.reshape(2, 3), np.ones((2, 3))), 6),
    "wrong loss": (
        lambda a: loss_functions.loss_of_the_mean_output(a.reshape(2, 3), np.ones((2, 3))),
        6,
    ),
    "Rosenbrock": (gradient.f, 2),
    "its gradient": (gradient.gradient, 2),
    "jacobian.f": (jacobian.f, 3),
    "residuals": (jacobian.residuals, 2),
    "residual_jacobian": (jacobian.residual_jacobian, 2),
    "a forward sweep": (lambda x: jacobian.forward_sweep(x, np.ones((3, 1))), 3),
    "a reverse sweep": (lambda x: jacobian.reverse_sweep(x, np.ones((2, 1))), 3),
    "by rows": (jacobian.by_rows, 3),
    "by columns": (jacobian.by_columns, 3),
    "chain": (lambda x: chain_rule_scalar.values(x[0, 0])[-1], 1),
    "running products": (lambda x: chain_rule_scalar.forward(x[0, 0]), 1),
    "tape": (lambda x: reverse_mode_ad.forward(1 + x.ravel() ** 2)[-1][0], 2),
    "delta": (lambda z: error_signal_delta.output_delta(z, z**2, np.ones((3, 1))), 3),
    "neuron": (lambda a: neuron_weights_biases.neuron_sum(1, np.eye(3) + a, a, a), 3),
    "descent": (
        lambda w: gradient_descent.descend(w, *gradient_descent.samples(), eta=0.2, steps=3)[-1],
        2,
    ),
    "one number": (lambda w: gradient_descent.loss(w, *gradient_descent.samples()), 2),
    "three layers": (lambda x: why_called_back.values(x)["z2"], 3),
    "rounded": (
        lambda x: linnainmaa_algorithm_l.part_1(
            (3.0, 2.0), linnainmaa_algorithm_l.PLAN, np.ravel(x)
        )[-1][0],
        5,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_modules_as_they_are(case: str) -> None:
    function, size = CASES[case]
    assert_same_slopes(function, np.random.default_rng(2).normal(size=(size, 1)))


def test_error_signals_of_a_network_by_intervention() -> None:
    """δ is the effect of z on the loss, which only intervening at z inside the run can show."""
    x, y, weights, biases = network(np.random.default_rng(3))
    steps = WengertList()
    Ws, bs = steps.recorded((weights, biases))
    zs, activations = record(forward_pass.forward, x, Ws, bs)
    C = record(loss_functions.squared_error, activations[-1], y)
    plain = [v.value for v in zs], [v.value for v in activations]
    deltas = error_signal_delta.deltas(weights, plain[0], plain[1][-1], y)
    dC_dWs, _ = backpropagation.backward(weights, *plain, y)
    for z, W, delta, dC_dW in zip(zs, Ws, deltas, dC_dWs, strict=True):
        assert derivative(C, z) == pytest.approx(delta, rel=1e-13, abs=1e-16)
        assert derivative(C, W) == pytest.approx(dC_dW, rel=1e-13, abs=1e-16)


def test_a_recorded_backward_pass() -> None:
    """The derivative of a gradient: a row of the Hessian, from the recorded backward sweep."""
    x, y, weights, biases = network(np.random.default_rng(4))

    def dC_dW(W: np.ndarray) -> np.ndarray:
        layers = [weights[0], W, weights[2]]
        return backpropagation.backward(layers, *forward_pass.forward(x, layers, biases), y)[0][1]

    assert_same_slopes(dC_dW, weights[1], rel=1e-11)


def test_no_effect_and_full_effect() -> None:
    x, z, y = record(lambda x, z: (x, z, np.sum(x * 2)), np.ones((2, 3)), np.ones(2))
    assert derivative(y, z) == pytest.approx(np.zeros(2), abs=0)
    assert derivative(x, y) == pytest.approx(np.zeros((2, 3)), abs=0)
    assert derivative(x, x).reshape(6, 6) == pytest.approx(np.eye(6), abs=0)
    assert derivative(y, y) == 1
    assert derivative(y, x[:0]).shape == (0, 3)


X = np.array([0.3, -1.2, 2.0])
PIECEWISE = {
    "absolute": (np.abs, np.diag([1, -1, 1])),
    "max": (np.max, np.array([0, 0, 1])),
    "maximum": (lambda x: np.maximum(x, 0), np.diag([1, 0, 1])),
    "minimum": (lambda x: np.minimum(0, x), np.diag([0, 1, 0])),
    "norm": (np.linalg.norm, X / np.sqrt(X @ X)),
    "1-norm": (lambda x: np.linalg.norm(x, 1), np.array([1, -1, 1])),
    "sort": (np.sort, np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])),
    "branch": (lambda x: np.where(x > 0, x**2, 3 * x), np.diag([0.6, 3, 4])),
    "real only": (lambda x: np.arctan2(x, 1.0), np.diag(1 / (1 + X**2))),
    "cast": (lambda x: np.sum(np.sinh(x), dtype=np.float64), np.cosh(X)),
    "nearly analytic": (lambda x: x + 1e-8 * np.abs(x), np.diag(1 + 1e-8 * np.sign(X))),
    "conjugate": (lambda x: np.vdot(x, x), 2 * X),
}


@pytest.mark.filterwarnings("ignore::numpy.exceptions.ComplexWarning")
@pytest.mark.parametrize("name", PIECEWISE)
def test_what_complex_numbers_get_wrong(name: str) -> None:
    function, slopes = PIECEWISE[name]
    x, y = record(lambda x: (x, function(x)), X)
    assert derivative(y, x) == pytest.approx(slopes, rel=1e-11, abs=1e-11)


RAMPS = [np.abs, lambda x: np.maximum(x, 0), lambda x: np.max(np.stack([x, 0 * x]))]


@pytest.mark.parametrize("ramp", RAMPS)
def test_kinks(ramp: Callable) -> None:
    """At a kink there is no slope; close to it there is."""
    for place, slope in [(0.0, np.nan), (1e-6, 1.0), (0.3, 1.0)]:
        x, y = record(lambda x: (x, ramp(x)), place)
        assert derivative(y, x) == pytest.approx(slope, rel=1e-8, nan_ok=True)


SMOOTH = {
    "cancellation": (lambda x: (1e6 + x) - 1e6, 0.7, 1),
    "stationary": (lambda x: np.cos(x) - 1, 0.0, 0),
    "stationary, real only": (lambda x: np.abs(np.cos(x)) - 1, 0.0, 0),
    "square": (lambda x: (x - 1) ** 2, 1.0, 0),
    "saturated": (lambda x: 1 / (1 + np.exp(-x)), -600.0, 0),
    "power": (lambda x: x**3, -2.0, 12),
    "constant": (lambda x: np.sin(x) ** 2 + np.cos(x) ** 2, 0.7, 0),
}


@pytest.mark.parametrize("name", SMOOTH)
def test_no_kink_is_seen_where_there_is_none(name: str) -> None:
    function, place, slope = SMOOTH[name]
    x, y = record(lambda x: (x, function(x)), place)
    assert derivative(y, x) == pytest.approx(slope, rel=1e-14, abs=1e-11)


def test_noise_of_one_entry_is_no_kink() -> None:
    """Entries that are zero but for rounding, beside ones that are not."""
    A = np.random.default_rng(6).normal(size=(4, 4)) + 4 * np.eye(4)
    v, y = record(lambda v: (v, np.linalg.inv(v) @ v), A)
    assert np.abs(derivative(y, v)).max() < 1e-13


@pytest.mark.parametrize("scale", [1e-8, 1e-3, 1.0, 1e6])
def test_the_step_fits_the_entry(scale: float) -> None:
    x, y = record(lambda x: (x, np.log(np.abs(x))), scale)
    assert derivative(y, x) * scale == pytest.approx(1, rel=1e-10)


def test_branches_are_followed_as_they_went() -> None:
    """The record of x > 0 holds the branch: replayed below zero it gives x², where f gives 3 x."""
    x, y = record(lambda x: (x, x**2 if x > 0 else 3 * x), 2.0)
    assert y.list.replay({x: -1.0})[-1] == 1
    assert record(lambda x: 1.0 if x else 2.0, 0.0).value == 2
