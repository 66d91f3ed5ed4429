"""Algorithm L on a² - c² = (a + c)(a - c), against the thesis's closed form and its reruns."""

import numpy as np
import pytest

from snippets.linnainmaa_algorithm_l import (
    PARTIALS,
    PLAN,
    by_reruns,
    example,
    part_1,
    part_2,
    relative,
)
from tests.independent import complex_step

EXACT = np.zeros(5)
INPUTS = np.random.default_rng(3).uniform(0.5, 4, size=(10, 2))


def test_numbers_at_three_and_two() -> None:
    """The example linnainmaa_algorithm_L."""
    numbers = example()
    assert list(numbers["values"]) == [3, 2, 5, 1, 5]
    assert list(numbers["coeff"]) == [6, -4, 1, 5, 1]
    assert list(numbers["values"] * numbers["coeff"]) == [18, -8, 5, 5, 5]
    assert numbers["relative"] == pytest.approx([3.6, -1.6, 1, 1, 1], rel=1e-14)
    assert numbers["reruns"] == pytest.approx(
        [3.6000001788494274, -1.6000000808702453, 1.000000001, 1.000000001, 1.000000001], abs=1e-8
    )


@pytest.mark.parametrize(("a", "c"), INPUTS)
def test_closed_form_of_the_thesis(a: float, c: float) -> None:
    y = a**2 - c**2
    assert relative(part_1((a, c), PLAN, EXACT)) == pytest.approx(
        [2 * a**2 / y, -2 * c**2 / y, 1, 1, 1], rel=1e-10
    )


@pytest.mark.parametrize(("a", "c"), INPUTS)
def test_coefficients_are_derivatives(a: float, c: float) -> None:
    """COEFF of the inputs is the gradient; relative coefficients belong to the factors 1 + ε."""
    gradient = complex_step(lambda x: x[0] ** 2 - x[1] ** 2, np.array([a, c]))
    assert part_2(part_1((a, c), PLAN, EXACT))[:2] == pytest.approx(gradient, rel=1e-12)
    effect = complex_step(lambda epsilon: part_1((a, c), PLAN, epsilon)[-1][0], EXACT)
    assert relative(part_1((a, c), PLAN, EXACT)) == pytest.approx(effect / (a**2 - c**2), rel=1e-10)


@pytest.mark.parametrize(("a", "c"), INPUTS)
def test_reruns_agree_with_the_sweep(a: float, c: float) -> None:
    assert by_reruns((a, c), PLAN, 1e-7) == pytest.approx(
        relative(part_1((a, c), PLAN, EXACT)), rel=1e-4, abs=1e-4
    )


def test_an_operand_used_twice_collects_both_terms() -> None:
    stack = [(3.0, "input", None, None), (9.0, "*", 0, 0)]
    assert list(part_2(stack)) == [6, 1]


@pytest.mark.parametrize("operation", PARTIALS)
def test_every_rule_by_complex_step(operation: str) -> None:
    def run(inputs: np.ndarray) -> list[tuple]:
        return part_1(inputs, [(operation, 0, 1), ("*", 2, 0)], np.zeros(4))

    at = np.array([1.7, -0.6])
    expected = complex_step(lambda x: run(x)[-1][0], at)
    assert part_2(run(at))[:2] == pytest.approx(expected, rel=1e-12)


def test_the_result_may_be_any_record() -> None:
    stack = part_1((3.0, 2.0), PLAN, EXACT)
    assert list(part_2(stack, result=3)) == [1, -1, 0, 1, 0]
    assert list(relative(stack, result=2)) == [0.6, 0.4, 1, 0, 0]
    with pytest.raises(ValueError, match="record 3 is zero"):
        relative(part_1((2.0, 2.0), PLAN, EXACT), result=3)


def test_one_sweep_gives_one_row_and_no_jacobian() -> None:
    """The note's slip: the sum and the difference, as results, each need a sweep of their own."""
    stack = part_1((3.0, 2.0), PLAN, EXACT)
    of_the_product, of_the_sum = part_2(stack)[:2], part_2(stack[:3])[:2]
    of_the_difference = part_2(stack[:4])[:2]
    assert list(of_the_sum) == [1, 1]
    assert list(of_the_difference) == [1, -1]
    assert list(of_the_product) == [6, -4]
