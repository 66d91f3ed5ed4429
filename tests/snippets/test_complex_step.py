"""Slopes to the last digit where f is analytic, and what becomes of them where it is not."""

import warnings
from collections.abc import Callable

import numpy as np
import pytest

from snippets import backpropagation, chain_rule_scalar
from snippets.complex_step import (
    complex_step,
    example,
    f,
    f_prime,
    gradient,
    power,
    ramp,
    slope,
)
from snippets.forward_pass import forward
from snippets.loss_functions import squared_error
from snippets.numerical_differentiation import central_difference
from tests.worked_examples import SMOOTH


def test_published_slopes() -> None:
    """`complex_step`: the functions that are named after Squire and Trapp, and after Martins."""

    def with_root(x: complex) -> complex:
        return np.exp(x) / np.sqrt(np.sin(x) ** 3 + np.cos(x) ** 3)

    assert complex_step(power, 1.5) == pytest.approx(18.600812734259762, rel=1e-15)
    assert complex_step(with_root, 1.5) == pytest.approx(4.053427893898621, rel=1e-15)
    assert complex_step(f, 1.5) == pytest.approx(3.6220337007163264, rel=1e-15)
    assert example()["slope"] == complex_step(f, 1.5)
    assert example()["slope_of_power"] == complex_step(power, 1.5)


def test_the_written_out_derivative() -> None:
    """The extended-precision digits of a public test suite."""
    assert f_prime(1.5) == pytest.approx(3.62203370071632604, rel=1e-15)
    for x in np.linspace(-0.5, 2, 30):
        assert f_prime(x) == pytest.approx(central_difference(f, x, 1e-5), rel=1e-7)


@pytest.mark.parametrize("h", [1e-8, 1e-20, 1e-100, 1e-200, 1e-300])
def test_no_step_is_too_small(h: float) -> None:
    """As measured before on the composite at 1.3: 16 digits down to a step of 1e-300."""
    y = chain_rule_scalar.forward(1.3)[-1]
    found = complex_step(lambda x: chain_rule_scalar.values(x)[-1], 1.3, h)
    assert found == pytest.approx(y, rel=2e-15)


@pytest.mark.parametrize(("h", "error"), [(1e-2, 3.8e-4), (1e-4, 3.8e-8), (1e-6, 3.8e-12)])
def test_the_error_falls_with_the_square_of_the_step(h: float, error: float) -> None:
    y = chain_rule_scalar.forward(1.3)[-1]
    found = complex_step(lambda x: chain_rule_scalar.values(x)[-1], 1.3, h)
    assert abs(found / y - 1) == pytest.approx(error, rel=0.05)


def test_errors_of_the_note() -> None:
    numbers = example()
    assert numbers["complex"][0] == pytest.approx(numbers["central"][0], rel=0.01)
    assert max(numbers["complex"][3:]) < 1e-14
    assert min(numbers["central"]) > 1e-10


@pytest.mark.parametrize("name", SMOOTH)
def test_worked_examples(name: str) -> None:
    """Every worked example of scalars, by its name: a call for each input."""
    one = SMOOTH[name]
    found = gradient(lambda x: one.f(*x), np.array(one.x))
    assert found == pytest.approx(one.gradient, rel=one.tolerance, abs=1e-15)


def test_entries_at_once() -> None:
    """`activation_derivatives`: a function that acts entry by entry needs one call for all."""
    found = complex_step(lambda z: 1 / (1 + np.exp(-z)), np.array([-2.0, 0.0, 1.0]))
    assert found == pytest.approx([0.1049935854035065, 0.25, 0.19661193324148185], rel=1e-14)


def test_nielsen_bp1_bp4_check() -> None:
    """`nielsen_bp1_bp4_check`: bias slopes of the 2-3-2 network are its deltas."""
    x, y, weights, biases = backpropagation.random_network()

    def of_hidden_biases(b: np.ndarray) -> complex:
        return squared_error(forward(x, weights, [b, biases[1]])[1][-1], y)

    found = gradient(of_hidden_biases, biases[0])
    expected = [-0.013945317509070467, 0.012252171983642389, -0.0010058150706246452]
    assert found.ravel() == pytest.approx(expected, rel=1e-13)
    assert found.shape == (3, 1)


WRONG = {
    "absolute value": (np.abs, -2.0, 0.0, -1.0),
    "half a ramp": (ramp, 2.0, 0.5, 1.0),
    "norm": (lambda x: np.linalg.norm([x, 2.0]), 1.5, 0.0, 0.6),
    "conjugate": (lambda x: np.vdot(x, x), 3.0, 0.0, 6.0),
    "real part": (lambda x: np.real(x) ** 2, 3.0, 0.0, 6.0),
    "sign": (lambda x: x * np.sign(np.real(x)) + np.abs(x), -1.0, -1.0, -2.0),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_it_gets_wrong_and_who_notices(name: str) -> None:
    """The bare step is wrong without a word; vouched for by a difference, it is right."""
    function, x, wrong, right = WRONG[name]
    assert complex_step(function, x) == pytest.approx(wrong)
    found, bound = slope(lambda t: np.array([function(x + t)]), abs(x))
    assert found == pytest.approx(right, rel=1e-10)
    assert 0 < bound < 1e-8
    assert abs(found - right) <= bound


REFUSED = {
    "Python's max": (lambda x: max(x, 0), 2.0, 1.0),
    "arctan2": (lambda x: np.arctan2(x, 2.0), 2.0, 0.25),
    "cast": (lambda x: np.asarray(x).astype(float) * 2, 2.0, 2.0),
    "buffer": (
        lambda x: np.copyto(buffer := np.zeros(()), x, casting="unsafe") or buffer,
        2.0,
        1.0,
    ),
    "float": (lambda x: np.float64(x) ** 2, 3.0, 6.0),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("action", ["error", "ignore"])
def test_what_refuses_complex_numbers(name: str, action: str) -> None:
    """Whether a cast warns or not, the slope is that of the difference."""
    function, x, right = REFUSED[name]
    with warnings.catch_warnings():
        warnings.simplefilter(action)
        found, bound = slope(lambda t: np.array([function(float(x) + t)]), x)
    assert found == pytest.approx(right, rel=1e-9)
    assert bound > 0


def test_the_norm_of_the_note() -> None:
    """Both entries move at once: the slope is seven fifths, and the complex step finds none."""
    x = np.array([3.0, 4.0])
    assert complex_step(np.linalg.norm, x) == 0
    assert central_difference(lambda t: np.linalg.norm(x + t), 0.0, 1e-5) == pytest.approx(7 / 5)


def test_a_cast_is_not_taken_for_no_slope() -> None:
    """Beside a large value a difference cannot tell 1e-5 from 0, and so must not be overruled."""
    found, bound = slope(lambda t: 1e8 + 1e-5 * np.asarray([t]).astype(float), 1.0)
    assert abs(found - 1e-5) <= bound
    assert bound > 1e-5


def test_max_of_numpy_takes_the_branch_of_the_real_parts() -> None:
    assert complex_step(lambda x: np.maximum(x, 0), 2.0) == 1
    assert complex_step(lambda x: np.maximum(x, 0), -2.0) == 0


@pytest.mark.parametrize("seed", range(20))
def test_analytic_slopes_are_exact(seed: int) -> None:
    """The bound 0 says that the complex step was taken."""
    x = np.random.default_rng(seed).uniform(0.2, 2, size=3)
    functions: list[Callable] = [np.sin, np.log, np.tanh]
    expected = [np.cos(x[0]), 1 / x[1], 1 - np.tanh(x[2]) ** 2]

    def walk(t: complex) -> np.ndarray:
        return np.array([one(at + t) for one, at in zip(functions, x, strict=True)])

    found, bound = slope(walk, 2.0)
    assert found == pytest.approx(expected, rel=4e-16 * 4)
    assert list(bound) == [0, 0, 0]


def test_each_output_is_judged_by_itself() -> None:
    found, bound = slope(lambda t: np.array([np.sin(1 + t), np.abs(1 + t)]), 1.0)
    assert found == pytest.approx([np.cos(1), 1], rel=1e-10)
    assert bound[0] == 0 < bound[1]
