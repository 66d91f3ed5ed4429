"""The rule without slopes against the gradient: where it agrees, how far it is off, and uphill."""

import numpy as np
import pytest

from snippets.agh_erratum import (
    both,
    cosine,
    drawn,
    example,
    flat,
    gradient,
    sent_back,
    without_slopes,
)
from snippets.forward_pass import forward, mazur, network
from snippets.gradient_checking import check_grad
from snippets.loss_functions import squared_error
from tests.independent import complex_step

SIZES = (3, 4, 2, 5)


@pytest.fixture(scope="module")
def numbers() -> dict:
    return example()


def draw(seed: int) -> tuple:
    return network(np.random.default_rng(seed), SIZES)


@pytest.mark.parametrize("seed", range(3))
def test_the_gradient(seed: int) -> None:
    x, y, weights, biases = draw(seed)

    def loss(weights: list) -> float:
        return squared_error(forward(x, weights, biases)[1][-1], y)

    def by_sweep(weights: list) -> list:
        return both(x, y, weights, biases)[0]

    check_grad(loss, by_sweep, weights, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(3))
def test_the_rules_agree_in_the_last_layer_and_nowhere_else(seed: int) -> None:
    right, found = both(*draw(seed))
    assert found[-1] == pytest.approx(right[-1], rel=1e-14)
    for one, other in zip(right[:-1], found[:-1], strict=True):
        assert not np.allclose(one, other, rtol=0.5)


@pytest.mark.parametrize("seed", range(5))
def test_with_one_output_and_one_hidden_layer_only_the_length_is_wrong(seed: int) -> None:
    """By the output's slope, which is a quarter at most."""
    x, y, weights, biases = network(np.random.default_rng(seed), (3, 4, 1))
    right, found = both(x, y, weights, biases)
    a = forward(x, weights, biases)[1][-1].item()
    assert found[0] == pytest.approx(right[0] / (a * (1 - a)), rel=1e-12)


def test_without_activation_functions_the_rule_is_the_gradient() -> None:
    """A network of identities, its gradient by the complex step."""
    x, y, weights, _ = draw(0)
    activations = [x]
    for W in weights:
        activations.append(W @ activations[-1])
    slopes = [np.ones_like(a) for a in activations[1:]]
    found = without_slopes(weights, slopes, activations, y)
    for n, W in enumerate(weights):

        def loss(W: np.ndarray, n: int = n) -> complex:
            a = x
            for V in [*weights[:n], W, *weights[n + 1 :]]:
                a = V @ a
            return squared_error(a, y)

        assert found[n] == pytest.approx(complex_step(loss, W), rel=1e-10)
    assert flat(gradient(weights, slopes, activations, y)) == pytest.approx(flat(found))


def test_errors_are_sent_back_by_the_weights_alone() -> None:
    x, y, weights, biases = draw(1)
    error = forward(x, weights, biases)[1][-1] - y
    r = sent_back(weights, error)
    assert [len(column) for column in r] == list(SIZES[1:])
    assert r[0] == pytest.approx(weights[1].T @ (weights[2].T @ error))


def test_agh_tutorial_rule_vs_gradient(numbers: dict) -> None:
    """`agh_tutorial_rule_vs_gradient`: direction and length on Mazur's network."""
    right, found = both(*mazur())
    assert right[0].ravel() == pytest.approx(
        [0.0004385677344743465, 0.000877135468948693, 0.0004977127352608599, 0.0009954254705217198]
    )
    assert found[0].ravel() == pytest.approx(
        [0.0022683504536545706, 0.004536700907309141, 0.0025772697102894953, 0.0051545394205789906]
    )
    assert numbers["ratio"] == pytest.approx(5.175584243820325, rel=1e-9)
    assert numbers["cosine"] == pytest.approx(0.9999998319422917, rel=1e-12)
    assert numbers["last_layer"] == 0


def test_agh_rule_cosines(numbers: dict) -> None:
    """`agh_rule_cosines`: median, share with the first layer uphill, and seed 13340."""
    assert numbers["median"] == pytest.approx(0.5368060536683882, rel=1e-6)
    assert numbers["median_ratio"] > 16
    assert numbers["first_layer_uphill"] == pytest.approx(0.038, abs=1e-9)
    assert numbers["together_13340"] == pytest.approx(-0.42076850522804293, rel=1e-6)
    assert numbers["first_13340"] == pytest.approx(-0.9514773223074389, rel=1e-6)


@pytest.mark.parametrize("length", [1e-6, 1e-3])
def test_one_draw_goes_uphill(length: float) -> None:
    """A small step against R raises the loss, a step against the gradient lowers it."""
    x, y, weights, biases = drawn(13340)

    def loss_after(moves: list) -> float:
        size = np.linalg.norm(flat(moves))
        moved = [W - length * move / size for W, move in zip(weights, moves, strict=True)]
        return squared_error(forward(x, moved, biases)[1][-1], y)

    right, found = both(x, y, weights, biases)
    start = squared_error(forward(x, weights, biases)[1][-1], y)
    assert loss_after(right) < start < loss_after(found)


def test_the_target_has_no_say_where_there_is_one_output() -> None:
    x, _, weights, biases = drawn(7)
    angles = [
        cosine(*map(flat, both(x, np.array([[y]]), weights, biases))) for y in (0.0, 1.0, 5.0)
    ]
    assert angles == pytest.approx([angles[0]] * 3)


def test_cosine() -> None:
    u = np.array([[3.0, 4.0]])
    assert cosine(u, 2 * u) == pytest.approx(1)
    assert cosine(u, -u) == pytest.approx(-1)
    assert cosine(u, np.array([[4.0, -3.0]])) == pytest.approx(0, abs=1e-15)
