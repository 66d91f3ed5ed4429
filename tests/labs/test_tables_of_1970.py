"""The lab on the tables of 1970: decimal rounding, its elimination, and what it finds."""

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, Context
from typing import Any

import numpy as np
import pytest

from snippets.linnainmaa_1970_tables import A, variance_table
from tests.independent import complex_step

Run = Callable[[str], dict[str, Any]]


def test_rounding_is_that_of_decimal_arithmetic(lab: Run) -> None:
    """Python's decimal numbers round to four digits too."""
    context = Context(prec=4, rounding=ROUND_HALF_EVEN)
    rng = np.random.default_rng(1)
    numbers = rng.normal(size=300) * 10.0 ** rng.integers(-5, 6, size=300)
    expected = [float(context.create_decimal_from_float(one)) for one in numbers]
    assert lab("tables-of-1970")["rounded"](numbers) == pytest.approx(expected, rel=1e-12)
    assert lab("tables-of-1970")["rounded"](np.zeros(1)) == [0]


def test_the_elimination_inverts_each_matrix(lab: Run) -> None:
    names = lab("tables-of-1970")
    some = names["matrices"][:, :, :5]
    found = names["inverses"](some, names["exact"])
    for trial in range(5):
        assert found[:, :, trial] == pytest.approx(np.linalg.inv(some[:, :, trial]), rel=1e-9)


def test_what_the_last_divisions_divide_is_the_row_before_it(lab: Run) -> None:
    """Row i of it is the inverse's, times the pivot: all its entries have one ratio."""
    names = lab("tables-of-1970")
    divided, found = names["elimination"](names["matrices"][:, :, :3], names["exact"])
    ratio = divided / found
    assert ratio == pytest.approx(np.broadcast_to(ratio[:, :1], ratio.shape))


def test_prediction_and_measurement_agree_beside_the_diagonal(lab: Run) -> None:
    names = lab("tables-of-1970")
    diagonal = np.eye(5, dtype=bool)
    assert np.abs(names["ratio"][~diagonal] - 1).max() < 0.06
    on_it = names["ratio"][diagonal]
    assert 1.05 < on_it[:4].min() < on_it[:4].max() < 1.4
    assert on_it[4] == pytest.approx(1, abs=0.06)
    assert names["low"][diagonal].mean() > 0.9
    assert names["low"][~diagonal].mean() == pytest.approx(np.log10(2), abs=0.02)


def test_the_coefficients_of_the_inputs_do_not_change_with_scale() -> None:
    """On this rests the trick of the lab: rows and columns of A times any factors."""
    scaled = A * np.array([[2.0, 0.3, 5.0, 1.0, 7.0]]).T * np.array([1.0, 4.0, 0.2, 3.0, 0.6])
    assert variance_table(scaled) == pytest.approx(variance_table(A), rel=1e-9)

    def entry(matrix: np.ndarray) -> Any:
        return np.linalg.inv(matrix)[0, 1]

    relative = [complex_step(entry, one) * one / entry(one) for one in (A, scaled)]
    assert relative[0] == pytest.approx(relative[1], rel=1e-9)
    assert variance_table(A)[0, 1, 0] == pytest.approx(np.sum(relative[0] ** 2), rel=1e-9)
