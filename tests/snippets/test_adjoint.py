"""Adjoints of every step of a known example, against runs in which single steps are disturbed."""

import numpy as np
import pytest

from snippets.adjoint import adjoints, example, observed, predicted, values
from tests.independent import complex_step

PLACES = np.random.default_rng(8).uniform(0.5, 2, size=(10, 2))


def test_griewank_walther_intro() -> None:
    numbers = example()
    v = [1.5, 0.5, 3.0, 0.1411200080598672, 1.6487212707001282, 1.3512787292998718]
    v += [1.492398737359739, 2.016646669428201]
    assert numbers["values"] == pytest.approx(v, rel=1e-12)
    slopes = [3.011843327673907, -13.723961509314076]
    assert numbers["adjoints"][:2] == pytest.approx(slopes, rel=1e-9)
    assert numbers["adjoints"][-1] == 1


@pytest.mark.parametrize("x", PLACES)
@pytest.mark.parametrize("i", range(8))
def test_one_step_disturbed_alone(x: np.ndarray, i: int) -> None:
    """The run itself answers: an imaginary error at step i, and nothing else."""
    effect = complex_step(lambda error: values(x, [*[0] * i, error, *[0] * (7 - i)])[-1], 0.0)
    assert adjoints(*values(x))[i] == pytest.approx(effect.item(), rel=1e-11, abs=1e-14)


@pytest.mark.parametrize("x", PLACES)
def test_effects_of_small_errors_add_up(x: np.ndarray) -> None:
    """What the sum misses goes with the square of the errors: a tenth of them, a hundredth."""
    errors = np.random.default_rng(0).normal(size=8)
    v_bar = adjoints(*values(x))
    missed = [observed(x, h * errors) - predicted(v_bar, h * errors) for h in (1e-3, 1e-4)]
    assert abs(missed[1]) < abs(missed[0]) / 50 + 1e-13


def test_moving_an_operand_is_another_question() -> None:
    """The note's slip: x_1 moves the quotient, and the exponential with it."""
    numbers = example()
    x = numbers["x"]
    slopes = complex_step(lambda x: values(x)[-1], x)
    quotient = complex_step(lambda x: x[0] / x[1], x)
    by_way_of = slopes / quotient
    assert by_way_of[1] == pytest.approx(numbers["v_2 by way of x_1"], rel=1e-12)
    assert by_way_of[0] == pytest.approx(numbers["adjoints"][2], rel=1e-12)
    assert by_way_of[1] == pytest.approx(2.2873269182190126, rel=1e-12)
