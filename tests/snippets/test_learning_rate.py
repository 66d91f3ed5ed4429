"""Learning rates: what a valley leaves, what any smooth loss is promised, and where it ends."""

import numpy as np
import pytest

from snippets.gradient_descent import descend, gradient, loss, samples
from snippets.learning_rate import crossing, example, in_valley, on_line_fit, steepest_valley
from tests.independent import complex_step

SEEDS = range(5)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_valley_by_the_derivative_of_its_height(seed: int) -> None:
    """Steps against the complex step's slope of λu²/2."""
    curvature, eta, u = np.random.default_rng(seed).uniform(0.1, 3, size=3)
    path = in_valley(u, curvature, eta, 5)
    for found in path:
        assert found == pytest.approx(u, rel=1e-12)
        u = u - eta * complex_step(lambda u: curvature * u**2 / 2, u)[()]
    assert len(path) == 6


@pytest.mark.parametrize(
    ("share", "signs", "closer"),
    [(0.5, 1, True), (1.5, -1, True), (2.5, -1, False)],
)
def test_the_rows_of_the_table(share: float, signs: int, closer: bool) -> None:
    path = np.array(in_valley(1.0, 4.0, share / 4.0, 6))
    assert (np.sign(path[1:] / path[:-1]) == signs).all()
    assert (np.abs(path[1:]) < np.abs(path[:-1])).all() == closer
    assert in_valley(1.0, 4.0, 1 / 4.0, 1)[1] == 0
    assert in_valley(1.0, 4.0, 2 / 4.0, 5) == [1, -1, 1, -1, 1, -1]


def test_numbers_of_the_note() -> None:
    numbers = example()
    assert numbers["leaps"] == [1, -9, 81, -729]
    assert numbers["length"] == pytest.approx(np.sqrt(2.25**2 + 4.5**2), rel=1e-12)
    # The loss along the gradient is a parabola: η ‖∇C‖² - η² ∇CᵀA∇C/2, by hand for A of the fit.
    assert numbers["tiny_fall"] == pytest.approx(25.3125e-4 - 0.5e-8 * 106.3125, rel=1e-9)
    assert numbers["limit"] == pytest.approx(4 / (4.5 + np.sqrt(15.25)), rel=1e-12)


def test_each_rate_is_better_until_the_limit() -> None:
    losses = example()["losses"]
    assert 0.47 < example()["limit"] < 0.48
    up_to_best = [losses[eta][-1] for eta in (0.0001, 0.001, 0.01, 0.1, 0.3)]
    assert sorted(up_to_best, reverse=True) == up_to_best
    below, above = on_line_fit(0.47, 100), on_line_fit(0.48, 100)
    assert (np.diff(below) < 0).all()
    assert losses[0.3][-1] < below[-1] < 0.2
    assert above[-1] > 29 * above[0]
    assert losses[0.48].tolist() == [above[1], above[10], above[100]]
    X, y = samples()
    elsewhere = [loss(w, X, y) for w in descend(np.zeros((2, 1)), X, y, 0.3, 100)]
    assert on_line_fit(0.3, 100) == pytest.approx(elsewhere, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_promise_holds_and_is_kept_exactly_in_the_steepest_direction(seed: int) -> None:
    """For any rate, also above the limit; most is promised at 1/β."""
    rng = np.random.default_rng(seed)
    X, y, w = rng.normal(size=(2, 5)), rng.normal(size=(5, 1)), rng.normal(size=(2, 1))
    beta = np.linalg.svd(X)[1][0] ** 2 / 5
    best = np.linalg.lstsq(X.T, y, rcond=None)[0]

    def fall_and_promise(w: np.ndarray, eta: float) -> tuple[float, float]:
        g = gradient(w, X, y)
        fall = loss(w, X, y) - loss(w - eta * g, X, y)
        return fall, eta * (1 - eta * beta / 2) * (g.T @ g).item()

    for eta in np.array([0.1, 1, 1.9, 3]) / beta:
        fall, promise = fall_and_promise(w, eta)
        assert fall > promise
        fall, promise = fall_and_promise(best + steepest_valley(X), eta)
        assert fall == pytest.approx(promise, rel=1e-9)
    promises = [fall_and_promise(w, share / beta)[1] for share in (0.9, 1.0, 1.1)]
    assert max(promises) == promises[1]


def test_without_the_half_a_rate_acts_as_twice_its_size() -> None:
    X, y = samples()
    w = np.zeros((2, 1))
    whole = complex_step(lambda w: np.mean((X.T @ w - y) ** 2), w)
    assert w - 0.1 * whole == pytest.approx(descend(w, X, y, 0.2, 1)[1], rel=1e-12)
    assert loss(w - 0.1 * whole, X, y) == pytest.approx(on_line_fit(0.2, 1)[1], rel=1e-12)


@pytest.mark.parametrize("eta", [0.01, 0.1, 0.15, 0.19, 0.21])
def test_eight_steps_in_the_valley_of_the_experiment(eta: float) -> None:
    """By the formula, and with heights and slopes of the drawn parabola that fit each other."""
    shown = crossing(eta)
    product, factor, left, limit = shown["numbers"].values()
    assert left == pytest.approx((1 - 10 * eta) ** 8, rel=1e-9, abs=1e-15)
    assert (product, factor) == pytest.approx((10 * eta, 1 - 10 * eta), abs=1e-12)
    assert (abs(left) < 1) == (eta < limit)
    valley, steps = shown["curves"]
    assert len(steps["x"]) == 9
    assert steps["y"] == pytest.approx([5 * u**2 for u in steps["x"]])
    assert np.gradient(valley["y"], valley["x"])[1:-1] == pytest.approx(10 * valley["x"][1:-1])
    if eta > 0.15:
        assert (eta, left) in [(rate, pytest.approx(u)) for rate, u in example()["eight"]]
