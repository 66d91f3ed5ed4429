"""The order of adjoints, whatever the drawing, and the linearity of the way back."""

from itertools import permutations

import numpy as np
import pytest

from snippets.why_called_back import (
    OPERANDS,
    USERS,
    W1,
    W2,
    adjoints,
    example,
    misfit,
    order,
    tangents,
    values,
)
from tests.independent import complex_step


def columns(rows: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Two random columns: inputs have 3 rows, errors at the output 4."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(rows, 1)), rng.normal(size=(rows, 1))


def test_numbers_of_the_note() -> None:
    numbers = example()
    assert numbers["slope_forward"] == pytest.approx(0.2576938873, abs=1e-9)
    assert numbers["misfit_forward"] == pytest.approx(0.6341579586, abs=1e-9)
    assert numbers["misfit_backward"] < 1e-15


@pytest.mark.parametrize("seed", range(10))
def test_adjoints_are_derivatives(seed: int) -> None:
    x, error = columns(3, seed)[0], columns(4, seed)[0]
    at = values(x)
    back = adjoints(error, at["z1"])
    from_x = complex_step(lambda x: (error.T @ (W2 @ np.tanh(W1 @ x))).item(), x)
    from_z1 = complex_step(lambda z1: (error.T @ (W2 @ np.tanh(z1))).item(), at["z1"])
    from_a1 = complex_step(lambda a1: (error.T @ (W2 @ a1)).item(), at["a1"])
    assert back["x"] == pytest.approx(from_x, rel=1e-12)
    assert back["z1"] == pytest.approx(from_z1, rel=1e-12)
    assert back["a1"] == pytest.approx(from_a1, rel=1e-12)
    assert at["z2"] == pytest.approx(W2 @ np.tanh(W1 @ x), rel=1e-12)


def test_users_are_the_operands_turned_round() -> None:
    forth = {(v, w) for w in OPERANDS for v in OPERANDS[w]}
    assert forth == {(v, w) for v in USERS for w in USERS[v]}


@pytest.mark.parametrize("drawn", list(permutations(OPERANDS)))
def test_no_drawing_changes_an_order(drawn: tuple[str, ...]) -> None:
    x, error = columns(3, 0)[0], columns(4, 0)[0]
    at = values(x)
    assert order(drawn, OPERANDS) == list(at)
    assert order(drawn, USERS) == list(adjoints(error, at["z1"])) == list(at)[::-1]


@pytest.mark.parametrize("seed", range(10))
def test_the_way_back_is_linear_and_the_way_forward_is_not(seed: int) -> None:
    x, other_x = columns(3, seed)
    error, other = columns(4, seed)
    z1 = values(x)["z1"]
    assert misfit(*(values(v)["z2"] for v in (x + other_x, x, other_x))) > 1e-3
    assert misfit(*(adjoints(v, z1)["x"] for v in (error + other, error, other))) < 1e-14
    assert adjoints(3 * error, z1)["x"] == pytest.approx(3 * adjoints(error, z1)["x"], rel=1e-12)


@pytest.mark.parametrize("seed", range(10))
def test_the_chain_rule_alone_does_not_make_it_go_back(seed: int) -> None:
    """The note's slip: forward mode is the same chain rule, and its order is that of the values."""
    x, x_dot = columns(3, seed)
    error = columns(4, seed)[0]
    at = values(x)
    forth = tangents(x_dot, at["z1"])
    assert list(forth) == list(at)
    assert list(forth) != list(adjoints(error, at["z1"]))
    exact = complex_step(lambda t: (error.T @ values(x + t[0] * x_dot)["z2"]).item(), np.zeros(1))
    assert error.T @ forth["z2"] == pytest.approx(exact[0], rel=1e-12)
    assert adjoints(error, at["z1"])["x"].T @ x_dot == pytest.approx(exact[0], rel=1e-12)
