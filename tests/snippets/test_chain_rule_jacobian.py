"""Products of stage Jacobians against the Jacobian of the whole, and what brackets cost."""

from itertools import product as all_of

import numpy as np
import pytest

from snippets.chain_rule_jacobian import (
    activations,
    cheapest,
    costs,
    example,
    forward,
    product,
    random_weights,
    reverse,
    stage,
    stage_jacobian,
    stage_jacobians,
)
from tests.independent import complex_step_jacobian

WIDTHS = [(2, 4, 3, 5), (5, 1, 4), (1, 3, 3, 1, 2), (4, 2)]


def every_bracketing(first: int, last: int) -> list:
    """All of them, one by one: a search that knows no shortcut."""
    if first == last:
        return [first]
    return [
        pair
        for k in range(first, last)
        for pair in all_of(every_bracketing(k + 1, last), every_bracketing(first, k))
    ]


@pytest.mark.parametrize("n", WIDTHS)
def test_a_stage_has_the_jacobian_of_its_function(n: tuple[int, ...]) -> None:
    rng = np.random.default_rng(0)
    for W in random_weights(n, rng):
        a = rng.normal(size=(W.shape[1], 1))
        expected = complex_step_jacobian(lambda a, W=W: stage(W, a), a)
        assert stage_jacobian(W, a) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("n", WIDTHS)
def test_any_brackets_give_the_jacobian_of_the_whole(n: tuple[int, ...]) -> None:
    rng = np.random.default_rng(1)
    weights, x = random_weights(n, rng), rng.normal(size=(n[0], 1))
    whole = complex_step_jacobian(lambda x: activations(weights, x)[-1], x)
    J = stage_jacobians(weights, x)
    for brackets in every_bracketing(1, len(n) - 1):
        found, _ = product(J, brackets)
        assert found.shape == (n[-1], n[0])
        assert found == pytest.approx(whole, rel=1e-10, abs=1e-14)


def test_brackets_by_hand() -> None:
    assert forward(4) == (4, (3, (2, 1)))
    assert reverse(4) == (((4, 3), 2), 1)
    J = {1: np.ones((3, 2)), 2: np.ones((5, 3)), 3: np.ones((7, 5))}
    assert product(J, forward(3))[1] == 5 * 3 * 2 + 7 * 5 * 2
    assert product(J, reverse(3))[1] == 7 * 5 * 3 + 7 * 3 * 2


def test_matrix_chain_cost() -> None:
    """Five stages 100 wide and a row; its counts are of multiplications and additions, twice ours.

    A vector of n entries meets L matrices in 2 L n², matrices first take 2 (L - 1) n³ + 2 n².
    """
    forwards, reverses, least = costs((100,) * 6 + (1,))
    assert 2 * reverses == 100_000
    assert 2 * forwards == 8_020_000
    assert least == reverses
    assert example()["forward_over_reverse"] == pytest.approx(80.2, rel=1e-15)
    assert costs((1,) + (100,) * 6) == (reverses, forwards, reverses)


@pytest.mark.parametrize("seed", range(10))
def test_the_cheapest_brackets_are_the_cheapest_of_all(seed: int) -> None:
    n = np.random.default_rng(seed).integers(1, 9, size=6).tolist()
    J = {i: np.ones(shape) for i, shape in enumerate(zip(n[1:], n, strict=False), 1)}
    least, brackets = cheapest(n)
    assert product(J, brackets)[1] == least
    assert least == min(product(J, other)[1] for other in every_bracketing(1, 5))
    assert least <= min(costs(n)[:2])


def test_a_narrow_middle_wants_neither_direction() -> None:
    numbers = example()
    assert numbers["costs"]["narrow in the middle"] == (104_000, 104_000, 6_500)
    assert numbers["brackets"] == ((4, 3), (2, 1))


def test_the_wrong_order_has_the_right_shape_if_all_are_equally_wide() -> None:
    rng = np.random.default_rng(0)
    J = stage_jacobians(random_weights([3, 3, 3], rng), rng.normal(size=(3, 1)))
    right, _ = product(J, (2, 1))
    wrong, _ = product(J, (1, 2))
    assert wrong.shape == right.shape
    error = np.linalg.norm(wrong - right) / np.linalg.norm(right)
    assert error == pytest.approx(example()["wrong_order"], rel=1e-12)
    assert error > 1
