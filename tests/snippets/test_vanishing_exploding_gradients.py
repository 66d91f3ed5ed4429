"""The error signal after many layers: exact in chains, on average in wide layers."""

import numpy as np
import pytest

from snippets.error_signal_delta import deltas as sigmoid_deltas
from snippets.gradient_checking import check_vjp
from snippets.neuron_weights_biases import sigmoid
from snippets.vanishing_exploding_gradients import (
    ACTIVATIONS,
    chain,
    deltas,
    example,
    forward,
    jacobians,
    shrinkage,
    sign_matrices,
    wide,
)
from tests.independent import complex_step, complex_step_jacobian


def net(seed: int) -> tuple[list, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    widths = 4, 3, 5, 2, 3
    Ws = [rng.normal(size=shape) for shape in zip(widths[1:], widths, strict=False)]
    return Ws, rng.normal(size=(4, 1)), rng.normal(size=(3, 1))


def test_vanishing_product() -> None:
    """`vanishing_product`: ten sigmoids at zero with weight 1 leave a quarter to the tenth."""
    numbers = example()
    assert numbers["sigmoid_at_0"] == 0.25**10 == 9.5367431640625e-07
    assert numbers["tanh_at_0"] == 1
    assert numbers["sigmoid_at_0_w_4"] == 1
    assert numbers["sigmoid_off_0_w_4"] == pytest.approx(5.486e-11, rel=1e-3)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("seed", range(5))
def test_chain_against_a_complex_step(name: str, seed: int) -> None:
    w, b, a = np.random.default_rng(seed).normal(size=3)
    sigma = {
        "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
        "tanh": np.tanh,
        "ramp": lambda z: z * (z.real > 0),
    }[name]

    def last(z: complex) -> complex:
        for _ in range(6):
            z = w * sigma(z) + b
        return z

    slope = complex_step(last, np.array(w * a + b))
    assert chain(name, w, b, a, 6) == pytest.approx(slope, rel=1e-12)


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("seed", range(5))
def test_jacobians_and_deltas_by_intervention(name: str, seed: int) -> None:
    """Put another z in the place of that of layer l, and go on from there."""
    sigma, slope = ACTIVATIONS[name]
    # A ramp needs layers in which some neuron is alive, so that no sum is exactly zero.
    Ws, x, u = wide(np.random.default_rng(seed), 2, 4, 8) if name == "ramp" else net(seed)
    zs, _ = forward(Ws, x, sigma)
    found = deltas(Ws, zs, u, slope)
    for number, jacobian in enumerate(jacobians(Ws, zs, slope)):
        measured = complex_step_jacobian(lambda z, W=Ws[number + 1]: W @ sigma(z), zs[number])
        assert jacobian == pytest.approx(measured, rel=1e-12)
    for number, z in enumerate(zs):

        def loss(z: np.ndarray, after: list = Ws[number + 1 :]) -> complex:
            return np.sum(u * forward(after, sigma(z), sigma)[1])

        assert found[number] == pytest.approx(complex_step(loss, z), rel=1e-11, abs=1e-15)


def test_deltas_give_the_gradient_of_the_weights() -> None:
    sigma, slope = ACTIVATIONS["tanh"]
    Ws, x, _ = net(0)

    def gradient(Ws: list, u: np.ndarray) -> list:
        zs, _ = forward(Ws, x, sigma)
        inputs = [x, *map(sigma, zs[:-1])]
        return [d @ a.T for d, a in zip(deltas(Ws, zs, u, slope), inputs, strict=True)]

    check_vjp(lambda Ws: forward(Ws, x, sigma)[1], gradient, Ws, np.random.default_rng(0))


def test_the_same_as_in_the_note_on_delta() -> None:
    Ws, x, u = net(1)
    zs, a = forward(Ws, x, sigmoid)
    found = deltas(Ws, zs, u, ACTIVATIONS["sigmoid"][1])
    for mine, other in zip(found, sigmoid_deltas(Ws, zs, a, a - u), strict=True):
        assert mine == pytest.approx(other, rel=1e-12)


def test_the_slope_of_the_sigmoid_is_at_most_a_quarter() -> None:
    slopes = ACTIVATIONS["sigmoid"][1](np.linspace(-9, 9, 1001))
    assert max(slopes) == slopes[500] == 0.25


def test_average_over_all_matrices_of_signs() -> None:
    matrices = sign_matrices(0.7, 2, 3)
    assert len({M.tobytes() for M in matrices}) == 64
    v = np.array([[0.3], [-2.0]])
    mean = np.mean([np.sum((M.T @ v) ** 2) for M in matrices])
    assert mean == pytest.approx(3 * 0.49 * np.sum(v**2), rel=1e-14)


def test_average_over_normal_weights() -> None:
    """It is the number of columns that counts, not that of rows."""
    rng = np.random.default_rng(0)
    v = rng.normal(size=(10, 1))
    mean = np.mean([np.sum((rng.normal(0, 0.5, (10, 40)).T @ v) ** 2) for _ in range(4000)])
    assert mean == pytest.approx(40 * 0.25 * np.sum(v**2), rel=0.02)


@pytest.mark.parametrize("seed", range(5))
def test_depth_and_scale(seed: int) -> None:
    """Whatever the draw: the length falls or grows by powers unless g fits the slopes."""
    assert shrinkage("sigmoid", 1, seed) < 0.25**29
    assert shrinkage("tanh", 0.25, seed) < 0.51**29
    assert 0.01 < shrinkage("tanh", 1, seed) < 1
    assert shrinkage("tanh", 4, seed) > 10
    assert 0.1 < shrinkage("ramp", 2, seed) < 10
    # A ramp of half the input is half the ramp: the powers are exact.
    right = shrinkage("ramp", 2, seed) * 0.5 ** (29 / 2)
    assert shrinkage("ramp", 1, seed) == pytest.approx(right, rel=1e-9)


def test_weights_of_the_wide_net_have_the_promised_variance() -> None:
    Ws, _, _ = wide(np.random.default_rng(0), 1.5**2)
    assert len(Ws) == 30
    assert np.var(Ws) * 50 == pytest.approx(1.5**2, rel=0.02)


def test_numbers_of_the_note() -> None:
    shares = example()["shares"]
    assert list(shares.values()) == pytest.approx(
        [3.4e-19, 9.3e-10, 0.145, 80.1, 1.1e-5, 0.25], rel=0.05
    )
