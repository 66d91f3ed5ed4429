"""Feedback through random weights is no gradient, comes to agree with it, and the reason why."""

from functools import partial

import numpy as np
import pytest

from snippets.gradient_checking import check_grad
from snippets.weight_transport import (
    align,
    angle_to_gradient,
    cosine,
    directions,
    errors,
    example,
    loss,
    task,
)
from tests.independent import complex_step

SEEDS = range(20)


@pytest.mark.parametrize("seed", range(5))
def test_through_the_transposed_weights_it_is_the_gradient(seed: int) -> None:
    rng = np.random.default_rng(seed)
    X, Y, W1, W2, B = task(rng)

    def independent(W1: np.ndarray, W2: np.ndarray) -> complex:
        outputs = [np.dot(W2, np.tanh(np.dot(W1, x))) for x in X.T]
        return sum(np.sum((a - y) ** 2) / 2 for a, y in zip(outputs, Y.T, strict=True)) / len(X.T)

    down1, down2 = directions(W1, W2, W2.T, X, Y)
    assert down1 == pytest.approx(complex_step(lambda W: independent(W, W2), W1), abs=1e-14)
    assert down2 == pytest.approx(complex_step(lambda W: independent(W1, W), W2), abs=1e-14)
    f = partial(lambda W, X, Y: loss(*W, X, Y), X=X, Y=Y)
    check_grad(f, lambda W: list(directions(*W, W[1].T, X, Y)), [W1, W2], rng)
    with pytest.raises(AssertionError, match=r"grad is wrong at x\[0\]"):
        check_grad(f, lambda W: list(directions(*W, B, X, Y)), [W1, W2], rng)


def test_each_sample_by_itself() -> None:
    """The errors of a batch are those of its columns, with B too."""
    X, Y, W1, W2, B = task(np.random.default_rng(0))
    Delta1, Delta2 = errors(W1, W2, B, X, Y)
    for i in range(X.shape[1]):
        a = np.tanh(W1 @ X[:, i])
        delta = (W2 @ a - Y[:, i]) / X.shape[1]
        assert Delta2[:, i] == pytest.approx(delta, rel=1e-12)
        assert Delta1[:, i] == pytest.approx(B @ delta * (1 - a * a), rel=1e-12)


def test_the_cosine_is_that_of_long_columns() -> None:
    G, H = np.random.default_rng(0).normal(size=(2, 3, 4))
    u, v = G.ravel() / np.linalg.norm(G.ravel()), H.ravel() / np.linalg.norm(H.ravel())
    assert cosine(G, H) == pytest.approx(u @ v, rel=1e-14)
    assert cosine(G, -2 * G) == pytest.approx(-1, rel=1e-14)
    # The angle from the distance of the ends of unit vectors, without a cosine.
    X, Y, W1, W2, B = task(np.random.default_rng(1))
    g, h = (directions(W1, W2, back, X, Y)[0].ravel() for back in (W2.T, B))
    chord = np.linalg.norm(g / np.linalg.norm(g) - h / np.linalg.norm(h))
    degrees = np.degrees(2 * np.arcsin(chord / 2))
    assert angle_to_gradient(W1, W2, B, X, Y) == pytest.approx(degrees, rel=1e-12)


def test_numbers_of_the_note() -> None:
    numbers = example()
    steps, losses, angles, of_weights = zip(*numbers["rows"], strict=True)
    assert steps == (0, 20, 50, 100, 200, 1000)
    assert losses == pytest.approx((0.7931, 0.0152, 0.0078, 0.0047, 0.0027, 0.0006), abs=1e-4)
    assert angles == pytest.approx((86.5, 49.3, 36.4, 35.8, 35.6, 48.7), abs=0.1)
    assert of_weights == pytest.approx((85.6, 44.7, 44.1, 43.9, 43.7, 42.4), abs=0.1)


def test_from_zeros_only_the_random_weights_teach() -> None:
    numbers = example()
    assert not any(gradient.any() for gradient in numbers["gradients_of_zeros"])
    assert numbers["loss_of_zeros"] == pytest.approx(0.6720, abs=1e-4)
    assert numbers["loss_from_zeros"] == pytest.approx(0.0040, abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_angle_shrinks_in_training(seed: int) -> None:
    """From any start, on any task of this kind: loss and both angles fall."""
    X, Y, W1, W2, B = task(np.random.default_rng(seed))
    path = align(W1, W2, B, X, Y, 0.2, 50)
    angles = [angle_to_gradient(*path[t], B, X, Y) for t in (0, 50)]
    assert angles[1] < min(angles[0], 60)
    assert cosine(path[50][1].T, B) > 0.5 > cosine(W2.T, B)
    assert loss(*path[50], X, Y) < 0.1 * loss(W1, W2, X, Y)


@pytest.mark.parametrize("seed", SEEDS)
def test_below_ninety_degrees_a_small_step_goes_downhill(seed: int) -> None:
    X, Y, W1, W2, B = task(np.random.default_rng(seed))
    down, _ = directions(W1, W2, B, X, Y)
    slope = loss(W1 - 1e-6 * down, W2, X, Y) - loss(W1, W2, X, Y)
    assert (slope < 0) == (angle_to_gradient(W1, W2, B, X, Y) < 90)


def test_half_of_all_starts_lead_uphill() -> None:
    """With -B in place of B the angle is its complement, so the chances are equal."""
    rng, above = np.random.default_rng(1), []
    for _ in range(1000):
        X, Y, W1, W2, B = task(rng)
        angle = angle_to_gradient(W1, W2, B, X, Y)
        assert angle_to_gradient(W1, W2, -B, X, Y) == pytest.approx(180 - angle, rel=1e-9)
        above.append(angle > 90)
    assert 0.45 < np.mean(above) < 0.55


@pytest.mark.parametrize("seed", range(5))
def test_the_output_weights_pick_up_the_transposed_feedback(seed: int) -> None:
    """From zeros, while tanh is nearly the identity: W1 = B times something, W2 = something Bᵀ."""
    X, Y, W1, W2, B = task(np.random.default_rng(seed))
    W1, W2 = align(0 * W1, 0 * W2, B, X, 1e-4 * Y, 0.2, 100)[-1]
    onto_B = B @ np.linalg.pinv(B)
    assert np.linalg.norm(W1 - onto_B @ W1) < 1e-4 * np.linalg.norm(W1)
    assert np.linalg.norm(W2 - W2 @ onto_B) < 1e-4 * np.linalg.norm(W2)
    assert np.linalg.norm(W2) > 0
