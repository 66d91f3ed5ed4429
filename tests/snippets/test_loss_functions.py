"""Half the squared error of a sample, the mean over a batch, and two ways to get it wrong."""

import numpy as np
import pytest

from snippets.loss_functions import (
    example,
    loss,
    loss_of_the_mean_output,
    sample_losses,
    squared_error,
    squared_error_gradient,
)
from tests.independent import complex_step

SEEDS = range(10)


def batch(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Outputs and targets of five samples with three outputs each."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(3, 5)), rng.normal(size=(3, 5))


def test_mazurs_sample() -> None:
    numbers = example()
    assert numbers["parts"].ravel() == pytest.approx([0.274811083, 0.023560026], abs=5e-10)
    assert numbers["C_0"] == pytest.approx(0.2983711087600027, rel=1e-14)
    expected = [0.7413650695523157, -0.21707153467853746]
    assert numbers["gradient"].ravel() == pytest.approx(expected, rel=1e-14)


def test_the_two_samples_of_the_note() -> None:
    numbers = example()
    assert numbers["sample_losses"] == pytest.approx([0.32, 0.32])
    assert numbers["C"] == pytest.approx(0.32)
    assert numbers["loss_of_the_mean_output"] == pytest.approx(0, abs=1e-15)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_the_derivative(seed: int) -> None:
    A, Y = batch(seed)
    a, y = A[:, :1], Y[:, :1]
    derivative = complex_step(lambda a: squared_error(a, y), a)
    assert squared_error_gradient(a, y) == pytest.approx(derivative, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_gradient_is_half_that_of_the_loss_without_the_half(seed: int) -> None:
    """The factor two: the loss may be printed without its half, but then the slope has a two."""
    A, Y = batch(seed)
    a, y = A[:, :1], Y[:, :1]
    derivative = complex_step(lambda a: np.sum((a - y) ** 2), a)
    assert derivative == pytest.approx(2 * squared_error_gradient(a, y), rel=1e-12)
    assert not np.allclose(derivative, squared_error_gradient(a, y))


@pytest.mark.parametrize("seed", SEEDS)
def test_a_batch_is_its_samples_one_by_one(seed: int) -> None:
    A, Y = batch(seed)
    losses = [squared_error(A[:, [i]], Y[:, [i]]) for i in range(5)]
    assert sample_losses(A, Y) == pytest.approx(losses, rel=1e-14)
    assert loss(A, Y) == pytest.approx(np.linalg.norm(A - Y) ** 2 / 10, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_averaging_first_loses_the_spread_of_the_errors(seed: int) -> None:
    """The mean loss exceeds the loss of the mean by half the variance of the errors."""
    A, Y = batch(seed)
    lost = loss(A, Y) - loss_of_the_mean_output(A, Y)
    assert lost == pytest.approx(0.5 * np.sum(np.var(A - Y, axis=1)), rel=1e-12)
    assert lost > 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_the_derivative_of_the_mean_is_the_mean_of_the_derivatives(seed: int) -> None:
    A, Y = batch(seed)
    derivative = complex_step(lambda A: loss(A, Y), A)
    assert derivative == pytest.approx(squared_error_gradient(A, Y) / 5, rel=1e-12)


def test_a_batch_with_too_few_targets_is_refused() -> None:
    A, Y = batch(0)
    with pytest.raises(ValueError, match="shorter"):
        loss(A, Y[:, :-1])
