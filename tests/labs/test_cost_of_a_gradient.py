"""The lab on the cost of a gradient: its counts by hand, its gradients by another road."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.independent import complex_step

Run = Callable[[str], dict[str, Any]]


def test_speelpenning_product(lab: Run) -> None:
    """`speelpenning_product`: value, gradient and the four multiplications at 1, 2, 3, 4, 5."""
    names = lab("cost-of-a-gradient")
    n, _, plan = names["product"](5)
    x = [names["Counted"](entry) for entry in (1.0, 2.0, 3.0, 4.0, 5.0)]
    assert len(plan) == 4
    assert [entry.value for entry in names["values"](plan, x)[5:]] == [2, 6, 24, 120]
    for road in names["ROADS"]:
        _, found = names["cost"](road, plan, x, n)
        assert found == pytest.approx([120, 60, 40, 30, 24], rel=1e-5)


def test_the_network_is_the_formula(lab: Run) -> None:
    """The square of v times the squares of W x, and its gradient by the complex step."""
    names = lab("cost-of-a-gradient")
    hidden = 3
    n, data, plan = names["network"](hidden)
    rng = np.random.default_rng(3)
    start = rng.normal(size=n + data)

    def formula(weights: np.ndarray) -> Any:
        first, second = weights[:9].reshape(3, 3), weights[9:]
        return (second @ (first @ start[n:]) ** 2) ** 2

    x = [names["Counted"](float(entry)) for entry in start]
    assert names["values"](plan, x)[-1].value == pytest.approx(formula(start[:n]))
    _, found = names["cost"](names["reverse_mode"], plan, x, n)
    assert found == pytest.approx(complex_step(formula, start[:n]), rel=1e-10)


@pytest.mark.parametrize("n", [2, 3, 10])
def test_costs_of_the_product_are_those_counted_by_hand(lab: Run, n: int) -> None:
    """Products n - 1; a difference adds a nudge, a difference and a factor for each input."""
    names = lab("cost-of-a-gradient")
    _, _, plan = names["product"](n)
    x = [names["Counted"](1.5) for _ in range(n)]
    cost = {road.__name__: names["cost"](road, plan, x, n)[0] for road in names["ROADS"]}
    assert cost["one_side"] == (n - 1) * (n + 1) + 3 * n
    assert cost["both_sides"] == (n - 1) * 2 * n + 4 * n
    assert cost["complex_step"] == 6 * (n - 1) * n + (2 + 1) * n
    assert cost["forward_mode"] == (n - 1) * (1 + 3 * n)
    assert cost["reverse_mode"] == 3 * (n - 1)


def test_the_sweep_back_stays_below_four_and_the_others_grow(lab: Run) -> None:
    names = lab("cost-of-a-gradient")
    for rows in (names["of_product"], names["of_network"]):
        ratios = np.array([row[2:] for row in rows])
        assert ratios[:, 4].max() < 4
        inputs = np.array([row[0] for row in rows])
        steep = ratios[-1, :4] / ratios[-2, :4] / (inputs[-1] / inputs[-2])
        assert steep == pytest.approx(np.ones(4), abs=0.05)


def test_five_is_never_exceeded_even_where_all_is_used_twice(lab: Run) -> None:
    """Repeated squaring of a sum uses every number at least twice."""
    names = lab("cost-of-a-gradient")
    plan = [("*", 0, 1), ("*", 2, 0), ("*", 3, 2), ("*", 4, 3), ("*", 5, 4)]
    x = [names["Counted"](1.1), names["Counted"](0.9)]
    operations, _ = names["cost"](names["reverse_mode"], plan, x, 2)
    assert 3 < operations / len(plan) <= 5


def test_what_is_held(lab: Run) -> None:
    names = lab("cost-of-a-gradient")
    _, _, plan = names["product"](10)
    assert names["held_by_a_run"](plan, 10) == 1
    assert names["held_for_the_sweep"](plan, 10) == 8
