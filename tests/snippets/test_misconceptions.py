"""Each sentence is contradicted by a second computation too, and every assert can fail."""

import inspect
from collections.abc import Callable

import numpy as np
import pytest

from snippets import agh_erratum, misconceptions, order_of_update
from snippets import batch_gradient_averaging as batch
from snippets.backprop_is_not_training import Network
from snippets.forward_pass import mazur
from snippets.misconceptions import SENTENCES, example, product_plus, rows, sweep
from tests.conftest import ROOT
from tests.independent import complex_step, complex_step_jacobian

NOTE = (ROOT / "docs/notes/misconceptions.md").read_text()
X, Y, WEIGHTS, BIASES = mazur()
FLAT = np.concatenate([W.ravel() for W in WEIGHTS])


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def outputs(weights: np.ndarray) -> np.ndarray:
    """Outputs of Mazur's network for its eight weights in a row."""
    a = X.ravel()
    for W, b in zip(weights.reshape(2, 2, 2), BIASES, strict=True):
        a = sigmoid(W @ a + b.ravel())
    return a


def loss(weights: np.ndarray) -> complex:
    return 0.5 * np.sum((outputs(weights) - Y.ravel()) ** 2)


GRADIENT = complex_step(loss, FLAT)


def test_a_sweep_gives_a_row_and_the_loss_gives_its_gradient() -> None:
    J = complex_step_jacobian(outputs, FLAT)
    assert rows(X, WEIGHTS, BIASES) == pytest.approx(J, rel=1e-10)
    assert sweep(outputs(FLAT)[:, None] - Y, X, WEIGHTS, BIASES) == pytest.approx(
        GRADIENT, rel=1e-10
    )
    assert example()["It returns the Jacobian."] == (J.size, GRADIENT.size)


def test_numbers_of_the_network_come_out_without_any_sweep() -> None:
    found = example()
    assert found["It trains the network."] == pytest.approx((0.5 * np.linalg.norm(GRADIENT), 0))
    shares = FLAT @ GRADIENT
    assert found["A slope is a share of the loss."] == pytest.approx((loss(FLAT), shares))
    error = (outputs(FLAT) - Y.ravel())[0]
    # mazur_step_by_step
    assert found["Output minus target is sent back."] == pytest.approx((error, 0.138498562))


def test_published_numbers_come_out() -> None:
    found = example()
    # mazur_wrong_order_update, agh_tutorial_rule_vs_gradient, nielsen_slow_neuron
    assert found["Steps may be taken during the sweep."][1] == pytest.approx(0.15768128590722877)
    assert found["Errors go back by weights alone."][1] == pytest.approx(5.18, abs=0.005)
    ratio = 0.9820137900379085 / 0.8175744761936437
    assert found["The more wrong, the larger the step."][0] == pytest.approx(ratio)
    # minibatch_mean_of_gradients
    assert found["The batch may be averaged first."] == pytest.approx((0.03603, -0.07858), abs=5e-6)


def test_the_slope_of_a_product_is_the_sum_over_both_factors() -> None:
    value, adjoints = product_plus(7.0)
    assert (value, adjoints) == (13.0, [3.0, 2.0, 1.0, 1.0, 1.0])
    assert example()["Differentials cancel."] == pytest.approx((10, 5))


@pytest.mark.parametrize("refuted", SENTENCES, ids=lambda function: function.__name__)
def test_a_sentence_has_one_assert_and_stands_in_the_note(refuted: Callable) -> None:
    assert inspect.getsource(refuted).count("assert ") == 1
    assert f"* *{refuted.__doc__}*" in NOTE
    claimed, found = refuted()
    assert abs(claimed - found) > 0.01


def test_every_sentence_of_the_note_is_put_to_the_test() -> None:
    assert NOTE.count("\n* *") == len(SENTENCES)


@pytest.mark.parametrize(
    ("place", "name", "slip", "sentence"),
    [
        (Network, "backward", lambda self, X, Y, n: self.weights[0].fill(0), "trains"),
        (order_of_update, "hidden_error", lambda eta: 0.0, "may_step_on_the_way"),
        (misconceptions, "reverse", lambda tape: [tape[-1][0]] * 5, "sends_the_loss_back"),
        (misconceptions, "sigmoid_prime", np.ones_like, "sends_back_output_minus_target"),
        (agh_erratum, "both", lambda *_: (WEIGHTS, WEIGHTS), "needs_no_slopes"),
        (misconceptions, "slow_neuron", lambda w, b: (w, w), "moves_most_where_it_is_most_wrong"),
        (Network, "loss", lambda *_: FLAT @ GRADIENT, "gives_each_weight_its_share"),
        (misconceptions, "flat", lambda arrays: np.ones(8), "gives_the_jacobian"),
        (np, "isclose", lambda a, b: False, "lets_differentials_cancel"),
        (batch, "gradient_of_averages", batch.gradient, "may_average_the_batch_first"),
    ],
)
def test_an_assert_fails_if_the_run_does_not_contradict_the_sentence(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, slip: Callable, sentence: str
) -> None:
    monkeypatch.setattr(place, name, slip)
    with pytest.raises(AssertionError):
        getattr(misconceptions, sentence)()
