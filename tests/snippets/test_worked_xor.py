"""Exclusive or by a line, by hand and by training; gradients against the complex step."""

import numpy as np
import pytest

from snippets.backpropagation import batch_gradients
from snippets.gradient_checking import check_grad
from snippets.loss_functions import loss
from snippets.worked_xor import (
    W,
    X,
    Y,
    best_linear,
    c,
    example,
    gradients,
    linear,
    moved,
    outputs,
    random_start,
    train,
    two_ramps,
    w,
)


@pytest.fixture(scope="module")
def numbers() -> dict:
    return example()


def test_goodfellow_xor_relu(numbers: dict) -> None:
    """`goodfellow_xor_relu`: sums, hidden activations and outputs; samples are columns here."""
    assert (W @ X).T.tolist() == [[0, 0], [1, 1], [1, 1], [2, 2]]
    assert numbers["hidden"].T.tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert numbers["by_hand"].tolist() == Y.tolist() == [[0, 1, 1, 0]]
    assert (c.ravel().tolist(), w.ravel().tolist()) == ([0, -1], [1, -2])


def test_two_ramps_between_the_corners() -> None:
    """Elsewhere the output depends on the sum of the inputs alone, and peaks at one."""
    s = np.linspace(-1, 3, 41)
    _, output = two_ramps(np.vstack([s - 0.3, np.full(41, 0.3)]))
    assert output[0] == pytest.approx(np.where(s < 1, np.maximum(s, 0), 2 - s), abs=1e-12)


def test_xor_linear_least_squares(numbers: dict) -> None:
    """`xor_linear_least_squares`: no weights, bias one half, mean square a quarter."""
    assert numbers["v"] == pytest.approx(np.zeros((2, 1)), abs=1e-12)
    assert numbers["d"] == pytest.approx(0.5, rel=1e-12)
    assert numbers["mean_square"] == pytest.approx(0.25, rel=1e-12)


def test_the_best_line_solves_the_normal_equations() -> None:
    v, d = best_linear()
    miss = linear(v, d, X) - Y
    assert pytest.approx(np.zeros((2, 1)), abs=1e-12) == X @ miss.T
    assert miss.sum() == pytest.approx(0, abs=1e-12)


def test_no_line_does_better() -> None:
    rng = np.random.default_rng(0)
    for _ in range(200):
        f = linear(rng.normal(size=(2, 1)), rng.normal(), X)
        assert f[0, 0] + f[0, 3] == pytest.approx(f[0, 1] + f[0, 2], abs=1e-12)
        assert np.mean((f - Y) ** 2) > 0.25


def test_gradients() -> None:
    """By a gradient check, and by a sweep for each sample."""
    start = random_start()
    check_grad(
        lambda p: loss(outputs(*p), Y), lambda p: gradients(*p), start, np.random.default_rng(0)
    )
    samples = [(X[:, [i]], Y[:, [i]]) for i in range(4)]
    for found, swept in zip(gradients(*start), batch_gradients(samples, *start), strict=True):
        for array, model in zip(found, swept, strict=True):
            assert array == pytest.approx(model, rel=1e-12)


def test_xor_training_numpy(numbers: dict) -> None:
    """`xor_training_numpy`: the loss at 0, 1000 and 5000 steps, and the answers."""
    assert numbers["losses"][0] == pytest.approx(0.19014610943459362, rel=1e-12)
    assert numbers["losses"][1000] == pytest.approx(0.0002326083591140918, rel=1e-2)
    assert numbers["losses"][5000] == pytest.approx(3.44790925004377e-05, rel=1e-2)
    assert numbers["trained"].ravel() == pytest.approx([0.0073, 0.9916, 0.9916, 0.0091], abs=1e-3)
    assert np.abs(numbers["trained"] - Y).max() < 0.01
    assert numbers["losses"][10] == pytest.approx(0.125, abs=1e-3)


def test_a_step_goes_against_the_gradient() -> None:
    start = random_start()
    (_, later) = train(*start, eta=0.1, steps=1)
    assert loss(outputs(*later), Y) < loss(outputs(*start), Y)
    assert moved([np.ones(2)], [np.array([3.0, -1.0])], 0.5)[0].tolist() == [-0.5, 1.5]


def test_the_loss_rests_at_that_of_the_best_line(numbers: dict) -> None:
    """Half the mean square of a quarter, for a while; then it falls a thousandfold."""
    losses = numbers["losses"]
    assert losses[2] == pytest.approx(0.125, rel=0.01)
    assert losses[20] == pytest.approx(losses[2], rel=0.02)
    assert losses[1000] < losses[20] / 500


@pytest.mark.parametrize("seed", range(5))
def test_linear_layers_alone_stay_on_the_shelf(seed: int) -> None:
    """Two layers without a bend, trained by their own gradient, end at the best line."""
    rng = np.random.default_rng(seed)
    W1, W2, d = rng.normal(size=(3, 2)), rng.normal(size=(1, 3)), 0.0
    for _ in range(3000):
        miss = W2 @ W1 @ X + d - Y
        dW2, dW1 = miss @ (W1 @ X).T / 4, W2.T @ miss @ X.T / 4
        W2, W1, d = W2 - 0.2 * dW2, W1 - 0.2 * dW1, d - 0.2 * miss.mean()
    assert np.mean(miss**2) == pytest.approx(0.25, rel=1e-4)
