"""Slopes and their price: counts for the product, and bounds for programs made at random."""

from collections import Counter

import numpy as np
import pytest

from snippets.cheap_gradient_principle import (
    counts,
    differences,
    evaluate,
    example,
    multiplications,
    operations,
    product,
    random_program,
    value_and_grad,
)
from tests.independent import complex_step


def any_program(seed: int) -> tuple[list, np.ndarray]:
    """Nine steps on three inputs, any two values each, the same one twice included."""
    rng = np.random.default_rng(seed)
    program = []
    for i in range(3, 12):
        op, j, k = str(rng.choice(list("+-*"))), *map(int, rng.integers(i, size=2))
        if rng.random() < 0.3:
            op, k = "/", int(rng.integers(3))
        program.append((op, j, k))
    return program, rng.uniform(0.5, 2, size=3)


def test_speelpenning_product() -> None:
    numbers = example()
    assert numbers["y"] == 120
    assert numbers["gradient"] == [120, 60, 40, 30, 24]
    assert numbers["with a zero"] == [0, 3, 0]
    assert len(operations(evaluate, product(5), numbers["x"])) == 4


@pytest.mark.parametrize("seed", range(30))
def test_slopes_of_any_program(seed: int) -> None:
    program, x = any_program(seed)
    y, slopes = value_and_grad(program, x)
    assert y == evaluate(program, x)[-1]
    expected = complex_step(lambda x: evaluate(program, x)[-1], x)
    assert slopes == pytest.approx(expected, rel=1e-10, abs=1e-12)
    measured = differences(program, x)[1]
    assert measured == pytest.approx(expected, rel=1e-3, abs=1e-3 * max(1, abs(y)))


@pytest.mark.parametrize("n", [2, 3, 10, 33])
def test_counts_of_the_product(n: int) -> None:
    """One run is n - 1 products; differences do n + 1 of them and three operations an input."""
    run, with_slopes, by_runs = counts(product(n), np.ones(n))
    assert run == n - 1
    assert with_slopes == 5 * (n - 1)
    assert by_runs == (n + 1) * (n - 1) + 3 * n
    done = Counter(operations(value_and_grad, product(n), np.ones(n)))
    assert done == {np.multiply: 3 * (n - 1), np.add: 2 * (n - 1)}


@pytest.mark.parametrize("seed", range(30))
def test_no_program_costs_more_than_five_times(seed: int) -> None:
    program, x = any_program(seed)
    run, with_slopes, _ = counts(program, x)
    assert run == len(program)
    assert with_slopes <= 5 * run
    scalar = multiplications(evaluate, program, x)
    assert multiplications(value_and_grad, program, x) <= 3 * scalar


@pytest.mark.parametrize(("op", "price"), [("+", 3), ("-", 3), ("*", 5), ("/", 5)])
def test_the_price_of_each_operation(op: str, price: int) -> None:
    """Of a step in the middle: with a product after it, no seed or empty sum is free."""
    before, after = [("*", 0, 1)], [("*", 3, 2)]
    longer = [("*", 0, 1), (op, 3, 2), ("*", 4, 2)]
    x = np.ones(3)
    assert counts(longer, x)[1] - counts(before + after, x)[1] == price


def test_a_sweep_does_not_ask_how_many_inputs_there_are() -> None:
    rng = np.random.default_rng(0)
    for n in (2, 5, 20):
        program = random_program(rng, n, steps=30)
        assert counts(program, np.ones(n))[1] <= 150


def test_what_the_table_shows() -> None:
    numbers = example()
    assert numbers["counts"] == {2: [1, 5, 9], 10: [9, 45, 129], 100: [99, 495, 10299]}
    assert numbers["ratios"][100] == pytest.approx([5, 10299 / 99])
