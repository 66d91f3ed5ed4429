"""What is wrong in a gradient is found, and named by its worst entry; bad input is refused."""

import itertools
import re
from collections.abc import Callable

import numpy as np
import pytest

from snippets.gradient_checking import (
    check_grad,
    check_jvp,
    check_vjp,
    example,
    flat,
    gradient,
    gradient_with_slip,
    leaves,
    like,
    loss,
    output_rates,
    outputs,
    relative_error,
    setting,
    weighted_gradient,
)
from tests.independent import complex_step_jacobian
from tests.networks import Nested, net, of_params


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)


# What is wrong is found.

SLIPS: dict[str, Callable[[Nested, Nested], Nested]] = {
    "sign": lambda g, p: like(g, -flat(g)),
    "factor two": lambda g, p: like(g, 2 * flat(g)),
    "a millionth": lambda g, p: like(g, (1 + 1e-6) * flat(g)),
    "zero": lambda g, p: like(g, 0 * flat(g)),
    "nan": lambda g, p: like(g, np.nan * flat(g)),
    "infinite": lambda g, p: like(g, np.inf * flat(g)),
    "one bias forgotten": lambda g, p: g | {"b": [g["b"][0], 0 * g["b"][1]]},
    "no slope": lambda g, p: g | {"b": [p["W"][1].T @ g["b"][1], g["b"][1]]},
    "weights added": lambda g, p: g | {"W": [g["W"][0], g["W"][1] + 1e-3 * p["W"][1]]},
    "rows swapped": lambda g, p: g | {"W": [g["W"][0][::-1], g["W"][1]]},
    "reshaped, not transposed": lambda g, p: (
        g | {"W": [g["W"][0].T.reshape(g["W"][0].shape), g["W"][1]]}
    ),
    "constant added": lambda g, p: like(g, flat(g) + 1e-7),
}


@pytest.mark.parametrize("name", SLIPS)
@pytest.mark.parametrize("seed", range(5))
def test_a_slip_is_found(name: str, seed: int) -> None:
    params, x, y = net(3, 2, 4, seed=seed)
    f, right = of_params(x, y, loss, gradient)
    with pytest.raises(AssertionError, match=r"^grad is wrong at x\['[Wb]'\]\[\d\]\[\d, \d\]: "):
        check_grad(f, lambda p: SLIPS[name](right(p), p), params, np.random.default_rng(seed))


@pytest.mark.parametrize("k", range(20))
@pytest.mark.parametrize("size", [1e-2, 1e-6])
def test_one_wrong_entry_is_named(k: int, size: float, rng: np.random.Generator) -> None:
    params, x, y = net(3, 2, 4)
    f, right = of_params(x, y, loss, gradient)
    names = [
        f"{place}[{i}, {j}]"
        for place, leaf in leaves(params).items()
        for i, j in itertools.product(*map(range, leaf.shape))
    ]
    assert len(names) == 20
    with pytest.raises(AssertionError, match=re.escape(f"grad is wrong at {names[k]}: it says")):
        check_grad(f, lambda p: like(p, flat(right(p)) + size * (np.arange(20) == k)), params, rng)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_one_entry_that_is_no_number_is_named(value: float, rng: np.random.Generator) -> None:
    def wrong(x: np.ndarray) -> np.ndarray:
        return np.where(np.arange(5) == 3, value, np.cos(x))

    with pytest.raises(
        AssertionError, match=rf"wrong at x\[3\]: it says {value}, the complex step"
    ):
        check_grad(lambda x: np.sum(np.sin(x)), wrong, rng.normal(size=5), rng)


def test_of_several_wrong_entries_the_worst_is_named(rng: np.random.Generator) -> None:
    off = np.array([0, 1e-3, 0, -5e-3, 2e-3])
    with pytest.raises(AssertionError) as found:
        check_grad(lambda x: np.sum(np.sin(x)), lambda x: np.cos(x) + off, np.zeros(5), rng)
    assert str(found.value) == (
        "grad is wrong at x[3]: it says 0.995, the complex step 1 "
        "(relative error 0.003, allowed 1e-08)"
    )


@pytest.mark.parametrize("k", [0, 99, 777, 4999])
def test_one_of_many_is_named(k: int, rng: np.random.Generator) -> None:
    """Too many to look at one by one: halving them finds it with few calls."""
    calls = []

    def f(x: np.ndarray) -> float:
        calls.append(1)
        return np.sum(np.sin(x))

    with pytest.raises(AssertionError, match=rf"grad is wrong at x\[{k}\]: "):
        check_grad(f, lambda x: np.cos(x) + (np.arange(5000) == k), rng.normal(size=5000), rng)
    assert len(calls) < 6000


@pytest.mark.parametrize("k", range(4))
def test_small_slopes_are_checked_by_themselves(k: int, rng: np.random.Generator) -> None:
    """In the sum over all entries, those of a are a billionth; alone they are seen."""

    def f(x: dict) -> float:
        return 1e-9 * np.sum(np.sin(x["a"])) + np.sum(np.sin(x["b"]))

    def wrong(x: dict) -> dict:
        signs = np.where(np.arange(4) == k, -1e-9, 1e-9)
        return {"a": signs * np.cos(x["a"]), "b": np.cos(x["b"])}

    with pytest.raises(AssertionError, match=rf"x\['a'\]\[{k}\]: it says"):
        check_grad(f, wrong, {"a": np.ones(4), "b": np.ones(4)}, rng)


def test_arrays_move_together_too(rng: np.random.Generator) -> None:
    """A product rule that follows the first factor only, unless that one rests."""

    def jvp(x: list, v: list) -> np.ndarray:
        return v[0] * x[1] if np.any(v[0]) else x[0] * v[1]

    with pytest.raises(AssertionError, match="along random directions, though along no entry"):
        check_jvp(lambda x: x[0] * x[1], jvp, [np.ones(3), np.ones(3)], rng)


def test_a_wrong_rate_is_named_with_its_output(rng: np.random.Generator) -> None:
    x = np.array([1.0, -2.0, 3.0])

    def wrong(x: np.ndarray, v: np.ndarray) -> np.ndarray:
        return 2 * x * v + np.array([0, 1e-3, 0]) * v[2]

    message = re.escape("jvp is wrong at f(x)[1] by x[2]: it says 0.001, the complex step")
    with pytest.raises(AssertionError, match=message):
        check_jvp(lambda x: x**2, wrong, x, rng)


def test_a_rate_that_is_not_linear(rng: np.random.Generator) -> None:
    with pytest.raises(AssertionError, match=r"along random directions, .* is it linear in v"):
        check_jvp(lambda x: x**2, lambda x, v: 2 * x * np.abs(v), np.ones(3), rng)


def test_a_wrong_vjp_is_found(rng: np.random.Generator) -> None:
    with pytest.raises(AssertionError, match=r"vjp is wrong at x\[\d\]"):
        check_vjp(np.cumsum, lambda x, u: np.cumsum(u), np.ones(3), rng)
    check_vjp(np.cumsum, lambda x, u: np.cumsum(u[::-1])[::-1], np.ones(3), rng)


def test_names_in_messages(rng: np.random.Generator) -> None:
    with pytest.raises(AssertionError, match=r"^rule of tanh is wrong at x: it says"):
        check_grad(np.tanh, np.cosh, 0.3, rng, what="rule of tanh")
    with pytest.raises(AssertionError, match="a difference"):
        check_grad(np.abs, np.cosh, 0.3, rng)


# What cannot be checked is refused.

REFUSED = {
    "integers": (np.sum, np.ones_like, np.arange(3), TypeError, "x holds int64, and only floats"),
    "an integer": (np.sum, np.ones_like, [1.0, 2], TypeError, r"x\[1\] holds int64"),
    "truths": (np.sum, np.ones_like, np.array([True]), TypeError, "holds bool"),
    "complex": (np.sum, np.ones_like, np.ones(2) * 1j, TypeError, "holds complex128"),
    "a vector": (
        np.sin,
        np.cos,
        np.ones(3),
        ValueError,
        r"one number, not to f\(x\) \(3,\): try check_vjp",
    ),
    "a kink": (lambda x: np.sum(np.abs(x)), np.sign, np.zeros(2), ValueError, "there is a kink"),
    "nan": (lambda x: np.nan * np.sum(x), np.ones_like, np.ones(2), ValueError, "a nan close by"),
    "a shape": (np.sum, lambda x: np.ones((3, 1)), np.ones(3), AssertionError, r"shape \(3, 1\)"),
    "a leaf too few": (
        lambda x: np.sum(x["a"]),
        lambda x: {"a": np.ones(2)},
        {"a": np.ones(2), "b": np.ones(2)},
        AssertionError,
        r"grad gives nothing for x\['b'\], where shape \(2,\) belongs",
    ),
    "a leaf too many": (
        lambda x: np.sum(x[0]),
        lambda x: [np.ones(2), 1.0],
        [np.ones(2)],
        AssertionError,
        r"grad gives shape \(\) for x\[1\], where nothing belongs",
    ),
    "nothing": (
        np.sum,
        lambda x: None,
        np.ones(2),
        AssertionError,
        r"grad gives shape \(\) for x, where shape \(2,\) belongs",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str, rng: np.random.Generator) -> None:
    f, grad, x, error, message = REFUSED[name]
    with pytest.raises(error, match=message):
        check_grad(f, grad, x, rng)


def test_another_value_at_every_call_is_refused(rng: np.random.Generator) -> None:
    with pytest.raises(ValueError, match="differs from call to call"):
        check_grad(lambda x: np.sum(x) * rng.normal(), np.ones_like, np.ones(3), rng)


# The numbers of the note.


def test_relative_errors() -> None:
    g = np.array([3.0, -4.0])
    assert relative_error(g, g) == 0
    assert relative_error(-g, g) == relative_error(0 * g, g) == 1
    assert relative_error(2 * g, g) == pytest.approx(1 / 3)
    assert relative_error(0 * g, 0 * g) == 0
    assert relative_error(1e-9 * g, 1.01e-9 * g) == pytest.approx(1 / 201)


def test_the_slip_of_the_note() -> None:
    numbers = example()
    assert numbers["right"] == "no difference found"
    assert numbers["slip"].startswith("grad is wrong at x['b'][0][0, 0]: it says -0.0787")
    assert numbers["error_right"] < 1e-9
    assert numbers["error_slip"] > 0.1
    assert numbers["error_twice"] == pytest.approx(1 / 3)


@pytest.mark.parametrize("seed", range(5))
def test_the_two_modes_meet(seed: int) -> None:
    """x̄ᵀv = uᵀẏ, and both are uᵀJv with the Jacobian by the complex step."""
    params, x, _, _, _ = setting(np.random.default_rng(seed))
    rng = np.random.default_rng(seed)
    v, u = rng.normal(size=flat(params).size), rng.normal(size=outputs(params, x).shape)
    matrix = complex_step_jacobian(lambda row: outputs(like(params, row), x), flat(params))
    along = u.ravel() @ matrix @ v
    assert flat(weighted_gradient(params, u, x)) @ v == pytest.approx(along, rel=1e-12)
    assert np.sum(u * output_rates(params, like(params, v), x)) == pytest.approx(along, rel=1e-12)


def test_the_slip_hides_where_the_slope_is_lost_anyway(rng: np.random.Generator) -> None:
    """The note's advice against special places: with no weights behind them, biases are idle."""
    params, x, y = net(3, 2, 4)
    f, slip = of_params(x, y, loss, gradient_with_slip)
    special = {"W": [params["W"][0], 0 * params["W"][1]], "b": params["b"]}
    check_grad(f, slip, special, rng)
    with pytest.raises(AssertionError):
        check_grad(f, slip, params, rng)
