"""The lab on digits: the data, the roads to the gradient, and what was learnt."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from snippets.backprop_matrix_form import loss

Run = Callable[[str], dict[str, Any]]


def test_the_data_are_those_of_the_description(lab: Run) -> None:
    """1797 digits with 16 shades, as many of each class as the data set says of its test set."""
    names = lab("digits")
    assert names["X"].shape == (64, 1797)
    assert sorted(set((16 * names["X"]).ravel())) == list(range(17))
    assert np.bincount(names["labels"]).tolist() == [
        178,
        182,
        177,
        183,
        181,
        182,
        181,
        179,
        174,
        180,
    ]


def test_no_digit_is_both_learnt_from_and_tested_on(lab: Run) -> None:
    names = lab("digits")
    assert np.hstack([names["X_train"], names["X_test"]]) == pytest.approx(names["X"])
    assert names["labels_train"].size + names["labels_test"].size == 1797


def test_hand_and_tape_agree(lab: Run) -> None:
    names = lab("digits")
    assert names["by_hand"].size == 64 * 32 + 32 + 32 * 10 + 10
    assert names["by_tape"] == pytest.approx(names["by_hand"], abs=1e-15)
    assert np.abs(names["by_hand"]).max() > 0.01


@pytest.mark.parametrize("road", ["row", "by_program"])
def test_the_array_tape_and_its_program_agree_with_the_hand(lab: Run, road: str) -> None:
    names = lab("digits")
    assert names[road] == pytest.approx(names["by_hand"], abs=1e-15)


def test_training_is_the_same_by_every_road(lab: Run) -> None:
    names = lab("digits")
    first, *others = names["ends"]
    start = np.concatenate([part.ravel() for pair in names["start"] for part in pair])
    assert np.abs(first - start).max() > 0.1
    assert len(others) == 2
    for end in others:
        assert end == pytest.approx(first, abs=1e-10)


def test_the_slopes_by_pixels_are_measured_slopes(lab: Run) -> None:
    """A central difference: relu and the largest score take no complex step."""
    names = lab("digits")
    X, labels, h = names["X"][:, :3], names["labels"][:3], 1e-6
    slopes = names["by_pixels"](names["params"], X, labels)
    for place in [(10, 0), (20, 1), (36, 2), (43, 0)]:
        nudge = np.zeros_like(X)
        nudge[place] = h
        ends = [loss(names["params"], X + sign * nudge, labels) for sign in (1, -1)]
        assert slopes[place] == pytest.approx((ends[0] - ends[1]) / (2 * h), abs=1e-8)
    assert np.abs(slopes).max() > 1e-4


def test_it_learns(lab: Run) -> None:
    names = lab("digits")
    training, test = np.array(names["history"]).T
    assert training[0] == pytest.approx(np.log(10), abs=0.3)
    assert training[-1] < 0.02
    assert 25 < np.argmin(test) < 120
    assert test[-1] > 1.05 * test.min()
    wrong = names["wrong"](names["params"], names["X_test"], names["labels_test"])
    assert 5 < wrong < 13
    assert len(names["misread"]) == round(wrong * names["labels_test"].size / 100)
