"""What comes back to a shared value is the sum over its uses, which is the sum over all paths."""

from collections.abc import Callable

import numpy as np
import pytest

from snippets.fan_out_accumulation import (
    bundles,
    example,
    forward,
    forward_v_first,
    paths,
)
from snippets.reverse_mode_ad import RULES, reverse, step
from tests.independent import complex_step
from tests.worked_examples import SMOOTH


def test_colah_graph() -> None:
    """`colah_graph`: 3, 2 and 6 forwards; slopes 2 and 3, and 2 + 3 for the shared input."""
    numbers = example()
    assert numbers["values"] == [2, 1, 1, 3, 2, 6]
    assert list(numbers["adjoints"]) == [2, 5, 3, 2, 3, 1]
    assert numbers["paths"] == [2, 3]
    one = SMOOTH["colah_graph"]
    assert numbers["values"][-1] == one.value
    assert tuple(numbers["adjoints"][:2]) == one.gradient


def test_colah_factoring_paths() -> None:
    """`colah_factoring_paths`: three edges and three edges are nine paths, or one product."""
    S = np.array([[0.3, -1.2, 2.0], [0.7, 1.9, -0.4]])
    tape = bundles(1.0, S)
    products = paths(tape, 0)
    assert len(products) == 9
    assert sorted(products) == pytest.approx(sorted(np.outer(S[0], S[1]).flat), rel=1e-15)
    assert reverse(tape)[0] == pytest.approx(S[0].sum() * S[1].sum(), rel=1e-15)
    assert reverse(tape)[0] == pytest.approx(sum(products), rel=1e-14)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("graph", [forward, forward_v_first])
def test_the_order_of_the_two_sums_does_not_matter(
    graph: Callable[[float, float], list], seed: int
) -> None:
    x = np.random.default_rng(seed).normal(size=2)
    gradient = complex_step(lambda x: (x[0] + x[1]) * (x[1] + 1), x)
    assert reverse(graph(*x))[:2] == pytest.approx(gradient, rel=1e-13)


def test_overwriting_keeps_the_use_that_is_visited_last() -> None:
    numbers = example()
    assert numbers["overwritten"] == numbers["paths"][0] == 2
    assert numbers["overwritten_v_first"] == numbers["paths"][1] == 3


def test_ten_doublings() -> None:
    numbers = example()
    assert numbers["doublings_slope"] == numbers["doublings_paths"] == 2**10
    assert numbers["doublings_edges"] == 20


def test_a_square_uses_its_base_twice() -> None:
    tape = [(3.0, (), ())]
    step(tape, "mul", 0, 0)
    assert paths(tape, 0) == [3, 3]
    assert reverse(tape)[0] == 6


def random_tape(x: np.ndarray, seed: int) -> list:
    """Eight random steps on the inputs x, with values used many times or twice in one step."""
    rng = np.random.default_rng(seed)
    tape = [(entry, (), ()) for entry in x]
    for _ in range(8):
        rule = rng.choice([rule for rule in RULES if rule != "ln"])
        step(tape, rule, *rng.integers(len(tape), size=1 if rule == "sin" else 2))
    return tape


@pytest.mark.parametrize("seed", range(30))
def test_paths_and_sweep_agree_on_any_tape(seed: int) -> None:
    x = np.random.default_rng(seed).uniform(-1, 1, size=3)
    tape = random_tape(x, seed)
    sums = [sum(paths(tape, j)) for j in range(len(tape))]
    assert reverse(tape) == pytest.approx(sums, rel=1e-12, abs=1e-14)
    gradient = complex_step(lambda x: random_tape(x, seed)[-1][0], x)
    assert sums[:3] == pytest.approx(gradient, rel=1e-11, abs=1e-13)
