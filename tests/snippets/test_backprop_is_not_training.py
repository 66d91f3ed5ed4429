"""backward computes, step changes: what each does and does not do, on Mazur's network."""

import numpy as np
import pytest

from snippets.backprop_is_not_training import (
    Network,
    example,
    sign_step,
    step,
    step_inside_the_sweep,
)
from snippets.forward_pass import mazur
from tests.independent import complex_step


def draw(seed: int, n: int = 6) -> tuple[Network, np.ndarray, np.ndarray]:
    """A random 3-4-2 network with a batch: X (3, n) and Y (2, n)."""
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(4, 3)), rng.normal(size=(2, 4))]
    biases = [rng.normal(size=(4, 1)), rng.normal(size=(2, 1))]
    return Network(weights, biases), rng.normal(size=(3, n)), rng.uniform(size=(2, n))


def loss_with(network: Network, layer: int, W: np.ndarray, X: np.ndarray, Y: np.ndarray) -> complex:
    """The loss if the weights of one layer were W."""
    weights = [W if number == layer else V for number, V in enumerate(network.weights)]
    return Network(weights, network.biases).loss(X, Y)


def test_numbers_of_mazurs_first_step() -> None:
    numbers = example()
    assert numbers["C_start"] == pytest.approx(0.2983711087600027, rel=1e-12)
    assert numbers["C_after_step"] == pytest.approx(0.29102777369359933, rel=1e-12)
    assert numbers["moved_by_backward"] == 0
    network = Network(*mazur()[2:])
    network.backward(*mazur()[:2], n=1)
    step(network, eta=0.5)
    assert network.weights[0].ravel() == pytest.approx(
        [0.1497807161327628, 0.19956143226552567, 0.24975114323636958, 0.29950228726473915]
    )
    assert network.weights[1].ravel() == pytest.approx(
        [0.35891647971788465, 0.4086661860762334, 0.5113012702387375, 0.5613701211079891]
    )


@pytest.mark.parametrize("seed", range(5))
def test_backward_leaves_weights_and_loss_bit_for_bit(seed: int) -> None:
    network, X, Y = draw(seed)
    weights, C = [W.tobytes() for W in network.weights], network.loss(X, Y)
    for _ in range(3):
        network.backward(X, Y, n=6)
    assert [W.tobytes() for W in network.weights] == weights
    assert network.loss(X, Y) == C


@pytest.mark.parametrize("seed", range(5))
def test_backward_computes_the_gradient_by_weights_and_by_inputs(seed: int) -> None:
    network, X, Y = draw(seed)
    dC_dX = network.backward(X, Y, n=6)
    for layer in range(2):
        derivative = complex_step(
            lambda W, layer=layer: loss_with(network, layer, W, X, Y), network.weights[layer]
        )
        assert network.gradients[layer] == pytest.approx(derivative, rel=1e-10)
    assert dC_dX == pytest.approx(complex_step(lambda X: network.loss(X, Y), X), rel=1e-10)


@pytest.mark.parametrize("seed", range(5))
def test_step_moves_against_the_stored_gradient(seed: int) -> None:
    network, X, Y = draw(seed)
    before, C = [W.copy() for W in network.weights], network.loss(X, Y)
    network.backward(X, Y, n=6)
    step(network, eta=0.01)
    for W, V, G in zip(network.weights, before, network.gradients, strict=True):
        assert pytest.approx(V - 0.01 * G, rel=1e-12) == W
    assert network.loss(X, Y) < C


def test_micro_batches_add_up_to_the_batch() -> None:
    (whole, X, Y), (parts, _, _) = draw(3), draw(3)
    whole.backward(X, Y, n=6)
    for columns in (slice(0, 1), slice(1, 4), slice(4, 6)):
        parts.backward(X[:, columns], Y[:, columns], n=6)
    for G, H in zip(whole.gradients, parts.gradients, strict=True):
        assert pytest.approx(G, rel=1e-12) == H
    numbers = example()
    assert numbers["halves"] == pytest.approx(numbers["whole"], rel=1e-12)


def test_another_optimiser_starts_from_the_same_gradient_and_goes_elsewhere() -> None:
    (network, X, Y), (other, _, _) = draw(4), draw(4)
    network.backward(X, Y, n=6)
    other.backward(X, Y, n=6)
    step(network, eta=0.05)
    sign_step(other, eta=0.05)
    for G, H, W, V in zip(
        network.gradients, other.gradients, network.weights, other.weights, strict=True
    ):
        assert np.array_equal(G, H)
        assert not np.allclose(W, V)


def test_a_step_inside_the_sweep_corrupts_the_hidden_gradient() -> None:
    """It gives what Mazur's page prints, and not what its stated rule gives."""
    numbers = example()
    assert round(numbers["C_after_slip"], 9) == 0.291027924
    assert round(numbers["C_after_step"], 9) == 0.291027774
    assert numbers["slip_in_hidden_gradient"] == pytest.approx(0.15768128590722877, rel=1e-12)
    network = Network(*mazur()[2:])
    step_inside_the_sweep(network, *mazur()[:2], eta=0.5)
    assert network.gradients[0].ravel() == pytest.approx(
        [0.0003647228775940935, 0.000729445755188187, 0.0004236296044676281, 0.0008472592089352562]
    )
