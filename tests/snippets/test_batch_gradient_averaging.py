"""The mean of gradients against the complex step of the mean loss, and averages taken too early."""

from functools import partial

import numpy as np
import pytest

from snippets.batch_gradient_averaging import (
    error_signals,
    example,
    gradient,
    gradient_of_averages,
    loss,
    random_samples,
    sample_gradients,
    sample_losses,
    samples,
)
from snippets.gradient_checking import check_grad
from tests.independent import complex_step

SEEDS = range(5)


def batch(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return random_samples(np.random.default_rng(seed))


def loss_of_one(w: np.ndarray, x: np.ndarray, y: float) -> complex:
    """Half the squared error of a sigmoid neuron, written without matrices."""
    z = sum(weight * entry for weight, entry in zip(w.flat, x.flat, strict=True))
    return 0.5 * (1 / (1 + np.exp(-z)) - y) ** 2


def slopes_of_one(w: np.ndarray, x: np.ndarray, y: float) -> np.ndarray:
    return complex_step(lambda w: loss_of_one(w, x, y), w)


def test_minibatch_mean_of_gradients() -> None:
    """`minibatch_mean_of_gradients`: all of its numbers."""
    numbers, (w, X, y) = example(), samples()
    assert w.ravel().tolist() == [0.5, -1.0]
    listed = [
        [0.18905338179353307, -0.5227484414807474],
        [-0.41306354339189344, -2.4414673826398556],
        [1.799707382720902, 1.1441658720372287],
        [-0.32542283686782436, 0.7738065867276614],
    ]
    assert pytest.approx(np.array(listed).T, rel=1e-15) == X
    assert y.ravel() == pytest.approx(
        [0.28121066979764925, -0.5538228364240524, 0.9775674511260357, -0.31055654665915255],
        rel=1e-15,
    )
    listed = [
        [0.015852608549764585, -0.043833790933420255],
        [-0.05255465883725643, -0.3106313481536002],
        [-0.23863648272783422, -0.15171339628967473],
        [-0.038984376913989226, 0.09269898795630988],
    ]
    assert numbers["sample_gradients"] == pytest.approx(np.array(listed).T, rel=1e-12)
    assert numbers["gradient"].ravel() == pytest.approx(
        [-0.07858072748232882, -0.10336988685509634], rel=1e-12
    )
    assert numbers["sum"].ravel() == pytest.approx(
        [-0.3143229099293153, -0.41347954742038534], rel=1e-12
    )
    assert numbers["slip"].ravel() == pytest.approx(
        [0.036026587545555745, -0.030147444969379912], rel=1e-12
    )
    assert numbers["slip_error"] == pytest.approx(1.0473961605813502, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_of_the_mean_is_the_mean_of_the_gradients(seed: int) -> None:
    w, X, y = batch(seed)
    singles = list(zip(X.T, y.flat, strict=True))
    assert sample_losses(w, X, y) == pytest.approx([loss_of_one(w, *one) for one in singles])
    assert loss(w, X, y) == pytest.approx(sum(loss_of_one(w, *one) for one in singles) / 5)
    slopes = np.hstack([slopes_of_one(w, *one) for one in singles])
    assert sample_gradients(w, X, y) == pytest.approx(slopes, rel=1e-12)
    of_mean = complex_step(lambda w: sum(loss_of_one(w, *one) for one in singles) / 5, w)
    assert gradient(w, X, y) == pytest.approx(of_mean, rel=1e-11, abs=1e-16)
    check_grad(partial(loss, X=X, y=y), partial(gradient, X=X, y=y), w, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", SEEDS)
def test_error_signals_are_the_slopes_by_the_weighted_inputs(seed: int) -> None:
    w, X, y = batch(seed)
    z = w.T @ X
    slopes = complex_step(lambda z: 0.5 * np.sum((1 / (1 + np.exp(-z)) - y) ** 2), z)
    assert error_signals(w, X, y) == pytest.approx(slopes, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_averages_taken_first_are_wrong_unless_all_samples_are_one(seed: int) -> None:
    w, X, y = batch(seed)
    assert gradient_of_averages(w, X, y) != pytest.approx(gradient(w, X, y), rel=0.05)
    same = w, np.repeat(X[:, :1], 4, axis=1), np.repeat(y[:, :1], 4, axis=1)
    assert gradient_of_averages(*same) == pytest.approx(gradient(*same), rel=1e-12)


def test_opposite_inputs_leave_nothing_to_averages() -> None:
    """Two samples that agree on the weight: their mean input is 0, their mean gradient is not."""
    w, X, y = np.zeros((1, 1)), np.array([[1.0, -1.0]]), np.array([[1.0, 0.0]])
    assert gradient_of_averages(w, X, y).item() == 0
    assert gradient(w, X, y).item() == pytest.approx(-0.125)


@pytest.mark.parametrize("cut", [1, 2, 3])
def test_pieces_count_by_their_size(cut: int) -> None:
    w, X, y = samples()
    first, rest = gradient(w, X[:, :cut], y[:, :cut]), gradient(w, X[:, cut:], y[:, cut:])
    whole = gradient(w, X, y)
    assert (cut * first + (4 - cut) * rest) / 4 == pytest.approx(whole, rel=1e-12)
    assert ((first + rest) / 2 == pytest.approx(whole, rel=1e-12)) is (cut == 2)


def test_pieces_of_the_note() -> None:
    numbers = example()
    right, g = numbers["gradient"], numbers["sample_gradients"]
    assert numbers["weighted"] == pytest.approx(right, rel=1e-12)
    # The sample that came alone has half of the say, each of the others a sixth.
    assert numbers["unweighted"].ravel() == pytest.approx(g @ [1 / 6, 1 / 6, 1 / 6, 1 / 2])
    assert numbers["C"] == pytest.approx(sum(loss_of_one(*one) for one in columns(*samples())) / 4)


def columns(w: np.ndarray, X: np.ndarray, y: np.ndarray) -> list:
    return [(w, x, target) for x, target in zip(X.T, y.flat, strict=True)]
