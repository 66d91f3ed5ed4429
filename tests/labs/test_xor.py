"""The lab on XOR: worked examples, its gradient by another road, and what it says of starts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from snippets.backpropagation import batch_gradients
from tests.independent import complex_step

Run = Callable[[str], dict[str, Any]]


def test_xor_linear_least_squares(lab: Run) -> None:
    """`xor_linear_least_squares`: weights 0, bias 1/2, mean squared error 1/4."""
    names = lab("xor")
    assert [names["w_1"], names["w_2"], names["b"]] == pytest.approx([0, 0, 0.5], abs=1e-9)
    assert np.mean((0.5 - names["Y"]) ** 2) == 0.25


def test_goodfellow_xor_relu(lab: Run) -> None:
    """`goodfellow_xor_relu`: the hidden layer and the output of the weights set by hand."""
    names = lab("xor")
    assert names["hidden"].T.tolist() == [[0, 0], [1, 0], [1, 0], [2, 1]]
    assert names["output"].tolist() == [[0, 1, 1, 0]]


def test_xor_training_numpy(lab: Run) -> None:
    """`xor_training_numpy`: four hidden neurons and rate 10 learn XOR; not the digits are kept."""
    names = lab("xor")
    losses, params = names["train"](names["starts"](1, 4), eta=10.0, is_squared=True, steps=5000)
    assert losses[0, 0] > 0.1
    assert losses[1000, 0] < 1e-3
    assert losses[5000, 0] < 1e-4
    assert names["forward"](params)[-1].ravel() == pytest.approx([0, 1, 1, 0], abs=0.02)


def test_the_gradient_is_that_of_backpropagation_sample_by_sample(lab: Run) -> None:
    names = lab("xor")
    stacks = names["starts"](3, 2, seed=5)
    stacked = names["gradients"](stacks, is_squared=True)
    for which in range(3):
        W_1, b_1, W_2, b_2 = (p[which] for p in stacks)
        columns = zip(names["X"].T, names["Y"].T, strict=True)
        samples = [(x[:, None], y[:, None]) for x, y in columns]
        (of_W_1, of_W_2), (of_b_1, of_b_2) = batch_gradients(samples, [W_1, W_2], [b_1, b_2])
        for found, known in zip(stacked, (of_W_1, of_b_1, of_W_2, of_b_2), strict=True):
            assert found[which] == pytest.approx(known, rel=1e-12)


def test_the_gradient_of_the_cross_entropy_is_its_slope(lab: Run) -> None:
    """By the complex step on the textbook's own formula, one weight matrix at a time."""
    names = lab("xor")
    params = names["starts"](1, 2, seed=6)

    def entropy(W_1: np.ndarray) -> Any:
        *_, a = names["forward"]([W_1, *params[1:]])
        Y = names["Y"]
        return -np.mean(Y * np.log(a) + (1 - Y) * np.log(1 - a))

    found = names["gradients"](params, is_squared=False)[0]
    assert found == pytest.approx(complex_step(entropy, params[0]), rel=1e-10)
    assert names["loss"](params, False)[0] == pytest.approx(entropy(params[0]), rel=1e-12)


def test_what_the_text_says_of_the_hundred_starts(lab: Run) -> None:
    names = lab("xor")
    squared, entropy = names["shares"][True], names["shares"][False]
    assert 70 <= max(squared) <= 90
    assert 70 <= max(entropy) <= 90
    assert entropy[0] > 3 * squared[0]
    assert entropy[-1] < squared[-1] / 3
    wrong = np.sort(np.abs(names["stuck"] - names["Y"]), axis=1).round(1)
    known = ([0, 0, 0.5, 0.5], [0, 0.3, 0.3, 0.7])
    assert all(any(np.allclose(row, one) for one in known) for row in wrong)


def test_twins_stay_equal_and_each_hundredth_costs_the_same(lab: Run) -> None:
    names = lab("xor")
    assert names["arrived"][0] == -1
    assert (names["params"][0][0, 0] == names["params"][0][0, 1]).all()
    delays = np.diff(names["arrived"][2:])
    assert (delays > 0).all()
    assert max(delays) - min(delays) <= 5


def test_from_other_starts_a_difference_stops_growing(lab: Run) -> None:
    """Twins of another draw, a thousandth apart: they come to rest, and XOR is not learnt."""
    names = lab("xor")
    rng = np.random.default_rng(3)
    twin = [rng.normal(size=shape) for shape in ((1, 1, 2), (1, 1, 1), (1, 1, 1), (1, 1, 1))]
    W_1 = twin[0].repeat(2, axis=1) + 1e-3 * rng.normal(size=(1, 2, 2))
    params = [W_1, twin[1].repeat(2, axis=1), twin[2].repeat(2, axis=2), twin[3]]
    apart = []
    for _ in range(4):
        _, params = names["train"](params, 3.0, is_squared=False, steps=1000)
        apart.append(np.abs(params[0][0, 0] - params[0][0, 1]).max())
    assert not names["solved"](params).any()
    assert 1e-3 < apart[0] < apart[-1] < 2 * apart[0] < 0.1


def test_a_start_at_zero_stands_still(lab: Run) -> None:
    names = lab("xor")
    for is_squared in (True, False):
        assert all((g == 0).all() for g in names["gradients"](names["zero"], is_squared))
