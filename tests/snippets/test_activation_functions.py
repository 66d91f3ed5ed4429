"""Layers without a bend collapse; slopes against the complex step; which functions bend."""

import numpy as np
import pytest

from snippets.activation_functions import (
    SLOPES,
    bend,
    example,
    identity,
    network,
    one_layer,
    relu,
    relu_prime,
    softplus,
    tanh_prime,
    two_layers,
)
from snippets.gradient_checking import check_jvp
from snippets.neuron_weights_biases import sigmoid

PLACES = np.array([[-3.0, -0.5, 0.25], [1.0, 2.0, 5.0]])


@pytest.mark.parametrize("f", SLOPES, ids=lambda f: f.__name__)
def test_slopes(f: np.ufunc) -> None:
    """Each slope carries a rate along: 0 is no place of the ramp."""

    def jvp(z: np.ndarray, z_dot: np.ndarray) -> np.ndarray:
        return SLOPES[f](z) * z_dot

    check_jvp(f, jvp, PLACES, np.random.default_rng(0))


def test_activation_derivatives() -> None:
    """`activation_derivatives`: the sigmoid's slopes and value at -2, 0 and 1."""
    z = np.array([-2.0, 0.0, 1.0])
    slopes = [0.1049935854035065, 0.25, 0.19661193324148185]
    assert SLOPES[sigmoid](z) == pytest.approx(slopes, rel=1e-13)
    assert SLOPES[softplus](z) == pytest.approx(
        [0.11920292202211755, 0.5, 0.7310585786300049], rel=1e-14
    )


@pytest.mark.parametrize("seed", range(5))
def test_two_layers_are_one_only_without_a_bend(seed: int) -> None:
    rng = np.random.default_rng(seed)
    _, weights, biases = network(rng)
    x = rng.normal(size=(2, 20))
    V, c = one_layer(weights, biases)
    assert V.shape == (1, 2)
    assert c.shape == (1, 1)
    assert two_layers(weights, biases, x, identity) == pytest.approx(V @ x + c, rel=1e-12)
    for f in (sigmoid, np.tanh, relu, softplus):
        assert not np.allclose(two_layers(weights, biases, x, f), V @ x + c, atol=1e-2)


def test_bends() -> None:
    """The chord of a convex function lies above it; only a line has none."""
    rng = np.random.default_rng(0)
    z, y = rng.normal(scale=3, size=(2, 50))
    assert bend(identity, z, y) == pytest.approx(0, abs=1e-15)
    assert np.all(bend(softplus, z, y) > 0)
    assert np.all(bend(relu, z, y) >= 0)
    assert np.any(bend(sigmoid, z, y) < -0.1)
    assert bend(relu, -1.0, 2.0) == pytest.approx(1 - 0.5)
    assert example()["bends"]["relu"] == 0.5


def test_values_at_the_ends() -> None:
    far = np.array([-1000.0, 1000.0])
    assert softplus(far).tolist() == [0, 1000]
    assert relu(far).tolist() == [0, 1000]
    assert relu_prime(np.array([-1.0, 0.0, 1.0])).tolist() == [0, 0, 1]
    assert tanh_prime(far).tolist() == [0, 0]


def test_the_note() -> None:
    numbers = example()
    assert numbers["one"] == pytest.approx(numbers["two"], rel=1e-13)
    assert numbers["parameters"] == 3 * 2 + 3 + 3 + 1
    assert numbers["V"].size + numbers["c"].size == 3
