"""Sums over paths, on Olah's graph and on random stages, against slopes of the whole."""

from math import prod

import numpy as np
import pytest

from snippets.chain_rule_multivariate import (
    example,
    factored,
    one_by_one,
    over_paths,
    paths_to_y,
    values,
)
from tests.independent import complex_step

PLACES = np.random.default_rng(4).uniform(-3, 3, size=(20, 2))


def test_colah_graph() -> None:
    numbers = example()
    assert [numbers[name] for name in "cdy"] == [3, 2, 6]
    assert numbers["products"] == {"a": [2], "b": [2, 3]}
    assert numbers["dy_da"] == 2
    assert numbers["dy_db"] == 5


def test_colah_factoring_paths() -> None:
    """Three edges and three: nine products and their sum, or a single product of two sums."""
    total, paths = one_by_one([(2, 3, 5), (7, 11, 13)])
    assert paths == 9
    assert total == factored([(2, 3, 5), (7, 11, 13)]) == 10 * 31


@pytest.mark.parametrize(("a", "b"), PLACES)
def test_added_paths_are_the_slope(a: float, b: float) -> None:
    slopes = complex_step(lambda x: values(*x)[-1], np.array([a, b]))
    paths = paths_to_y(a, b)
    assert [over_paths(paths[name]) for name in "ab"] == pytest.approx(slopes, rel=1e-12)


@pytest.mark.parametrize(("a", "b"), PLACES)
def test_each_path_alone_is_the_slope_with_the_other_path_cut(a: float, b: float) -> None:
    """Hold d and nudge b through c alone, then the reverse: one product each."""
    c, d, _ = values(a, b)
    through_c = complex_step(lambda b: (a + b) * d, b).item()
    through_d = complex_step(lambda b: c * (b + 1), b).item()
    assert [prod(path) for path in paths_to_y(a, b)["b"]] == pytest.approx([through_c, through_d])


@pytest.mark.parametrize("seed", range(10))
def test_stages_can_be_summed_one_after_the_other(seed: int) -> None:
    """The slope over all paths is that of the graph: u_k = α_k x, v = Σ u_k, and so on."""
    rng = np.random.default_rng(seed)
    stages = [rng.normal(size=size) for size in (2, 4, 3)]

    def through(x: complex) -> complex:
        for slopes in stages:
            x = np.sum(slopes * x)
        return x

    total, paths = one_by_one(stages)
    assert paths == 24
    assert total == pytest.approx(complex_step(through, 0.5), rel=1e-12, abs=1e-14)
    assert factored(stages) == pytest.approx(total, rel=1e-12, abs=1e-14)


def test_ten_stages_of_three() -> None:
    assert example()["paths_through_ten"] == one_by_one([(1, 1, 1)] * 10)[0] == 59049
