"""Every worked example of scalars, by every road: its name is the name of its test."""

from collections.abc import Callable

import numpy as np
import pytest

from snippets import sgd, wengert_list
from snippets.array_tape import grad, value_and_grad
from snippets.dual_numbers import seeded
from snippets.forward_pass import mazur
from snippets.neuron_weights_biases import sigmoid
from snippets.scalar_tape import Tape, Value
from snippets.symbolic_differentiation import derivative, evaluate, symbol
from tests.independent import complex_step
from tests.worked_examples import BRANCHING, SMOOTH, Example

Found = tuple[float, np.ndarray]


def by_complex_step(one: Example) -> Found:
    return one.f(*one.x), complex_step(lambda x: one.f(*x), np.array(one.x))


def by_duals(one: Example) -> Found:
    """One run, with a direction for each input."""
    y = one.f(*seeded(*one.x))
    return y.u, y.u_dot


def by_formulas(one: Example) -> Found:
    """One formula for each input."""
    names = [f"x_{k}" for k in range(len(one.x))]
    at = dict(zip(names, one.x, strict=True))
    y = one.f(*map(symbol, names))
    return evaluate(y, **at), np.array([evaluate(derivative(y, symbol(x)), **at) for x in names])


def by_tape(one: Example) -> Found:
    """One run and one sweep back."""
    with Tape():
        inputs = [Value(entry) for entry in one.x]
        y = one.f(*inputs)
        y.backward()
        return y.value, np.array([v.grad for v in inputs])


def by_array_tape(one: Example) -> Found:
    """The same, with arrays of no axes."""
    y, bars = value_and_grad(one.f, tuple(range(len(one.x))))(*one.x)
    return y, np.array(bars)


def check(road: Callable[[Example], Found], one: Example) -> None:
    value, gradient = road(one)
    if one.value is not None:
        assert value == pytest.approx(one.value, rel=one.tolerance, abs=1e-15)
    assert gradient == pytest.approx(one.gradient, rel=one.tolerance, abs=1e-15)


ROADS = [by_complex_step, by_duals, by_tape, by_formulas, by_array_tape]


@pytest.mark.parametrize("road", ROADS)
@pytest.mark.parametrize("name", SMOOTH)
def test_example(name: str, road: Callable[[Example], Found]) -> None:
    check(road, SMOOTH[name])


@pytest.mark.parametrize("name", BRANCHING)
def test_example_with_branches(name: str) -> None:
    """The complex step cannot order its numbers, and a formula has no branches; the others do."""
    check(by_duals, BRANCHING[name])
    check(by_tape, BRANCHING[name])
    check(by_array_tape, BRANCHING[name])
    with pytest.raises(TypeError, match="no value yet to compare with 0"):
        by_formulas(BRANCHING[name])


def test_cs231n_sigmoid_neuron_gate_by_gate() -> None:
    """Values behind the exponential and the sum, and slopes before the sum and the exponential."""
    y = wengert_list.record(lambda z: 1 / (1 + np.exp(-z)), 1.0)
    _, negative, power, total, _ = y.list.steps
    values = [float(v.value) for v in (power, total)]
    assert values == pytest.approx([0.36787944117144233, 1.3678794411714423], rel=1e-9)
    slopes = [float(wengert_list.derivative(y, v)) for v in (total, power, negative)]
    expected = [-0.534446645388523, -0.534446645388523, -0.19661193324148188]
    assert slopes == pytest.approx(expected, rel=1e-9)


def test_mazur_step_by_step_shared_biases() -> None:
    """His figure has one bias for each layer: its slope is the sum of those of the neurons."""
    x, y, weights, _ = mazur()

    def loss(b1: float, b2: float) -> float:
        return 0.5 * np.sum((sigmoid(weights[1] @ sigmoid(weights[0] @ x + b1) + b2) - y) ** 2)

    assert loss(0.35, 0.6) == pytest.approx(0.2983711087600027, rel=1e-9)
    shared = [0.018725609394704128, 0.10040032511200071]
    assert grad(loss, (0, 1))(0.35, 0.6) == pytest.approx(shared, rel=1e-9)
    per_neuron = grad(loss, (0, 1))(np.full((2, 1), 0.35), np.full((2, 1), 0.6))
    assert [np.sum(one) for one in per_neuron] == pytest.approx(shared, rel=1e-9)


@pytest.mark.parametrize(
    ("start", "loss", "outputs"),
    [
        ((0.6, 0.9), lambda a: 0.5 * a**2, (0.8175744761936437, 0.09395569486364724)),
        ((2.0, 2.0), lambda a: 0.5 * a**2, (0.9820137900379085, 0.2028484242677765)),
        ((2.0, 2.0), lambda a: -np.log(1 - a), (0.9820137900379085, 0.012008741510817504)),
    ],
)
def test_nielsen_slow_neuron(
    start: tuple[float, float], loss: Callable[..., float], outputs: tuple[float, float]
) -> None:
    """Input 1, target 0, 300 steps at rate 0.15; the squared error, and then cross-entropy."""

    def gradient(w: np.ndarray) -> np.ndarray:
        return grad(lambda w: loss(sigmoid(w[0] + w[1])))(w)

    path = sgd.descend(sgd.step, sgd.START, np.array(start), gradient, 300 * [0.15])
    ends = [sigmoid(np.sum(w)) for w in (path[0], path[-1])]
    assert ends == pytest.approx(outputs, rel=1e-9)
