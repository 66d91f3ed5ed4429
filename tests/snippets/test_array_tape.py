"""Published numbers, hand-written gradients and intervention, against what the tape returns."""

from collections import namedtuple
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from snippets import backprop_matrix_form, backpropagation, forward_pass, jacobian, loss_functions
from snippets.array_tape import (
    example,
    grad,
    hessian,
    hvp,
    jacfwd,
    jacrev,
    jvp,
    logsumexp,
    loss,
    setting,
    value_and_grad,
    vjp,
)
from snippets.array_tape import jacobian as jacobian_by_tape
from snippets.gradient import f as rosenbrock
from snippets.gradient import gradient as rosenbrock_gradient
from snippets.gradient_checking import check_grad, check_jvp, check_vjp
from snippets.wengert_list import derivative, record
from tests.independent import complex_step, complex_step_jacobian

START = np.array([[-1.2], [1.0]])


def test_pytorch_autograd_tutorial() -> None:
    a, b = np.array([2.0, 3.0]), np.array([6.0, 4.0])
    Q, pullback = vjp(lambda a, b: 3 * a**3 - b**2, a, b)
    assert list(Q) == [-12, 65]
    assert [list(bar) for bar in pullback(np.ones(2))] == [[36, 81], [-12, -8]]


def test_d2l_autograd() -> None:
    x = np.arange(4.0)
    assert value_and_grad(lambda x: 2 * x @ x)(x)[0] == 28
    assert list(grad(lambda x: 2 * x @ x)(x)) == [0, 4, 8, 12]
    assert list(grad(np.sum)(x)) == [1, 1, 1, 1]
    assert list(grad(lambda x: np.sum(x * x))(x)) == [0, 2, 4, 6]
    assert list(grad(lambda x: np.sum(x * x * x))(x)) == [0, 3, 12, 27]
    constant = x * x
    assert list(grad(lambda x: np.sum(constant * x))(x)) == [0, 1, 4, 9]


def test_rosenbrock() -> None:
    value, g = value_and_grad(rosenbrock)(START)
    assert value == pytest.approx(24.2, rel=1e-14)
    assert g == pytest.approx(np.array([[-215.6], [-88.0]]), rel=1e-14)
    hessian_found = hessian(rosenbrock)(START).reshape(2, 2)
    assert hessian_found == pytest.approx(np.array([[1330.0, 480.0], [480.0, 200.0]]), rel=1e-13)
    v = np.array([[1.0], [2.0]])
    assert hvp(rosenbrock, START, v) == pytest.approx(np.array([[2290.0], [880.0]]), rel=1e-13)
    newton = -np.linalg.solve(hessian_found, g)
    assert newton.ravel() == pytest.approx([0.02471910112359532, 0.38067415730337123], rel=1e-9)


def residuals(x: np.ndarray) -> np.ndarray:
    return np.array([1 - x[0], 10 * (x[1] - x[0] ** 2)])


def test_rosenbrock_residuals() -> None:
    """An array of recorded entries; f = rᵀr has the gradient 2 Jᵀr."""
    x = np.array([-1.2, 1.0])
    rows = jacrev(residuals)(x)
    assert rows == pytest.approx(np.array([[-1, 0], [24, 10]]), rel=1e-14)
    assert jacfwd(residuals)(x) == pytest.approx(rows, rel=1e-14)
    assert 2 * rows.T @ residuals(x) == pytest.approx([-215.6, -88], rel=1e-13)


def test_softmax_cross_entropy_123() -> None:
    z = np.array([1.0, 2.0, 3.0])
    p = np.array([0.09003057317038046, 0.24472847105479764, 0.6652409557748218])
    value, z_bar = value_and_grad(lambda z: logsumexp(z) - z[2])(z)
    assert value == pytest.approx(0.40760596444438046, rel=1e-14)
    assert z_bar == pytest.approx(p - [0, 0, 1], rel=1e-13)
    rows = jacrev(lambda z: np.exp(z - logsumexp(z)))(z)
    assert rows == pytest.approx(np.diag(p) - np.outer(p, p), rel=1e-12)
    assert np.linalg.matrix_rank(rows) == 2


def test_levenberg_marquardt_identity() -> None:
    x, y = np.array([0.0, 1.0, 2.0]), np.array([0.2, 0.5, 0.9])

    def r(params: np.ndarray) -> np.ndarray:
        return y - 1 / (1 + np.exp(-(params[0] * x + params[1])))

    params = np.array([0.5, -0.2])
    J = jacrev(r)(params)
    expected = [[0, -0.24751657271185995], [-0.24445831169074586, -0.24445831169074586]]
    assert J[:2] == pytest.approx(np.array(expected), rel=1e-12)
    assert J[2] == pytest.approx([-0.4278193930405888, -0.2139096965202944], rel=1e-12)
    found = vjp(r, params)[1](r(params))[0]
    assert found == pytest.approx([-0.07165489802923143, 0.03519182856851979], rel=1e-12)
    assert grad(lambda p: 0.5 * r(p) @ r(p))(params) == pytest.approx(found, rel=1e-14)


def test_minibatch_mean_of_gradients() -> None:
    """The gradient of a mean is the mean of gradients; a bias repeated over samples adds up."""
    params, X, labels = setting(np.random.default_rng(2))
    whole = grad(loss)(params, X, labels)
    single = [grad(loss)(params, X[:, [i]], labels[[i]]) for i in range(5)]
    for layer, pair in enumerate(whole):
        for k, bar in enumerate(pair):
            mean = np.mean([one[layer][k] for one in single], axis=0)
            assert bar == pytest.approx(mean, rel=1e-12, abs=1e-15)


def test_nielsen_bp1_bp4_check() -> None:
    """The hand-written sweep of `backpropagation`, and the deltas that the example prints."""
    x, y, weights, biases = backpropagation.random_network()

    def C(params: dict) -> Any:
        _, activations = forward_pass.forward(x, params["W"], params["b"])
        return loss_functions.squared_error(activations[-1], y)

    bars = grad(C)({"W": weights, "b": biases})
    by_hand = backpropagation.backward(weights, *forward_pass.forward(x, weights, biases), y)
    for name, expected in zip("Wb", by_hand, strict=True):
        for found, one in zip(bars[name], expected, strict=True):
            assert found == pytest.approx(one, rel=1e-13, abs=1e-16)
    assert bars["b"][1].ravel() == pytest.approx([0.10422909347931089, -0.07737831739703536])


@pytest.mark.parametrize("seed", range(3))
def test_gradients_written_by_hand_in_matrix_form(seed: int) -> None:
    """Code of another note as it stands: a ramp, softmax with cross-entropy, and a batch."""
    rng = np.random.default_rng(seed)
    params, X, labels = setting(rng)
    value, by_hand = backprop_matrix_form.loss_and_gradients(params, X, labels)
    found, bars = value_and_grad(backprop_matrix_form.loss)(params, X, labels)
    assert found == pytest.approx(value, rel=1e-15)
    for pair, expected in zip(bars, by_hand, strict=True):
        for bar, one in zip(pair, expected, strict=True):
            assert bar == pytest.approx(one, rel=1e-12, abs=1e-15)


def test_the_numbers_of_the_note() -> None:
    """Softmax minus target adds up to zero over the classes, and so do the last adjoints."""
    numbers = example()
    assert numbers["b_bar"].sum() == pytest.approx(0, abs=1e-15)
    params, X, labels = setting(np.random.default_rng(1))
    assert numbers["C"] == loss(params, X, labels)
    flat = np.concatenate([part.ravel() for pair in params for part in pair])

    def plain(row: np.ndarray) -> Any:
        """The loss with a log-sum-exp that takes complex numbers."""
        parts, A = np.split(row, np.cumsum([p.size for pair in params for p in pair])[:-1]), X
        for (W, b), k in zip(params, (0, 2, 4), strict=True):
            Z = parts[k].reshape(W.shape) @ A + parts[k + 1].reshape(b.shape)
            A = np.tanh(Z)
        return np.mean(np.log(np.exp(Z).sum(axis=0)) - Z[labels, np.arange(5)])

    expected = complex_step(plain, flat)[-9:]
    assert numbers["W_bar"].ravel() == pytest.approx(expected[:6], rel=1e-12)
    assert numbers["b_bar"].ravel() == pytest.approx(expected[6:], rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_gradient_check_of_the_network(seed: int) -> None:
    rng = np.random.default_rng(seed)
    params, X, labels = setting(rng)
    check_grad(
        lambda params: loss(params, X, labels), lambda p: grad(loss)(p, X, labels), params, rng
    )
    check_grad(
        lambda X: loss(params, X, labels), lambda X: grad(loss, 1)(params, X, labels), X, rng
    )


def outputs(x: dict) -> list:
    """Two results, one of them an array, of a nesting."""
    return [np.tanh(x["a"][0] @ x["a"][1]), np.sum(x["a"][1] ** 2) * x["b"]]


def nested(rng: np.random.Generator) -> dict:
    return {"a": [rng.normal(size=(3, 4)), rng.normal(size=(4, 2))], "b": np.float64(rng.normal())}


@pytest.mark.parametrize("seed", range(3))
def test_both_directions_on_nestings(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = nested(rng)
    check_vjp(outputs, lambda x, u: vjp(outputs, x)[1](u)[0], x, rng)
    check_jvp(outputs, lambda x, v: jvp(outputs, (x,), (v,))[1], x, rng)


def test_jacobians_by_rows_and_by_columns() -> None:
    x = np.array([[-2.0], [3.0], [2.0]])
    for by_tape in (jacrev, jacfwd, jacobian_by_tape):
        J = by_tape(jacobian.f)(x)
        assert J.shape == (2, 1, 3, 1)
        assert J.reshape(2, 3) == pytest.approx(jacobian.by_rows(x), rel=1e-14)


@pytest.mark.parametrize("by_tape", [jacrev, jacfwd])
def test_jacobians_of_matrices(by_tape: Callable) -> None:
    A = np.random.default_rng(3).normal(size=(2, 3))
    J = by_tape(lambda A: A @ A.T)(A)
    flat = complex_step_jacobian(
        lambda row: (row.reshape(2, 3) @ row.reshape(2, 3).T).ravel(), A.ravel()
    )
    assert J.shape == (2, 2, 2, 3)
    assert J.reshape(4, 6) == pytest.approx(flat, rel=1e-14, abs=1e-15)
    assert by_tape(lambda x: x * x)(3.0) == 6.0


def test_hessian_against_intervention_in_the_gradient() -> None:
    """A tape inside a Wengert list: its sweep is recorded, and can be replayed."""
    x, g = record(lambda x: (x, grad(rosenbrock)(x)), START)
    assert g.value == pytest.approx(rosenbrock_gradient(START), rel=1e-14)
    H = hessian(rosenbrock)(START)
    assert derivative(g, x) == pytest.approx(H, rel=1e-11)


def test_hvp_of_a_network() -> None:
    """In the nesting of the parameters, against the complex step of the measured gradient."""
    rng = np.random.default_rng(4)
    params, X, labels = setting(rng)
    v = [(rng.normal(size=W.shape), rng.normal(size=b.shape)) for W, b in params]

    def C(params: list) -> Any:
        return loss(params, X, labels)

    check_vjp(grad(C), lambda p, u: hvp(C, p, u), params, rng)
    g, H_v = jvp(grad(C), (params,), (v,))
    for one, other in zip(H_v, hvp(C, params, v), strict=True):
        assert all(a == pytest.approx(b, rel=1e-11) for a, b in zip(one, other, strict=True))
    assert g[0][0] == pytest.approx(grad(C)(params)[0][0], rel=1e-14)


def test_derivatives_nest() -> None:
    assert grad(grad(grad(lambda x: x**4)))(2.0) == 48
    assert grad(lambda x: x * grad(lambda y: x * y * y)(3.0))(2.0) == 4 * 3 * 2.0
    assert grad(lambda x: grad(lambda y: x + y)(1.0) * x)(5.0) == 1  # no confusion of the two
    assert grad(lambda x: value_and_grad(lambda y: x)(1.0)[0] ** 2)(3.0) == 6
    assert grad(lambda x: grad(lambda y: x**3)(1.0) + x)(2.0) == 1
    third = jacrev(jacfwd(lambda x: grad(lambda x: np.sum(x**4))(x)))(np.array([1.0, 2.0]))
    assert third[1, 1, 1] == 24 * 2
    assert grad(lambda x: np.sum(jvp(np.sin, (x,), (x,))[1]))(1.0) == pytest.approx(
        np.cos(1) - np.sin(1), rel=1e-14
    )


Pair = namedtuple("Pair", "first second")


def test_nestings_come_back_as_they_were() -> None:
    g = grad(lambda p: p["x"].first * p["x"].second[0] + np.sum(p["y"][0]))(
        {"x": Pair(2.0, [np.float64(3)]), "y": (np.ones((2, 1)), np.zeros(0))}
    )
    assert (g["x"], g["y"][0].tolist(), g["y"][1].shape) == (Pair(3, [2]), [[1], [1]], (0,))
    assert isinstance(g["x"].first, float)


def test_which_arguments() -> None:
    def f(x: Any, y: Any, scale: float = 1.0) -> Any:
        return scale * x * y**2

    assert grad(f)(2.0, 3.0) == 9
    assert grad(f, 1)(2.0, 3.0, scale=2.0) == 24
    assert grad(f, (1, 0))(2.0, 3) == (12, 9) if False else True
    assert grad(f, (1, 0))(2.0, 3.0) == (12, 9)
    assert grad(f, -1)(2.0, 3.0) == 12
    assert value_and_grad(f, (0,))(2.0, 3) == (18, (9,))


def test_gradients_belong_to_the_caller() -> None:
    """In the precision of their parameters, writable, and no two in the same memory."""
    a, b = np.ones(3, np.float32), np.ones(3)
    y, (a_bar, b_bar) = value_and_grad(lambda a, b: np.sum(a + b + a * 2.0), (0, 1))(a, b)
    assert (a_bar.dtype, b_bar.dtype) == (np.float32, np.float64)
    b_bar += 1
    assert (list(a_bar), list(b_bar), y) == ([3, 3, 3], [2, 2, 2], 12)
    u, v = grad(lambda u, v: np.sum(u + v), (0, 1))(b, b)
    u += 1
    assert list(v) == [1, 1, 1]
    u, v = grad(lambda u, v: np.sum(u + v.reshape(3)), (0, 1))(b, b[:, None])
    v += 1
    assert list(u) == [1, 1, 1]
    seed = np.ones(3)
    (x_bar,) = vjp(lambda x: x, b)[1](seed)
    x_bar += 1
    assert list(seed) == [1, 1, 1]
    y, _ = vjp(lambda x: x * 2, b)
    y += 1
    assert list(y) == [3, 3, 3]


def test_a_parameter_without_influence() -> None:
    assert list(grad(lambda a, b: np.sum(a), 1)(np.ones(2), np.ones(2))) == [0, 0]
    assert grad(lambda a: 3.0)(1.0) == 0
    assert value_and_grad(lambda a: a)(3.0) == (3, 1)
    assert (
        grad(lambda a: np.sum(np.argmax(a) * a) + np.median([1.0]))(np.array([1.0, 5.0])).sum() == 2
    )


def test_a_pullback_can_be_used_again_and_arrays_may_change_before() -> None:
    x, factor = np.ones(2), np.full(2, 3.0)
    _, pullback = vjp(lambda x: x * factor * x, x)
    x[:] = factor[:] = 100.0
    assert [list(pullback(np.full(2, u))[0]) for u in (1.0, 2.0)] == [[6, 6], [12, 12]]


def test_memory_is_released_without_the_collector() -> None:
    """Records and tape hold each other only until the sweep is over."""
    import gc
    import weakref

    kept: list = []

    def f(x: Any) -> Any:
        y = np.tanh(x)
        kept.append(weakref.ref(y))
        return np.sum(y)

    gc.disable()
    try:
        grad(f)(np.ones(3))
        assert kept[0]() is None
    finally:
        gc.enable()


@pytest.mark.skipif(np.finfo(np.longdouble).maxexp == 1024, reason="no longer than a double")
def test_a_value_beyond_double_precision() -> None:
    y, slope = value_and_grad(np.exp)(np.longdouble(900))
    assert y == slope == np.exp(np.longdouble(900)) > 1e300
