"""The gradient of a shared weight is the sum over its copies: by hand, by complex step, by tape."""

import numpy as np
import pytest

from snippets.bptt import backward, example, forward, gradients, network, relu, scalar, shares
from snippets.gradient_checking import check_grad
from tests.independent import complex_step
from tests.worked_examples import SMOOTH


def loss(W: np.ndarray, U: np.ndarray, xs: list, us: list) -> complex:
    """A loop that shares no code with the module; the ramp decides by the real part."""
    h, total = np.zeros((len(W), 1)), 0
    for x, u in zip(xs, us, strict=True):
        z = np.dot(W, h) + np.dot(U, x)
        h = z * (z.real > 0)
        total = total + np.sum(u * h)
    return total


def test_bptt_scalar() -> None:
    """`bptt_scalar`: states 1, 2.5, 4.25; shares 0, 0.5, 2.5; slopes by the inputs 0.25, 0.5, 1."""
    numbers = example()
    assert numbers["states"] == [0, 1, 2.5, 4.25]
    assert numbers["shares"] == [0, 0.5, 2.5]
    assert numbers["dC_dw"] == 3
    # The inputs have weight 1, so the slopes by them are the deltas.
    assert numbers["deltas"] == [0.25, 0.5, 1]
    one = SMOOTH["bptt_scalar"]
    assert (numbers["w"], numbers["states"][-1]) == (one.x[0], one.value)
    assert (numbers["dC_dw"], *numbers["deltas"]) == one.gradient


@pytest.mark.parametrize("w", [-0.7, 0.1, 0.5, 2.0])
def test_the_scalar_loss_is_a_parabola(w: float) -> None:
    """h₃ = w² + 2w + 3, as long as no state is negative."""
    _, U, xs, us = scalar()
    _, hs = forward(3 * [np.array([[w]])], 3 * [U], xs)
    assert hs[-1].item() == pytest.approx(w**2 + 2 * w + 3, rel=1e-15)
    assert gradients(np.array([[w]]), U, xs, us)[0].item() == pytest.approx(2 * w + 2, rel=1e-14)


@pytest.mark.parametrize("seed", range(10))
def test_both_gradients(seed: int) -> None:
    W, U, xs, us = network(np.random.default_rng(seed))
    dC_dW, dC_dU = gradients(W, U, xs, us)
    assert dC_dW == pytest.approx(complex_step(lambda W: loss(W, U, xs, us), W), abs=1e-12)
    assert dC_dU == pytest.approx(complex_step(lambda U: loss(W, U, xs, us), U), abs=1e-12)
    assert np.count_nonzero(dC_dW) > 4


@pytest.mark.parametrize("seed", range(5))
def test_by_the_check_of_gradients(seed: int) -> None:
    rng = np.random.default_rng(seed)
    W, U, xs, us = network(rng)

    def value(params: list[np.ndarray]) -> float:
        _, hs = forward(5 * [params[0]], 5 * [params[1]], xs)
        return sum(np.sum(u * h) for u, h in zip(us, hs[1:], strict=True))

    check_grad(value, lambda params: list(gradients(*params, xs, us)), [W, U], rng)


@pytest.mark.parametrize("t", range(5))
def test_each_copy_has_its_own_share(t: int) -> None:
    """Move the matrix of one step and leave the others."""
    W, U, xs, us = network(np.random.default_rng(3))

    def moved(copy: np.ndarray) -> complex:
        h, total = np.zeros((4, 1)), 0
        for s, (x, u) in enumerate(zip(xs, us, strict=True)):
            z = (copy if s == t else W) @ h + U @ x
            h = z * (z.real > 0)
            total = total + np.sum(u * h)
        return total

    zs, hs = forward(5 * [W], 5 * [U], xs)
    found = shares(backward(5 * [W], zs, us), hs[:-1])[t]
    assert found == pytest.approx(complex_step(moved, W), abs=1e-12)


def test_untied_steps_are_layers_of_a_network() -> None:
    """With a matrix for each step and no later input, the states are those of a deep network."""
    rng = np.random.default_rng(0)
    Ws, x = list(rng.normal(size=(3, 4, 4))), rng.normal(size=(2, 1))
    U = rng.normal(size=(4, 2))
    _, hs = forward(Ws, [U, 0 * U, 0 * U], [x, x, x])
    assert hs[3] == pytest.approx(relu(Ws[2] @ relu(Ws[1] @ relu(U @ x))), rel=1e-14)
    assert hs[3].any()


def test_taking_the_state_for_a_number_keeps_the_last_share_only() -> None:
    """The slip of the note: 2.5 instead of 3."""
    numbers = example()
    assert numbers["shares"][-1] == numbers["states"][-2] == 2.5
    assert numbers["dC_dw"] - numbers["shares"][-1] == 0.5
