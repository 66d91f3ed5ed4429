"""Shares of two paths, each found with the other path cut, and their sum against the whole."""

import numpy as np
import pytest

from snippets.chain_rule_multivariate import between, example, f, moves, shares, slope, wide
from tests.independent import complex_step, complex_step_jacobian

PLACES = np.random.default_rng(4).uniform(0.3, 2.5, size=20)


def whole(x: complex) -> complex:
    return f(*between(x))


def test_numbers_at_one() -> None:
    """Base and exponent are 2 there: 2 v u^(v-1) = 8 and 2 u^v ln u = 8 ln 2."""
    numbers = example()
    assert numbers["y"] == 4
    assert numbers["shares"] == pytest.approx([8, 8 * np.log(2)], rel=1e-14)
    assert numbers["slope"] == pytest.approx(13.545177444479563, rel=1e-14)


@pytest.mark.parametrize("x", PLACES)
def test_the_shares_add_up_to_the_slope(x: float) -> None:
    assert slope(x) == pytest.approx(complex_step(whole, x).item(), rel=1e-12)


@pytest.mark.parametrize("x", PLACES)
def test_each_share_is_the_slope_with_the_other_path_cut(x: float) -> None:
    u, v = between(x)
    by_base = complex_step(lambda x: f(between(x)[0], v), x).item()
    by_exponent = complex_step(lambda x: f(u, between(x)[1]), x).item()
    assert shares(x) == pytest.approx([by_base, by_exponent], rel=1e-12)


@pytest.mark.parametrize("x", PLACES)
@pytest.mark.parametrize("h", [0.1, 0.001, -0.01])
def test_one_move_after_the_other_arrives_where_both_do(x: float, h: float) -> None:
    first, second, at_once = moves(x, h)
    assert first + second == pytest.approx(at_once, rel=1e-9)
    assert at_once == pytest.approx((whole(x + h) - whole(x)) / h, rel=1e-12)


@pytest.mark.parametrize("x", PLACES)
def test_each_rise_tends_to_its_share(x: float) -> None:
    """Ten times shorter, ten times closer; also the second, from a base that has moved."""
    for path in (0, 1):
        gaps = [abs(moves(x, h)[path] - shares(x)[path]) for h in (1e-3, 1e-4)]
        assert gaps[1] < gaps[0] / 8 + 1e-9


def test_neither_rule_alone_is_the_slope() -> None:
    total = example()["slope"]
    assert all(abs(share - total) > 0.4 * total for share in example()["shares"])


@pytest.mark.parametrize("seed", range(10))
def test_a_sum_over_all_values_between(seed: int) -> None:
    rng = np.random.default_rng(seed)
    W, s = rng.normal(size=(4, 3)), rng.normal(size=(3, 1))
    w, _ = wide(W, s)
    dq_dw = complex_step(lambda w: np.sum(w**3), w)
    dw_ds = complex_step_jacobian(lambda s: wide(W, s)[0], s)
    expected = complex_step(lambda s: wide(W, s)[1], s)
    assert dw_ds.T @ dq_dw == pytest.approx(expected, rel=1e-11, abs=1e-14)
