"""A store that is emptied gives descent, one that is kept gives a swing without friction."""

import numpy as np
import pytest

from snippets.backprop_is_not_training import Network, step
from snippets.backward_then_step import empty, example, on_a_parabola, train
from snippets.forward_pass import mazur
from tests.independent import complex_step


@pytest.fixture(scope="module")
def numbers() -> dict:
    return example()


def loss_of(flat: np.ndarray) -> complex:
    """Mazur's loss as a function of the eight weights in one row."""
    x, y, _, biases = mazur()
    return Network([flat[:4].reshape(2, 2), flat[4:].reshape(2, 2)], biases).loss(x, y)


def flat(arrays: list[np.ndarray]) -> np.ndarray:
    return np.concatenate([array.ravel() for array in arrays])


@pytest.mark.parametrize("empties", [True, False])
def test_every_step_by_the_complex_step(empties: bool) -> None:
    """Five steps: against the last gradient, or against the sum of all so far."""
    x, y, weights, biases = mazur()
    network, w = Network(weights, biases), flat(weights)
    gradients = []
    for n in range(1, 6):
        gradients.append(complex_step(loss_of, w))
        w = w - 0.5 * (gradients[-1] if empties else sum(gradients))
        again = Network(weights, biases)
        losses = train(again, x, y, 0.5, n, empties)
        assert flat(again.weights) == pytest.approx(w, rel=1e-11)
        assert losses[-1] == pytest.approx(loss_of(w), rel=1e-11)
        assert len(losses) == n + 1
    assert flat(network.weights).tolist() == flat(weights).tolist()


def test_mazur_step_by_step(numbers: dict) -> None:
    """`mazur_step_by_step`: losses around the first step, whatever becomes of the store."""
    for name in ("emptied", "kept"):
        first = numbers[name][0], numbers[name][1]
        assert first == pytest.approx((0.2983711087600027, 0.29102777369359933))


def test_a_kept_store_is_ahead_and_then_stuck(numbers: dict) -> None:
    emptied, kept = numbers["emptied"], numbers["kept"]
    assert np.all(np.diff([*emptied.values()]) < 0)
    assert kept[20] < emptied[20] / 200
    assert kept[200] > kept[50]
    assert kept[200] == pytest.approx(numbers["loss_of_0_and_1"], rel=1e-9)
    assert numbers["largest_weight_kept"] > 30 * numbers["largest_weight_emptied"]


@pytest.mark.parametrize(("beta", "eta"), [(1.0, 0.5), (2.0, 0.05), (0.3, 1.7)])
def test_swing_in_closed_form(beta: float, eta: float) -> None:
    """w_t = cos(angle (t + 1/2)) w_0 / cos(angle / 2), where cos(angle) = 1 - eta beta / 2."""
    path = on_a_parabola(0.7, beta, eta, 500, empties=False)
    angle = np.arccos(1 - eta * beta / 2)
    swing = 0.7 * np.cos(angle * (np.arange(501) + 0.5)) / np.cos(angle / 2)
    assert path == pytest.approx(swing, abs=1e-9)
    assert np.abs(path[-50:]).max() > 0.6
    assert example()["parabola"][8] == pytest.approx(1.0586, abs=5e-5)
    emptied = on_a_parabola(0.7, beta, eta, 500, empties=True)
    assert emptied == pytest.approx(0.7 * (1 - eta * beta) ** np.arange(501), abs=1e-12)


def test_emptying_at_the_wrong_place_moves_nothing() -> None:
    x, y, weights, biases = mazur()
    network = Network(weights, biases)
    network.backward(x, y, n=1)
    store = network.gradients[0]
    empty(network)
    step(network, 0.5)
    assert flat(network.weights).tolist() == flat(weights).tolist()
    assert store is network.gradients[0]
    assert not store.any()
