"""Twins stay twins, a little noise parts them, and copies of one neuron cannot learn XOR."""

from itertools import permutations

import numpy as np
import pytest

from snippets.backpropagation import batch_gradients
from snippets.error_signal_delta import deltas
from snippets.forward_pass import forward
from snippets.weight_initialization_symmetry import XOR, example, loss, start, train, twins
from tests.independent import complex_step


def independent_loss(
    samples: list, W: np.ndarray, b: np.ndarray, V: np.ndarray, c: np.ndarray
) -> complex:
    """Half the mean squared error of a network with one hidden layer, without the module."""
    total = 0
    for x, y in samples:
        a = 1 / (1 + np.exp(-np.dot(V, 1 / (1 + np.exp(-np.dot(W, x) - b))) - c))
        total = total + np.sum((a - y) ** 2) / 2
    return total / len(samples)


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_neurons_does_not_matter(seed: int) -> None:
    samples, (W, V), (b, c) = twins(np.random.default_rng(seed))
    for order in map(list, permutations(range(4))):
        moved = loss(samples, [W[order], V[:, order]], [b[order], c])
        assert moved == pytest.approx(loss(samples, [W, V], [b, c]), rel=1e-14)


@pytest.mark.parametrize("seed", range(5))
def test_twins_have_equal_slopes_by_a_complex_step(seed: int) -> None:
    samples, (W, V), (b, c) = twins(np.random.default_rng(seed))
    dW = complex_step(lambda W: independent_loss(samples, W, b, V, c), W)
    db = complex_step(lambda b: independent_loss(samples, W, b, V, c), b)
    dV = complex_step(lambda V: independent_loss(samples, W, b, V, c), V)
    for slopes, others in (dW, dW[[0, 2]]), (db, db[[0, 2]]), (dV.T, dV.T[[0, 2]]):
        assert slopes[1] == pytest.approx(slopes[3], rel=1e-12)
        assert np.abs(others - slopes[1]).max() > 1e-4
    found, _ = batch_gradients(samples, [W, V], [b, c])
    assert found[0] == pytest.approx(dW, abs=1e-15)
    assert found[1] == pytest.approx(dV, abs=1e-15)


@pytest.mark.parametrize("batch", [1, 3])
def test_twins_stay_twins_in_training(batch: int) -> None:
    samples, weights, biases = twins(np.random.default_rng(0))
    for t in range(50):
        few = [samples[(t + i) % 3] for i in range(batch)]
        weights, biases = train(few, weights, biases, 1.0, 1)
    W, V = weights
    assert W[1] == pytest.approx(W[3], rel=1e-12)
    assert biases[0][1] == pytest.approx(biases[0][3], rel=1e-12)
    assert V[:, 1] == pytest.approx(V[:, 3], rel=1e-12)
    assert np.abs(W[0] - W[1]).max() > 0.1


def test_one_rule_for_all_weights_keeps_them_twins() -> None:
    """Steps scaled by past squares, entry by entry."""
    samples, weights, biases = twins(np.random.default_rng(1))
    squares = [np.zeros_like(W) for W in weights]
    for _ in range(50):
        gradients, _ = batch_gradients(samples, weights, biases)
        squares = [0.9 * s + 0.1 * g**2 for s, g in zip(squares, gradients, strict=True)]
        steps = zip(weights, gradients, squares, strict=True)
        weights = [W - 0.01 * g / (np.sqrt(s) + 1e-8) for W, g, s in steps]
    assert weights[0][1] == pytest.approx(weights[0][3], rel=1e-12)


def test_equal_weights_in_alone_are_not_enough() -> None:
    samples, (W, V), biases = twins(np.random.default_rng(2))
    V[:, 3] = -V[:, 1]
    zs, activations = forward(samples[0][0], [W, V], biases)
    delta, _ = deltas([W, V], zs, activations[-1], samples[0][1])
    assert activations[1][1] == activations[1][3]
    assert delta[3] == pytest.approx(-delta[1], rel=1e-13)
    (W, _), _ = train(samples, [W, V], biases, 1.0, 1)
    assert np.abs(W[1] / W[3] - 1).max() > 1e-3


def test_numbers_of_the_note() -> None:
    zero, half, noise = example()["runs"].values()
    assert zero["losses"] == (0.125, 0.125)
    assert not any(W.any() for W in zero["W"])
    assert half["losses"] == pytest.approx((0.161692, 0.084909), abs=1e-6)
    assert (half["different"], noise["different"]) == (1, 4)
    assert noise["losses"][0] == pytest.approx(half["losses"][0], abs=1e-3)
    assert noise["losses"][1] < 0.001


def monotone_fit(targets: list[float]) -> float:
    """The least sum of squared errors of rising values, by merging neighbours that fall."""
    blocks = []
    for target in targets:
        blocks.append([target])
        while len(blocks) > 1 and np.mean(blocks[-2]) >= np.mean(blocks[-1]):
            blocks[-2:] = [blocks[-2] + blocks[-1]]
    return sum(np.var(block) * len(block) for block in blocks)


def test_a_single_direction_cannot_do_better_than_a_twelfth() -> None:
    """All orders in which four inputs can lie along a direction; ties only merge values."""
    x, y = np.array([x.ravel() for x, _ in XOR]), np.array([y.item() for _, y in XOR])
    rng = np.random.default_rng(0)
    orders = {tuple(np.argsort(x @ rng.normal(size=2))) for _ in range(1000)}
    assert len(orders) == 8
    fits = [monotone_fit(list(targets)) for o in orders for targets in (y[[*o]], 1 - y[[*o]])]
    assert min(fits) / 8 == pytest.approx(1 / 12, rel=1e-14)


@pytest.mark.parametrize("seed", range(5))
def test_one_hidden_neuron_stays_above_a_twelfth(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weights = [rng.normal(size=(1, 2)), rng.normal(size=(1, 1))]
    weights, biases = train(XOR, weights, [np.zeros((1, 1)), np.zeros((1, 1))], 5.0, 500)
    assert 1 / 12 < loss(XOR, weights, biases) < 0.126


def test_copies_of_one_neuron_are_one_neuron() -> None:
    """Four equal neurons are one whose weight to the output is the sum of theirs."""
    weights, biases = train(XOR, *start(0.5, 0.0), 10.0, 20)
    (W, V), (b, c) = weights, biases
    one = [W[:1], V.sum(axis=1, keepdims=True)], [b[:1], c]
    for x, _ in XOR:
        output = forward(x, *one)[1][-1]
        assert output == pytest.approx(forward(x, weights, biases)[1][-1], rel=1e-14)
