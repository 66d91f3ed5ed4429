"""The roads lead to one gradient, products are counted, and years are those of the sources."""

from collections.abc import Callable

import numpy as np
import pytest
from zettelkasten.library import Library

from snippets.gradient_checking import check_grad
from snippets.history_reverse_mode import (
    PLAN,
    ROADS,
    M,
    back_by_records,
    back_by_stages,
    by_hand,
    by_stages,
    example,
    forwards,
    jacobian,
    run,
)
from tests.conftest import ROOT
from tests.independent import complex_step

INPUTS = np.random.default_rng(5).uniform(0.5, 3, size=(10, M))
SOURCES = {
    "back, whole Jacobians": "dreyfus-1962",
    "forwards, once per input": "wengert-1964",
    "back, record by record": "linnainmaa-1970",
}


def root(x: np.ndarray) -> complex:
    a, b, c, z = x
    return np.sqrt(a + b * z + c * z**2)


class Counted(float):
    """A slope that counts the numbers it is multiplied by; sums and the rest are plain."""

    __array_ufunc__ = None
    products = 0

    def __mul__(self, other: np.ndarray | float) -> np.ndarray | float:
        Counted.products += np.size(other)
        return float(self) * other

    __rmul__ = __mul__


def test_numbers_of_the_note() -> None:
    numbers = example()
    assert numbers["y"] == 5
    assert numbers["by hand"] == pytest.approx(1.7, rel=1e-15)
    for gradient in numbers["gradients"].values():
        assert gradient == pytest.approx([0.1, 0.2, 0.4, 1.7], rel=1e-15)
    assert list(numbers["products"].values()) == [405, 36, 9]


@pytest.mark.parametrize("x", INPUTS)
def test_every_road_leads_to_the_gradient(x: np.ndarray) -> None:
    exact = complex_step(root, x)
    assert run(x)[-1][0] == pytest.approx(root(x), rel=1e-14)
    assert by_hand(*x) == pytest.approx(exact[3], rel=1e-12)
    for road in (forwards, back_by_stages, back_by_records):
        assert road(run(x))[0] == pytest.approx(exact, rel=1e-12)
        check_grad(root, lambda x, road=road: road(run(x))[0], x, np.random.default_rng(0))


@pytest.mark.parametrize("road", [forwards, back_by_records])
def test_products_are_counted_as_they_are_done(road: Callable) -> None:
    tape = [(v, js, tuple(map(Counted, slopes))) for v, js, slopes in run(INPUTS[0])]
    Counted.products = 0
    _, products = road(tape)
    assert Counted.products == products


def test_a_whole_jacobian_has_a_product_for_each_entry() -> None:
    tape = run(INPUTS[0])
    sizes = [jacobian(tape, stage).size for stage in range(1, len(PLAN) + 1)]
    assert back_by_stages(tape)[1] == sum(sizes)


@pytest.mark.parametrize("x", INPUTS)
def test_a_stage_jacobian_is_the_derivative_of_its_stage(x: np.ndarray) -> None:
    """Stage l computes one quantity again from the others; moved by any one, the rest stay."""
    tape = run(x)
    values = np.array([value for value, _, _ in tape])
    for stage, (rule, *operands) in enumerate(PLAN, 1):
        functions = {"mul": lambda v, w: v * w, "add": lambda v, w: v + w, "sqrt": np.sqrt}
        i, J = M + stage - 1, jacobian(tape, stage)
        row = complex_step(lambda v, f=functions[rule], at=operands: f(*v[at]), values)
        assert J[i] == pytest.approx(row, rel=1e-12)
        others = np.delete(np.arange(len(tape)), i)
        assert np.array_equal(J[others], np.eye(len(tape))[others])


def test_adjoints_by_stages_are_those_of_records_where_a_value_is_still_to_be_used() -> None:
    tape = run(INPUTS[0])
    x_bar, v_bar = by_stages(tape), back_by_records(tape)[0]
    assert x_bar[0][:M] == pytest.approx(v_bar, rel=1e-14)
    assert not x_bar[0][M:].any()  # what stands there before stage 1 is replaced


def test_years_are_those_of_the_literature_notes() -> None:
    notes = Library(ROOT, ROOT / "docs").by_name
    for road, slug in SOURCES.items():
        assert ROADS[road][0] == notes[f"sources/{slug}"].front["year"]
    years = [year for year, _ in ROADS.values()]
    assert years == sorted(years)
