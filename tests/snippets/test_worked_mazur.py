"""The training step, number by number, and which order of updates gives which printed result."""

from collections.abc import Callable

import numpy as np
import pytest

from snippets.forward_pass import forward, mazur
from snippets.gradient_checking import check_grad
from snippets.loss_functions import squared_error
from snippets.order_of_update import step_inside_the_sweep, sweep_then_step
from snippets.worked_mazur import PRINTED, example, train, training_step


@pytest.fixture(scope="module")
def numbers() -> dict:
    return example()


def test_mazur_step_by_step(numbers: dict) -> None:
    """`mazur_step_by_step`: forward numbers, loss, eight derivatives, eight new weights."""
    assert numbers["zs"][0].ravel() == pytest.approx([0.3775, 0.3925], rel=1e-12)
    assert numbers["zs"][1].ravel() == pytest.approx([1.10590596705977, 1.2249214040964653])
    assert numbers["C"] == pytest.approx(0.2983711087600027, rel=1e-12)
    assert np.ravel(numbers["slopes"]) == pytest.approx(
        [
            *(0.0004385677344743465, 0.000877135468948693),
            *(0.0004977127352608599, 0.0009954254705217198),
            *(0.08216704056423077, 0.08266762784753325),
            *(-0.02260254047747507, -0.022740242215978222),
        ],
        rel=1e-11,
    )
    assert np.ravel(numbers["new"]) == pytest.approx(
        [
            *(0.1497807161327628, 0.19956143226552567),
            *(0.24975114363236958, 0.29950228726473915),
            *(0.35891647971788465, 0.4086661860762334),
            *(0.5113012702387375, 0.5613701211079891),
        ],
        rel=1e-12,
    )


def test_printed_digits_of_the_step(numbers: dict) -> None:
    """As Mazur prints them: half a unit of the last digit, except where he cuts digits off."""
    a = np.ravel(numbers["activations"][1:])
    printed = [0.593269992, 0.596884378, 0.75136507, 0.772928465]
    assert a == pytest.approx(printed, abs=0.51e-9)
    new = [0.149780716, 0.19956143, 0.24975114, 0.29950229]
    new += [0.35891648, 0.408666186, 0.51130127, 0.561370121]
    assert np.ravel(numbers["new"]) == pytest.approx(new, abs=0.51e-8)
    assert numbers["slopes"][1][0, 0] == pytest.approx(0.082167041, abs=0.51e-9)
    assert numbers["slopes"][0][0, 0] == pytest.approx(0.000438568, abs=0.51e-9)


def test_the_step_goes_against_the_gradient() -> None:
    x, y, weights, biases = mazur()

    def loss(weights: list) -> float:
        return squared_error(forward(x, weights, biases)[1][-1], y)

    def gradient(weights: list) -> list:
        return training_step(x, y, weights, biases, 0.5)[1]

    check_grad(loss, gradient, weights, np.random.default_rng(0))
    new, slopes = training_step(x, y, weights, biases, 0.25)
    for W, V, dC_dW in zip(weights, new, slopes, strict=True):
        assert pytest.approx(dC_dW, rel=1e-9) == (W - V) / 0.25


def test_mazur_published_discrepancy(numbers: dict) -> None:
    """`mazur_published_discrepancy`: two orders, after 1, 9,999 and 10,000 steps."""
    right, slip = numbers["losses"]["sweep, then step"], numbers["losses"]["step inside"]
    assert right == pytest.approx(
        [0.29102777369359933, 3.510854812251261e-05, 3.510187782978859e-05], rel=1e-9
    )
    assert [slip[0], slip[2]] == pytest.approx([0.29102792390544197, 3.5084786296312774e-05])
    assert numbers["outputs"]["sweep, then step"] == pytest.approx(
        [0.01591362044355068, 0.9840642735146238], rel=1e-9
    )
    assert numbers["outputs"]["step inside"] == pytest.approx(
        [0.0159121963260343, 0.9840657344856291], rel=1e-9
    )


def test_every_printed_result_belongs_to_one_order_alone(numbers: dict) -> None:
    """Within half a unit of the last printed digit; the other order misses it by far."""
    right, slip = numbers["losses"]["sweep, then step"], numbers["losses"]["step inside"]
    for printed, unit, fits, misses in [
        (PRINTED["after 1 step"], 1e-9, slip[0], right[0]),
        (PRINTED["after 10,000 steps, older text"], 1e-9, slip[2], right[2]),
        (PRINTED["after 10,000 steps, newer text"], 1e-10, right[1], right[2]),
        (PRINTED["after 10,000 steps, newer text"], 1e-10, right[1], slip[1]),
    ]:
        assert abs(fits - printed) <= unit / 2
        assert abs(misses - printed) > 5 * unit
    outputs = numbers["outputs"]
    assert np.all(np.abs(outputs["step inside"] - PRINTED["outputs in the end"]) <= 0.5e-9)
    assert np.all(np.abs(outputs["sweep, then step"] - PRINTED["outputs in the end"]) > 1e-6)


def test_rounding_is_no_explanation(numbers: dict) -> None:
    assert numbers["gap"] == pytest.approx(1.5e-7, rel=0.01)
    assert abs(numbers["gap_in_single"]) < numbers["gap"] / 2


@pytest.mark.parametrize("order", [sweep_then_step, step_inside_the_sweep])
def test_either_order_brings_the_loss_down(order: Callable) -> None:
    losses = [C for C, _ in train(order, 300)]
    assert len(losses) == 301
    assert np.all(np.diff(losses) < 0)
