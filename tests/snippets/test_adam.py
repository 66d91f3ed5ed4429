"""Adam: published and hand-made first steps, other ways to the same averages, and its slip."""

import numpy as np
import pytest

from snippets.adam import START, example, excess, run, step, uncorrected_step
from snippets.gradient_descent import gradient, samples
from snippets.sgd import descend

SEEDS = range(5)
SETTINGS = {"eta": 0.1, "beta_1": 0.7, "beta_2": 0.95, "epsilon": 0.01}


def slopes_of(seed: int) -> np.ndarray:
    """Slopes of three coordinates in eight steps: (8, 3)."""
    return np.random.default_rng(seed).normal(size=(8, 3))


def test_adam_first_step() -> None:
    """`adam_first_step`: two slopes, the corrected averages and the moves."""
    numbers = example()
    assert numbers["m_hat"] == pytest.approx([3.0, -0.02], rel=1e-12)
    assert numbers["v_hat"] == pytest.approx([9.0, 0.0004], rel=1e-12)
    assert numbers["move"] == pytest.approx(
        [-0.0009999999966666666, 0.00099999950000025], rel=1e-12
    )


@pytest.mark.parametrize("seed", SEEDS)
def test_weighted_means_give_the_same_path(seed: int) -> None:
    """NumPy's weighted mean over all slopes so far has no zero start to correct."""
    slopes = slopes_of(seed)
    w, m, v = run(np.zeros(3), slopes, SETTINGS)
    expected = np.zeros(3)
    for t in range(1, 9):
        ages = np.arange(t)[::-1]
        m_hat = np.average(slopes[:t], axis=0, weights=0.7**ages)
        v_hat = np.average(slopes[:t] ** 2, axis=0, weights=0.95**ages)
        expected = expected - 0.1 * m_hat / (np.sqrt(v_hat) + 0.01)
        assert w[t] == pytest.approx(expected, rel=1e-12)
        assert m[t] == pytest.approx((1 - 0.7**t) * m_hat, rel=1e-12)
        assert v[t] == pytest.approx((1 - 0.95**t) * v_hat, rel=1e-12)


def test_the_defaults_are_those_of_the_paper() -> None:
    slopes, state = slopes_of(0), START
    w, by_default = np.zeros(3), np.zeros(3)
    settings = {"eta": 0.001, "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}
    for g in slopes:
        by_default, state = step(by_default, g, state)
    assert run(w, slopes, settings)[0][-1] == pytest.approx(by_default, rel=1e-15)


def test_epsilon_stands_outside_the_root_of_the_corrected_average() -> None:
    """A slope of the size of ε halves the step; inside the root it would all but stop it."""
    w, _ = step(0.0, 1e-8, START)
    assert w == pytest.approx(-0.001 / 2, rel=1e-12)
    assert step(0.0, 0.0, START)[0] == 0


@pytest.mark.parametrize("seed", SEEDS)
def test_the_rearranged_form_has_a_larger_epsilon_at_first(seed: int) -> None:
    """Corrections in the step size, ε beside √v: as ε / √(1 - β₂ᵗ) in the form of the note."""
    m = v = w = 0.0
    state, in_the_note = START, 0.0
    for t, g in enumerate(slopes_of(seed)[:, 0], 1):
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
        w -= 0.001 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + 0.01)
        larger = 0.01 / np.sqrt(1 - 0.999**t)
        in_the_note, state = step(in_the_note, g, state, epsilon=larger)
        assert w == pytest.approx(in_the_note, rel=1e-12)
        assert larger > 0.1


@pytest.mark.parametrize("seed", SEEDS)
def test_units_of_the_loss_do_not_matter_but_for_epsilon(seed: int) -> None:
    slopes = slopes_of(seed)
    start = np.zeros(3)
    once = run(start, slopes, SETTINGS | {"epsilon": 0.0})[0]
    often = run(start, 1000 * slopes, SETTINGS | {"epsilon": 0.0})[0]
    assert np.array(often) == pytest.approx(np.array(once), rel=1e-12, abs=1e-15)
    with_epsilon = run(start, slopes / 1000, SETTINGS)[0]
    assert np.abs(np.array(with_epsilon) - once).max() > 0.01


def test_coordinates_never_meet() -> None:
    slopes = slopes_of(0)
    together = run(np.zeros(3), slopes, SETTINGS)[0][-1]
    for k in range(3):
        assert run(0.0, slopes[:, k], SETTINGS)[0][-1] == pytest.approx(together[k], rel=1e-15)


def test_same_slopes_keep_the_pace_and_alternating_ones_lose_it() -> None:
    steady = np.diff(run(0.0, [2.0] * 50, {"eta": 0.1})[0])
    assert steady == pytest.approx(-0.1, rel=1e-8)
    alternating = np.diff(run(0.0, [2.0, -2.0] * 50, {"eta": 0.1})[0])
    assert np.abs(alternating[-10:]).max() < 0.01


@pytest.mark.parametrize("seed", SEEDS)
def test_without_corrections_early_steps_are_longer(seed: int) -> None:
    """The slip of the note, for any slopes; a count by hand for the first step: 0.1 / √0.001."""
    ratios = excess(slopes_of(seed)[:, 0])
    assert ratios[0] == pytest.approx(0.1 / np.sqrt(0.001), rel=1e-9)
    assert ratios == pytest.approx(excess(np.ones(8)), rel=1e-9)
    assert (ratios > 1).all()
    w, _ = uncorrected_step(0.0, -5.0, START, eta=0.001)
    assert w == pytest.approx(0.001 * np.sqrt(10), rel=1e-12)


def test_numbers_of_the_slip() -> None:
    found = example()["excess"]
    assert [*found] == [1, 12, 100, 1000]
    for t, ratio in found.items():
        assert ratio == pytest.approx((1 - 0.9**t) / np.sqrt(1 - 0.999**t), rel=1e-9)
    assert max(excess(np.ones(3000))) == pytest.approx(found[12], rel=1e-12)


def test_the_line_fit_ends_at_the_least_squares_line() -> None:
    losses = example()["losses"]
    assert losses[0.1, 1][-1] == pytest.approx(0.0875, abs=1e-9)
    assert losses[0.1, 1000] == pytest.approx(losses[0.1, 1], rel=1e-6)
    # The first step leads from (2, -1) to (2.1, -0.9), with the residuals 1.1, -0.8, -1.7, -4.6.
    assert losses[0.1, 1][0] == pytest.approx((1.21 + 0.64 + 2.89 + 21.16) / 8, rel=1e-6)
    X, y = samples()
    path = descend(step, START, np.zeros((2, 1)), lambda w: gradient(w, X, y), [0.1] * 3)
    assert path[1].ravel() == pytest.approx([0.1, 0.1], rel=1e-7)


def test_step_changes_nothing_in_place() -> None:
    w, g = np.ones(3), np.arange(1.0, 4.0)
    after, state = step(w, g, START)
    kept = [part.copy() for part in state[1:]]
    step(after, g, state)
    assert (w.tolist(), g.tolist()) == ([1, 1, 1], [1, 2, 3])
    assert all(np.array_equal(old, new) for old, new in zip(kept, state[1:], strict=True))
