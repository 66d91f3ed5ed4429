"""The lab on optimisers: worked examples, what a turn may not change, and its counts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from snippets import adam, momentum, sgd
from tests.independent import complex_step

Run = Callable[[str], dict[str, Any]]


def test_gd_on_quadratic(lab: Run) -> None:
    """`gd_on_quadratic`: from (10, 1) with step 2/11 each step leaves 9/11 of the error."""
    names = lab("paths-of-optimisers")
    path = names["paths"]["descent"]
    assert path[:, 10] == pytest.approx([1.3443063274931202, 0.13443063274931202], rel=1e-9)
    assert np.abs(path[:, 1:5] / path[:, :4]) == pytest.approx(np.full((2, 4), 9 / 11))


def test_rosenbrock_and_its_gradient(lab: Run) -> None:
    """`rosenbrock`: the minimum is at (1, 1); the slope by the complex step elsewhere."""
    names = lab("paths-of-optimisers")
    assert names["rosenbrock"](np.ones(2)) == 0
    for place in (np.array([-1.2, 1.0]), np.array([0.3, 2.0])):
        slope = complex_step(names["rosenbrock"], place)
        assert names["rosenbrock_gradient"](place) == pytest.approx(slope, rel=1e-12)


def test_a_turned_valley_has_the_same_values_at_the_turned_places(lab: Run) -> None:
    names = lab("paths-of-optimisers")
    matrix, start = names["turned"](100.0, 30)
    assert np.linalg.eigvalsh(matrix) == pytest.approx([1, 100])
    assert (start.T @ matrix @ start).item() == pytest.approx(101)


def test_descent_and_momentum_turn_with_the_valley_and_adam_does_not(lab: Run) -> None:
    names = lab("paths-of-optimisers")
    for degrees in (20, 45):
        straight, there = names["turned"](1000.0, 0), names["turned"](1000.0, degrees)
        for optimiser, options in ((sgd, {}), (momentum, {"mu": 0.8})):
            counts = [
                names["fewest"](optimiser, *valley, 300, **options) for valley in (straight, there)
            ]
            assert abs(counts[0] - counts[1]) <= 1  # rounding may decide at the edge
        slow = [names["fewest"](adam, *valley, 600) for valley in (straight, there)]
        assert slow[1] > 2 * slow[0]


def test_adam_needs_the_same_for_every_steepness_along_the_axes(lab: Run) -> None:
    counts = [found[0] for found in lab("paths-of-optimisers")["by_angle"].values()]
    assert len(counts) == 3
    assert max(counts) - min(counts) <= 1


def test_counts_grow_with_the_steepness_and_its_root(lab: Run) -> None:
    rows = [line.split() for line in lab("paths-of-optimisers")["printed"].splitlines()]
    first = next(i for i, row in enumerate(rows) if row[:1] == ["steepness"])
    table = {
        (int(row[0]), int(row[1])): list(map(int, row[2:])) for row in rows[first + 1 : first + 5]
    }
    assert table[100, 0][0] / table[10, 0][0] == pytest.approx(10, rel=0.15)
    assert table[100, 0][1] / table[10, 0][1] == pytest.approx(10**0.5, rel=0.15)


def test_fewest_counts_until_the_distance_stays_small(lab: Run) -> None:
    """By the closed form: after t steps the two errors are (1 - η)ᵗ and (1 - 10η)ᵗ."""
    names = lab("paths-of-optimisers")
    counts = []
    for eta in names["RATES"]:
        factors = np.minimum(np.abs(1 - eta * np.array([1.0, 10.0])), 1)  # above 1, it never ends
        errors = np.linalg.norm(factors ** np.arange(600)[:, None], axis=1)
        far = np.flatnonzero(~(errors < 1e-3 * np.sqrt(2)))
        counts.append(far[-1] + 1)
    assert names["fewest"](sgd, np.diag([1.0, 10.0]), np.ones((2, 1)), 400) == min(counts)
    assert names["fewest"](sgd, np.eye(2), np.ones((2, 1)), 10) == 1


def test_each_finds_its_way_round_the_bend(lab: Run) -> None:
    names = lab("paths-of-optimisers")
    for bent, _ in names["found"].values():
        assert bent[:, 0].tolist() == [-1.2, 1.0]
        assert 0.5 < bent[0, -1] < 1.5
        assert names["rosenbrock"](bent[:, -1]) < 0.3
