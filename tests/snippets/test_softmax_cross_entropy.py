"""Softmax and cross-entropy against exact decimals, the complex step, and scores of any size."""

from decimal import Decimal, localcontext
from functools import partial

import numpy as np
import pytest

from snippets.gradient_checking import check_grad, check_jvp, check_vjp
from snippets.softmax_cross_entropy import (
    cross_entropy,
    example,
    gradient,
    gradient_in_two_steps,
    jacobian,
    log_sum_exp,
    naive_cross_entropy,
    softmax,
)
from tests.independent import complex_step, complex_step_jacobian
from tests.worked_examples import SMOOTH

SEEDS = range(5)


def sample(seed: int, classes: int = 4) -> tuple[np.ndarray, np.ndarray]:
    """Scores, and a target that is no single class."""
    rng = np.random.default_rng(seed)
    return rng.normal(size=(classes, 1)), rng.dirichlet(np.ones(classes))[:, None]


def by_definition(z: np.ndarray, y: np.ndarray) -> complex:
    return -np.sum(y * np.log(np.exp(z) / np.sum(np.exp(z))))


def in_decimals(z: np.ndarray, right: int) -> tuple[list[float], float]:
    """Probabilities and loss of one column, with 50 digits and exponents without end."""
    with localcontext() as context:
        context.prec = 50
        powers = [Decimal(entry).exp() for entry in z.ravel().tolist()]
        p = [power / sum(powers) for power in powers]
        return [float(entry) for entry in p], float(-p[right].ln())


def test_softmax_cross_entropy_123() -> None:
    """`softmax_cross_entropy_123`: all of its numbers."""
    numbers = example()
    p = [0.09003057317038046, 0.24472847105479764, 0.6652409557748218]
    assert numbers["p"].ravel() == pytest.approx(p, rel=1e-13)
    listed = SMOOTH["softmax_cross_entropy_123"]
    assert numbers["C"] == pytest.approx(listed.value, rel=1e-13)
    for found in numbers["gradient"], numbers["in_two_steps"]:
        assert found.ravel() == pytest.approx(listed.gradient, rel=1e-13)
    assert numbers["jacobian"] == pytest.approx(
        np.array(
            [
                [0.08192506906499324, -0.022033044520174298, -0.05989202454481893],
                [-0.022033044520174298, 0.1848364465099787, -0.1628034019898044],
                [-0.05989202454481893, -0.1628034019898044, 0.22269542653462338],
            ]
        ),
        rel=1e-13,
    )
    assert np.linalg.matrix_rank(numbers["jacobian"]) == 2


def test_numbers_of_the_note() -> None:
    numbers = example()
    assert numbers["C_far"] == pytest.approx(numbers["C"], rel=1e-12)
    assert np.isnan(numbers["naive_far"])
    e = np.e
    assert numbers["least_twice"] == pytest.approx(np.log(e + 2) - 1, rel=1e-14)
    assert numbers["C_twice"] == pytest.approx(by_definition(numbers["p"], numbers["y"]), rel=1e-14)


@pytest.mark.parametrize("seed", SEEDS)
def test_slopes_are_those_of_the_definition(seed: int) -> None:
    z, y = sample(seed)
    assert cross_entropy(z, y).item() == pytest.approx(by_definition(z, y), rel=1e-14)
    assert naive_cross_entropy(z, y).item() == pytest.approx(by_definition(z, y), rel=1e-14)
    slopes = complex_step(lambda z: by_definition(z, y), z)
    assert gradient(z, y) == pytest.approx(slopes, rel=1e-12, abs=1e-15)
    assert gradient_in_two_steps(z, y) == pytest.approx(slopes, rel=1e-12, abs=1e-15)
    table = complex_step_jacobian(lambda z: np.exp(z) / np.sum(np.exp(z)), z)
    assert jacobian(z) == pytest.approx(table, rel=1e-12)


@pytest.mark.parametrize("seed", SEEDS)
def test_gradient_checks(seed: int) -> None:
    rng = np.random.default_rng(seed)
    Z, Y = rng.normal(size=(4, 3)), rng.dirichlet(np.ones(4), size=3).T
    check_vjp(partial(cross_entropy, y=Y), lambda Z, u: gradient(Z, Y) * u, Z, rng)
    z, y = Z[:, :1], Y[:, :1]
    check_grad(partial(cross_entropy, y=y), partial(gradient, y=y), z, rng)
    check_jvp(softmax, lambda z, v: jacobian(z) @ v, z, rng)


@pytest.mark.parametrize(
    "z",
    [
        [0.0, 0.0, 0.0],
        [1000.0, 1001.0, 1003.0],
        [-1000.0, -1001.0, -1003.0],
        [1e4, -1e4, 0.0],
        [700.0, 709.5, 709.9],
        [-745.0, -800.0, -750.0],
        [0.5, 0.25, -40.0],
        [3.0, -2e5, 1.0],
    ],
)
@pytest.mark.parametrize("right", range(3))
def test_scores_of_any_size(z: list[float], right: int) -> None:
    """Warnings are errors here, so nothing may overflow on the way either."""
    scores, y = np.array(z)[:, None], np.eye(3)[:, [right]]
    p, C = in_decimals(scores, right)
    assert softmax(scores).ravel() == pytest.approx(p, rel=1e-12, abs=1e-300)
    assert cross_entropy(scores, y).item() == pytest.approx(C, rel=1e-12, abs=1e-12)
    assert gradient(scores, y).ravel() == pytest.approx(p - y.ravel(), abs=1e-12)


def test_columns_know_nothing_of_each_other() -> None:
    """One shift for all columns would leave the second with a sum of zero."""
    z, y = sample(0)
    Z, Y = np.hstack([z + 1000, z - 1000, 3 * z]), np.hstack([y, y, y])
    for i in range(3):
        column = np.s_[:, i : i + 1]
        assert log_sum_exp(Z)[i] == pytest.approx(log_sum_exp(Z[column]).item(), rel=1e-15)
        assert softmax(Z)[column] == pytest.approx(softmax(Z[column]), rel=1e-15)
        assert cross_entropy(Z, Y)[i] == cross_entropy(Z[column], Y[column]).item()
        assert np.array_equal(gradient(Z, Y)[column], gradient(Z[column], Y[column]))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_least_loss_is_reached_where_the_probabilities_are_the_target(seed: int) -> None:
    z, y = sample(seed)
    entropy = -np.sum(y * np.log(y))
    assert cross_entropy(np.log(y) + 3, y).item() == pytest.approx(entropy, rel=1e-12)
    assert gradient(np.log(y) + 3, y) == pytest.approx(np.zeros((4, 1)), abs=1e-15)
    assert cross_entropy(z, y).item() > entropy


@pytest.mark.parametrize("z", [-800.0, -2.0, 0.0, 1.0, 800.0])
def test_two_classes_are_the_sigmoid(z: float) -> None:
    with np.errstate(over="ignore"):
        first = 1 / (1 + np.exp(-z))
    p = softmax(np.array([[z], [0.0]]))
    assert p.ravel() == pytest.approx([first, 1 - first], rel=1e-13, abs=1e-300)


def test_a_badly_wrong_prediction_has_a_large_error_signal() -> None:
    """Where the sigmoid with squared error goes flat, this slope goes to -1."""
    y = np.array([[1.0], [0.0]])
    slopes = [gradient(np.array([[-z], [z]]), y)[0, 0] for z in (0, 1, 5, 50, 500)]
    assert slopes == sorted(slopes, reverse=True)
    assert slopes[-1] == -1


def test_precision_is_kept() -> None:
    z, y = (array.astype(np.float32) for array in sample(0))
    for found in softmax(z), log_sum_exp(z), cross_entropy(z, y), gradient(z, y):
        assert found.dtype == np.float32


def test_a_flat_target_is_refused() -> None:
    """A row and a column would be stretched to a matrix."""
    z, y = sample(0)
    for function in cross_entropy, gradient:
        with pytest.raises(ValueError, match=r"z \(4, 1\) and y \(4,\): give y a column"):
            function(z, y.ravel())
