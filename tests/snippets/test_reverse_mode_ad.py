"""The trace of Baydin and others at (2, 5), and the sweep on random tapes."""

import numpy as np
import pytest

from snippets.reverse_mode_ad import (
    RULES,
    example,
    forward,
    reverse,
    reverse_overwriting,
    step,
    trace,
)
from tests.independent import complex_step


def test_the_trace_at_two_and_five() -> None:
    numbers = example()
    assert numbers["values"] == pytest.approx(
        [2, 5, 0.6931471805599453, 10, -0.9589242746631385, 10.693147180559945, 11.652071455223084],
        rel=1e-14,
    )
    assert numbers["adjoints"] == pytest.approx(
        [5.5, 1.7163378145367738, 1, 1, -1, 1, 1], rel=1e-14
    )
    assert numbers["terms_of_v0"] == pytest.approx([5, 0.5], rel=1e-14)
    assert numbers["terms_of_v1"] == pytest.approx([-0.28366218546322625, 2], rel=1e-14)


@pytest.mark.parametrize("seed", range(10))
def test_the_inputs_collect_the_gradient(seed: int) -> None:
    x = np.random.default_rng(seed).uniform(0.5, 6, size=2)
    gradient = complex_step(lambda x: np.log(x[0]) + x[0] * x[1] - np.sin(x[1]), x)
    assert reverse(forward(x))[:2] == pytest.approx(gradient, rel=1e-12)


@pytest.mark.parametrize("j", range(7))
def test_every_adjoint_is_the_effect_of_its_own_step(j: int) -> None:
    """Intervene at v_j, replay what follows, and look at y: nothing of the sweep is used."""

    def y(nudged: np.ndarray) -> complex:
        v: list[complex] = []
        for phi in (
            lambda: 2.0,
            lambda: 5.0,
            lambda: np.log(v[0]),
            lambda: v[0] * v[1],
            lambda: np.sin(v[1]),
            lambda: v[2] + v[3],
            lambda: v[5] - v[4],
        ):
            v.append(nudged[0] if len(v) == j else phi())
        return v[-1]

    value = example()["values"][j]
    effect = complex_step(y, np.array([value]))[0]
    assert example()["adjoints"][j] == pytest.approx(effect, rel=1e-14)


def random_tape(x: np.ndarray, seed: int) -> list:
    """Ten random steps on the inputs x, with values used many times or twice in one step."""
    rng = np.random.default_rng(seed)
    tape = [(entry, (), ()) for entry in x]
    for _ in range(10):
        rule = rng.choice([rule for rule in RULES if rule != "ln"])
        count = 1 if rule == "sin" else 2
        step(tape, rule, *rng.integers(len(tape), size=count))
    return tape


@pytest.mark.parametrize("seed", range(30))
def test_any_tape(seed: int) -> None:
    x = np.random.default_rng(seed).uniform(-1, 1, size=3)
    gradient = complex_step(lambda x: random_tape(x, seed)[-1][0], x)
    assert reverse(random_tape(x, seed))[:3] == pytest.approx(gradient, rel=1e-11, abs=1e-13)


def test_overwriting_keeps_only_the_last_term() -> None:
    """The note's slip: each input of the trace is used twice and loses the term that came first."""
    numbers = example()
    assert numbers["overwritten"] == pytest.approx([0.5, 2.0], rel=1e-14)
    assert numbers["overwritten"][0] == numbers["terms_of_v0"][1]
    assert numbers["overwritten"][1] == numbers["terms_of_v1"][1]
    tape = forward(np.array([2.0, 5.0]))
    # The five steps that are used once cannot show it.
    assert list(reverse_overwriting(tape)[2:]) == list(reverse(tape)[2:])


def test_a_trace_leaves_out_what_has_no_letter() -> None:
    tape = forward(np.array([2.0, 5.0]))
    rows = trace(
        tape, [("", ""), ("x", ""), ("", "ln"), ("p", "×"), ("", "sin"), ("", "+"), ("y", "−")]
    )
    assert list(rows) == ["x", "p", "y"]
    assert rows["p"] == ("×", {"x": 2.0}, 10.0, 1.0)
    assert rows["y"][1] == {}
