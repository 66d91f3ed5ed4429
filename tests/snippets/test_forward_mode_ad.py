"""Table 2 of Baydin and others, and tangents against the complex step and the reverse sweep."""

import numpy as np
import pytest

from snippets import reverse_mode_ad
from snippets.chain_rule_scalar import slopes, values
from snippets.forward_mode_ad import example, forward, gradient
from snippets.reverse_mode_ad import RULES, step
from tests.independent import complex_step

X = np.array([2.0, 5.0])
SUMS = [10.693147180559945, 11.652071455223084]
TABLE_2 = {  # steps x₀, x₁, ln v₀, v₀ v₁, sin v₁, v₂ + v₃, v₅ - v₄
    "values": [2, 5, 0.6931471805599453, 10, -0.9589242746631385, *SUMS],
    "along x_0": [1, 0, 0.5, 5, 0, 5.5, 5.5],
    "along x_1": [0, 1, 0, 2, 0.28366218546322625, 2, 1.7163378145367738],
}


@pytest.mark.parametrize("column", TABLE_2)
def test_baydin_forward_reverse_trace(column: str) -> None:
    assert example()[column] == pytest.approx(TABLE_2[column], rel=1e-14, abs=0)


def test_both_modes_and_the_duals_find_the_gradient() -> None:
    numbers = example()
    assert numbers["gradient"] == pytest.approx([5.5, 1.7163378145367738], rel=1e-14)
    assert numbers["adjoints"][:2] == pytest.approx(numbers["gradient"], rel=1e-14)
    assert numbers["dual"] == pytest.approx([numbers["values"][-1], *numbers["gradient"]])


def test_griewank_walther_intro() -> None:
    """The tangents of all steps, seeded at the first input of (1.5, 0.5)."""
    x_1, x_2 = 1.5, 0.5
    q, e = x_1 / x_2, np.exp(x_2)
    records = [
        (x_1, (), ()),
        (x_2, (), ()),
        (q, (0, 1), (1 / x_2, -q / x_2)),
        (np.sin(q), (2,), (np.cos(q),)),
        (e, (1,), (e,)),
        (q - e, (2, 4), (1.0, -1.0)),
        (np.sin(q) + q - e, (3, 5), (1.0, 1.0)),
        ((np.sin(q) + q - e) * (q - e), (6, 5), (q - e, np.sin(q) + q - e)),
    ]
    tangents = [2, -1.9799849932008908, 0, 2, 0.02001500679910917, 3.011843327673907]
    assert forward(records, [1.0, 0.0])[2:] == pytest.approx(tangents, rel=1e-9)
    assert forward(records, [0.0, 1.0])[-1] == pytest.approx(-13.723961509314076, rel=1e-9)


def test_seed002_exp_sin_square() -> None:
    """Along a chain, the tangents are the partial products from the input on."""
    records = [(1.0, (), ())]
    for number, (value, slope) in enumerate(zip(values(1.0), slopes(1.0), strict=True)):
        records.append((value, (number,), (slope,)))
    products = [1.0, 2.0, 1.0806046117362795, 2.506761534986894]
    assert forward(records, [1.0]) == pytest.approx(products, rel=1e-12)


def random_records(x: np.ndarray, seed: int) -> list:
    """Ten random steps on the inputs x, with values used many times or twice in one step."""
    rng = np.random.default_rng(seed)
    records = [(entry, (), ()) for entry in x]
    for _ in range(10):
        rule = rng.choice([rule for rule in RULES if rule != "ln"])
        step(records, rule, *rng.integers(len(records), size=1 if rule == "sin" else 2))
    return records


@pytest.mark.parametrize("seed", range(30))
def test_every_tangent_is_the_speed_of_its_value(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, x_dot = rng.uniform(-1, 1, size=3), rng.normal(size=3)
    v_dot = forward(random_records(x, seed), x_dot)
    for i, tangent in enumerate(v_dot):
        speed = complex_step(lambda t, i=i: random_records(x + t * x_dot, seed)[i][0], 0.0)
        assert tangent == pytest.approx(speed, rel=1e-11, abs=1e-13)


@pytest.mark.parametrize("seed", range(30))
def test_forward_and_reverse_agree_along_any_seed(seed: int) -> None:
    rng = np.random.default_rng(seed)
    records, x_dot = random_records(rng.uniform(-1, 1, size=3), seed), rng.normal(size=3)
    adjoints = reverse_mode_ad.reverse(records)[:3]
    assert forward(records, x_dot)[-1] == pytest.approx(adjoints @ x_dot, rel=1e-11, abs=1e-13)


def test_a_row_of_seeds_is_several_sweeps_in_one() -> None:
    records = reverse_mode_ad.forward(X)
    together = np.array(forward(records, np.eye(2)))
    assert together[:, 0] == pytest.approx(forward(records, [1.0, 0.0]), abs=0)
    assert together[:, 1] == pytest.approx(forward(records, [0.0, 1.0]), abs=0)


@pytest.mark.parametrize("k", range(2, 8))
def test_a_tangent_needs_nothing_that_comes_later(k: int) -> None:
    """So it can be computed as soon as the value is; an adjoint cannot."""
    records = reverse_mode_ad.forward(X)
    assert forward(records[:k], [1.0, 0.5]) == forward(records, [1.0, 0.5])[:k]
    if k < 7:
        assert list(reverse_mode_ad.reverse(records[:k])) != list(
            reverse_mode_ad.reverse(records)[:k]
        )


def test_n_inputs_take_n_sweeps(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds = []

    def counted(records: list, x_dot: np.ndarray) -> list:
        seeds.append(list(x_dot))
        return forward(records, x_dot)

    monkeypatch.setitem(gradient.__globals__, "forward", counted)
    assert gradient(X) == pytest.approx([5.5, 1.7163378145367738], rel=1e-14)
    assert seeds == [[1, 0], [0, 1]]


def test_a_seed_of_ones_gives_a_sum_and_no_gradient() -> None:
    """The note's slip."""
    numbers = example()
    assert numbers["seed of ones"] == pytest.approx(sum(numbers["gradient"]), rel=1e-14)
    assert numbers["seed of ones"] == pytest.approx(7.216337814536774, rel=1e-14)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_seed_for_every_input(count: int) -> None:
    with pytest.raises(ValueError, match=f"{count} seeds for 2 inputs: give one for each"):
        forward(reverse_mode_ad.forward(X), np.ones(count))
