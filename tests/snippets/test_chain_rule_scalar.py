"""The chain rule on exp(sin(x²)), in both directions."""

import numpy as np
import pytest

from snippets.chain_rule_scalar import (
    example,
    forward,
    picture,
    reverse,
    slope_at_the_wrong_place,
    values,
)
from tests.independent import complex_step


def test_numbers_at_one() -> None:
    numbers = example()
    assert numbers["u"] == pytest.approx(0.8414709848078965, rel=1e-15)
    assert numbers["y"] == pytest.approx(2.319776824715853, rel=1e-15)
    assert numbers["forward"] == pytest.approx([1, 2, 1.0806046117362795, 2.506761534986894])
    assert numbers["reverse"] == pytest.approx(
        [1, 2.319776824715853, 1.253380767493447, 2.506761534986894]
    )


@pytest.mark.parametrize("x", np.random.default_rng(0).uniform(-3, 3, size=20))
def test_both_directions_are_the_derivative(x: float) -> None:
    derivative = complex_step(lambda x: values(x)[2], x)
    assert forward(x)[-1] == pytest.approx(derivative, rel=1e-12)
    assert reverse(x)[-1] == pytest.approx(derivative, rel=1e-12)


def test_the_partial_products_on_the_way_differ() -> None:
    assert not np.allclose(forward(1.0)[1:-1], reverse(1.0)[1:-1])


def test_a_slope_at_the_wrong_place_hides_at_one() -> None:
    """At x = 1 the value v = x² is 1 as well, so the slip of the note cannot be seen there."""
    assert slope_at_the_wrong_place(1.0) == pytest.approx(forward(1.0)[-1], rel=1e-15)
    assert abs(slope_at_the_wrong_place(0.5) - forward(0.5)[-1]) > 0.1


@pytest.mark.parametrize("x", [0.0, 0.4, 1.3, 2.0])
def test_the_graph_at_other_places(x: float) -> None:
    graph = picture(x)
    assert [graph[letter][2] for letter in "xvuy"] == pytest.approx([x, *values(x)])
    assert graph["x"][3] == pytest.approx(complex_step(lambda x: values(x)[2], x), abs=1e-15)


def test_beyond_the_top_of_the_sine_the_sign_turns() -> None:
    numbers = example()
    _, du_dv, _ = numbers["slopes_beyond"]
    assert du_dv == pytest.approx(complex_step(np.sin, 1.69), rel=1e-12)
    assert numbers["right_beyond"] == pytest.approx(
        complex_step(lambda x: values(x)[2], 1.3), rel=1e-12
    )
    assert du_dv < 0 < values(1.3)[1]
