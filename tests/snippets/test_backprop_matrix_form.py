"""The batch sweep against loops over single neurons, the complex step, and published networks."""

from functools import partial

import numpy as np
import pytest

from snippets.backprop_matrix_form import (
    by_inputs,
    by_parameters,
    deltas,
    example,
    forward,
    he_parameters,
    layer,
    loss,
    loss_and_delta,
    loss_and_gradients,
    relu,
    setting,
)
from snippets.gradient_checking import check_grad, check_vjp
from tests.independent import complex_step

Params = list[tuple[np.ndarray, np.ndarray]]
SIZES = [(3, 2), (2, 3, 2), (4, 3, 5, 2), (2, 6, 3, 5, 4)]


def network(sizes: tuple[int, ...], n: int = 5, seed: int = 0) -> tuple[Params, np.ndarray, list]:
    """Parameters with biases that are not zero, inputs and labels."""
    rng = np.random.default_rng(seed)
    params = [(W, rng.normal(size=b.shape)) for W, b in he_parameters(sizes, rng)]
    return params, rng.normal(size=(sizes[0], n)), rng.integers(sizes[-1], size=n)


def neuron_by_neuron(params: Params, x: np.ndarray, label: int) -> tuple[float, Params]:
    """Loss and slopes of one sample without a matrix product: a number for each neuron."""
    activations, sums = [list(x)], []
    for W, b in params:
        z = [
            b[j, 0] + sum(W[j, k] * a for k, a in enumerate(activations[-1])) for j in range(len(W))
        ]
        sums.append(z)
        activations.append([max(entry, 0.0) for entry in z])
    powers = [np.exp(entry) for entry in sums[-1]]
    delta = [power / sum(powers) - (j == label) for j, power in enumerate(powers)]
    found = []
    for number in range(len(params) - 1, -1, -1):
        W, b = params[number]
        dW, db = np.zeros(W.shape), np.zeros(b.shape)
        below = [0.0] * W.shape[1]
        for j, slope in enumerate(delta):
            db[j, 0] = slope
            for k, a in enumerate(activations[number]):
                dW[j, k] = slope * a
                below[k] += slope * W[j, k]
        found.insert(0, (dW, db))
        if number:
            delta = [s if z > 0 else 0.0 for s, z in zip(below, sums[number - 1], strict=True)]
    return -np.log(powers[label] / sum(powers)), found


def assert_alike(gradients: Params, expected: Params, rel: float = 1e-11) -> None:
    assert len(gradients) == len(expected)
    for pair, model in zip(gradients, expected, strict=True):
        for found, wanted in zip(pair, model, strict=True):
            assert found.shape == wanted.shape
            assert found == pytest.approx(wanted, rel=rel, abs=1e-14)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("n", [1, 5])
@pytest.mark.parametrize("seed", range(3))
def test_neuron_by_neuron(sizes: tuple[int, ...], n: int, seed: int) -> None:
    params, X, labels = network(sizes, n, seed)
    singles = [neuron_by_neuron(params, X[:, i], labels[i]) for i in range(n)]
    C, gradients = loss_and_gradients(params, X, labels)
    assert pytest.approx(sum(C_i for C_i, _ in singles) / n, rel=1e-12) == C
    assert loss(params, X, labels) == pytest.approx(C, rel=1e-14)
    means = [
        tuple(sum(single[1][number][part] for single in singles) / n for part in range(2))
        for number in range(len(params))
    ]
    assert_alike(gradients, means)


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("seed", range(3))
def test_gradient_check(sizes: tuple[int, ...], seed: int) -> None:
    params, X, labels = network(sizes, seed=seed)

    def gradient(params: Params) -> Params:
        return loss_and_gradients(params, X, labels)[1]

    check_grad(partial(loss, X=X, labels=labels), gradient, params, np.random.default_rng(seed))


@pytest.mark.parametrize("seed", range(3))
def test_deltas_are_the_slopes_by_the_weighted_inputs(seed: int) -> None:
    """Each Z is nudged, and what follows is computed again."""
    params, X, labels = network((4, 3, 5, 2), seed=seed)
    *activations, scores = forward(params, X)
    found = [*deltas(params, activations, loss_and_delta(scores, labels)[1])][::-1]
    assert len(found) == 3
    for number, Delta in enumerate(found, 1):
        Z = layer(*params[number - 1], activations[number - 1])

        def after(Z: np.ndarray, number: int = number) -> complex:
            rest = params[number:]
            last = forward(rest, np.maximum(Z, 0))[-1] if rest else Z
            return np.mean(np.log(np.sum(np.exp(last), axis=0)) - last[labels, np.arange(5)])

        assert Delta == pytest.approx(complex_step(after, Z), rel=1e-11, abs=1e-15)


@pytest.mark.parametrize("n", [1, 4])
def test_the_three_products_of_a_layer(n: int) -> None:
    """Backwards through Z = W A + b, by all three at once."""
    rng = np.random.default_rng(n)
    at = {"W": rng.normal(size=(3, 2)), "b": rng.normal(size=(3, 1)), "A": rng.normal(size=(2, n))}

    def vjp(at: dict, Delta: np.ndarray) -> dict:
        dW, db = by_parameters(Delta, at["A"])
        return {"W": dW, "b": db, "A": by_inputs(at["W"], Delta)}

    check_vjp(lambda at: layer(**at), vjp, at, rng)


def test_softmax_cross_entropy_123() -> None:
    """`softmax_cross_entropy_123` as a network of one layer that passes its input on."""
    params, x = [(np.eye(3), np.zeros((3, 1)))], np.array([[1.0], [2.0], [3.0]])
    C, [(dC_dW, dC_db)] = loss_and_gradients(params, x, np.array([2]))
    slopes = np.array([[0.09003057317038046], [0.24472847105479764], [-0.3347590442251782]])
    assert pytest.approx(0.40760596444438046, rel=1e-13) == C
    assert dC_db == pytest.approx(slopes, rel=1e-13)
    assert dC_dW == pytest.approx(slopes * [1, 2, 3], rel=1e-13)


def test_mazur_step_by_step() -> None:
    """`mazur_step_by_step`: the same products serve other activations and losses."""
    W2, a_h = np.array([[0.40, 0.45], [0.50, 0.55]]), [0.5932699921071872, 0.596884378259767]
    delta_o = np.array([[0.13849856162855695], [-0.038098236516556236]])
    dC_dW2, dC_db2 = by_parameters(delta_o, np.array(a_h)[:, None])
    assert dC_dW2.ravel() == pytest.approx(
        [0.08216704056423077, 0.08266762784753325, -0.02260254047747507, -0.022740242215978222]
    )
    assert np.array_equal(dC_db2, delta_o)
    assert by_inputs(W2, delta_o).ravel() == pytest.approx(
        [0.03635030639314466, 0.0413703226487447]
    )


def test_goodfellow_xor_relu() -> None:
    """`goodfellow_xor_relu`: two ramps and a sum give 0, 1, 1, 0."""
    params = [(np.ones((2, 2)), np.array([[0.0], [-1.0]])), (np.array([[1.0, -2.0]]), np.zeros(1))]
    X = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]])
    assert forward(params, X)[-1].tolist() == [[0, 1, 1, 0]]


@pytest.mark.parametrize("seed", range(5))
def test_the_transpose_keeps_the_inner_product_and_the_inverse_does_not(seed: int) -> None:
    rng = np.random.default_rng(seed)
    W, a_dot, delta = rng.normal(size=(3, 3)), rng.normal(size=(3, 1)), rng.normal(size=(3, 1))
    change = np.vdot(delta, layer(W, 0, a_dot))
    assert np.vdot(by_inputs(W, delta), a_dot) == pytest.approx(change, rel=1e-12)
    assert np.vdot(np.linalg.inv(W) @ delta, a_dot) != pytest.approx(change, rel=0.01)
    turn, _ = np.linalg.qr(W)  # where the two are one, the slip cannot be seen
    assert by_inputs(turn, delta) == pytest.approx(np.linalg.inv(turn) @ delta, rel=1e-12)


def test_numbers_of_the_note() -> None:
    numbers = example()
    assert (numbers["above"], numbers["below"], numbers["inverse"]) == pytest.approx((14, 14, 3))
    params, X, labels = setting()
    assert labels.tolist() == [int(a * b < 0) for a, b in X.T]
    assert numbers["C"] == pytest.approx(loss(params, X, labels), rel=1e-14)
    assert numbers["gradients"][0][0].shape == (3, 2)
    assert np.sum(numbers["gradients"][1][1]) == pytest.approx(0, abs=1e-15)


def test_the_ramp_is_flat_at_its_kink() -> None:
    """A dead neuron stays dead: its Z is 0, and no slope passes."""
    params = [(np.zeros((2, 2)), np.zeros((2, 1))), (np.ones((3, 2)), np.zeros((3, 1)))]
    _, gradients = loss_and_gradients(params, np.ones((2, 4)), np.array([0, 1, 2, 0]))
    assert not gradients[0][0].any()
    assert not gradients[0][1].any()
    Z = np.array([-1.0, 0.0, 2.0])
    assert relu(Z).tolist() == [0, 0, 2]
    assert Z[0] == -1


@pytest.mark.parametrize("input_type", [np.float32, np.float64, np.uint8])
def test_single_precision_stays_single(input_type: type) -> None:
    sizes = (4, 5, 3)
    params = he_parameters(sizes, np.random.default_rng(0), np.float32)
    X = np.arange(24).reshape(4, 6).astype(input_type)
    labels = np.array([0, 1, 2, 0, 1, 2])
    C, gradients = loss_and_gradients(params, X, labels)
    assert C.dtype == np.float32
    assert {array.dtype for pair in gradients for array in pair} == {np.dtype(np.float32)}
    double = he_parameters(sizes, np.random.default_rng(0))
    exact_C, exact = loss_and_gradients(double, X.astype(float), labels)
    assert pytest.approx(exact_C, rel=1e-5) == C
    for pair, model in zip(gradients, exact, strict=True):
        for found, wanted in zip(pair, model, strict=True):
            assert found == pytest.approx(wanted, rel=1e-3, abs=1e-4)


def test_large_scores_do_not_overflow() -> None:
    params = [(1000 * np.eye(3), np.zeros((3, 1)))]
    X = np.array([[1.0, 2.0], [0.0, 5.0], [-3.0, 1.0]])
    C, [(_, dC_db)] = loss_and_gradients(params, X, np.array([0, 0]))
    assert pytest.approx(1500) == C
    assert dC_db.ravel() == pytest.approx([-0.5, 0.5, 0])


def test_nothing_that_was_given_is_changed() -> None:
    params, X, labels = network((4, 3, 5, 2))
    kept = [array.copy() for pair in params for array in pair], X.copy(), labels.copy()
    loss_and_gradients(params, X, labels)
    for before, after in zip(kept[0], (array for pair in params for array in pair), strict=True):
        assert np.array_equal(before, after)
    assert np.array_equal(kept[1], X)
    assert np.array_equal(kept[2], labels)


def test_the_order_of_the_samples_does_not_matter() -> None:
    params, X, labels = network((4, 3, 5, 2), n=7)
    order = np.random.default_rng(0).permutation(7)
    assert_alike(
        loss_and_gradients(params, X[:, order], labels[order])[1],
        loss_and_gradients(params, X, labels)[1],
    )


def test_he_parameters() -> None:
    params = he_parameters((400, 300, 7), np.random.default_rng(0))
    assert [(W.shape, b.shape) for W, b in params] == [
        ((300, 400), (300, 1)),
        ((7, 300), (7, 1)),
    ]
    assert not any(b.any() for _, b in params)
    assert params[0][0].mean() == pytest.approx(0, abs=1e-3)
    for W, _ in params:
        assert W.std() == pytest.approx(np.sqrt(2 / W.shape[1]), rel=0.05)
    assert {W.dtype for W, _ in params} == {np.dtype(float)}


@pytest.mark.parametrize(
    ("X", "labels"),
    [
        (np.ones(4), np.array([0])),
        (np.ones((4, 5)), np.array([0, 1])),
        (np.ones((4, 5)), np.zeros((5, 1), dtype=int)),
    ],
)
def test_what_numpy_would_stretch_is_refused(X: np.ndarray, labels: np.ndarray) -> None:
    params, _, _ = network((4, 3, 2))
    for function in loss, loss_and_gradients:
        with pytest.raises(ValueError, match=r"X \(4.* and labels \(.* do not fit: give X a"):
            function(params, X, labels)
