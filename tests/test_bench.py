"""The benchmark of the engines: its arithmetic, and what it refuses. No time is tested."""

import json
import math
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from benchmarks import cost, digits, networks, race, scalars
from benchmarks.goals import Goal, medians, ratio, table

SUBJECTS = [networks, cost, scalars, digits]


@pytest.fixture(autouse=True)
def own_snippets() -> Iterator[None]:
    """Contestants import when they are made, by when a test may have loaded another project's."""
    loaded = unloaded()
    yield
    unloaded()
    sys.modules.update(loaded)


def unloaded() -> dict[str, ModuleType]:
    names = [name for name in sys.modules if name.partition(".")[0] == "snippets"]
    return {name: sys.modules.pop(name) for name in names}


def test_a_ratio_is_that_of_the_medians() -> None:
    """Not the median of the ratios, which is 2 here, nor the ratio of means or minima."""
    times = {"case": {"a": [2.0, 8.0, 9.0], "b": [1.0, 4.0, 2.0]}}
    assert ratio(times, "case", "a", "b") == 4
    assert ratio(times, "case", "b", "a") == 1 / 4
    assert medians(times) == {"case": {"a": 8, "b": 2}}


def test_what_was_not_measured_has_no_ratio() -> None:
    times = {"case": {"a": [1.0], "b": []}}
    for case, upper, lower in [("case", "a", "b"), ("case", "c", "a"), ("other", "a", "a")]:
        assert ratio(times, case, upper, lower) is None


def test_verdicts() -> None:
    """The bound itself is met, from both sides."""
    for figure, at_least, at_most in [
        (0.99, "not met", "met"),
        (1.0, "met", "met"),
        (1.01, "met", "not met"),
        (float("nan"), "not met", "not met"),
        (None, "not measured", "not measured"),
    ]:
        assert Goal("x", figure, 1.0).verdict == at_least
        assert Goal("x", figure, 1.0, at_most=True).verdict == at_most


def test_the_table() -> None:
    goals = [
        Goal("tape / hand", 1.234, 1.25, at_most=True),
        Goal("autograd / emission", 2.0, 4),
        Goal("torch", None, 1),
        Goal("operations", 1e6, 1e6),
    ]
    lines = table(goals).splitlines()
    assert [" ".join(line.split()) for line in lines] == [
        "tape / hand 1.23 at most 1.25 met",
        "autograd / emission 2.00 at least 4.00 not met",
        "torch - at least 1.00 not measured",
        "operations 1000000 at least 1000000 met",
        "2 of 4 goals met",
    ]
    assert json.loads(json.dumps(goals[2].json))["verdict"] == "not measured"


OURS_ARE_FAST = {"emission": 1.0, "hand": 1.5, "array tape": 1.6, "tape": 5, "loss": 0.75}
OTHERS = ("autograd", "torch", "jax", "micrograd", "scikit-learn")
USED = {"tape": {"+": 100.0}}


@pytest.mark.parametrize("subject", [networks, scalars, digits])
@pytest.mark.parametrize(("others", "verdict"), [(30, "met"), (0.5, "not met")])
def test_goals_against_others(subject: ModuleType, others: float, verdict: str) -> None:
    """Slow rivals: all goals are met. Fast ones: every goal that names a rival is missed."""
    times = OURS_ARE_FAST | dict.fromkeys(OTHERS, others)
    found = goals(subject, times)
    rivals = [goal for goal in found if any(name in goal.what for name in OTHERS)]
    assert rivals
    assert {goal.verdict for goal in rivals} == {verdict}
    assert {goal.verdict for goal in found if goal not in rivals} <= {"met"}


def goals(subject: ModuleType, times: dict[str, float]) -> list[Goal]:
    """With the same time in every round and case, and good figures."""
    rounds = {name: [time] * 3 for name, time in times.items()}
    figures = {"bytes per operation": USED, "longest chain": {"tape": 1_000_000}}
    figures |= {"mean accuracy": dict.fromkeys(times, 0.976)}
    return subject.goals(dict.fromkeys(subject.CASES, rounds), figures)


@pytest.mark.parametrize("subject", SUBJECTS)
def test_nothing_measured_is_no_goal_met(subject: ModuleType) -> None:
    figures = {figure: {} for figure in subject.FIGURES}
    assert {goal.verdict for goal in subject.goals({}, figures)} == {"not measured"}


def test_goals_of_our_own() -> None:
    """What a slow engine of ours misses."""
    slow = {"hand": 1, "emission": 1.01, "array tape": 1.26, "autograd": 30, "torch": 9, "jax": 9}
    missed = [goal.what for goal in goals(networks, slow) if goal.verdict != "met"]
    assert len(missed) == 2 * len(networks.CASES)
    assert all(what.endswith("/ hand") for what in missed)
    exact = goals(networks, slow | {"emission": 0.95, "array tape": 1.2})
    missed = [goal.what for goal in exact if goal.verdict != "met"]
    assert "float32, batch 32: emission / hand" in missed
    assert "float32, batch 32: array tape / hand" not in missed
    assert "float32, batch 128: array tape / hand" in missed


def test_the_count_of_multiplications() -> None:
    """For 784-128-64-10, 227 200 with the gradient and 109 184 without."""
    assert cost.flops((784, 128, 64, 10)) == 227_200 / 109_184
    assert list(cost.CASES)[3] == "109386 parameters"
    times = {
        case: {"loss": [1.0], "hand": [cost.flops(sizes) * 1.14], "emission": [1.0]}
        for case, (sizes, _, _) in cost.CASES.items()
    }
    by_engine = {"hand": "met", "emission": "not met"}
    for goal in cost.goals(times, {}):
        assert goal.verdict == by_engine["hand" if "hand" in goal.what else "emission"]


# What is refused


def found() -> tuple[float, list[np.ndarray]]:
    """A loss, and a gradient of two layers, biases as rows."""
    arrays = [np.arange(6.0).reshape(2, 3), np.ones(2), np.ones((1, 2)), np.array([3.0])]
    return 2.0, arrays


BY_HAND = [(np.arange(6.0).reshape(2, 3), np.ones((2, 1))), (np.ones((1, 2)), np.array([[3.0]]))]


def test_a_right_gradient_in_any_layout() -> None:
    value, arrays = found()
    networks.compare(2.0, BY_HAND, (value, arrays), 1e-11)
    networks.compare(2.0, BY_HAND, (np.float32(value), BY_HAND), 1e-11)


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("wrong", [1e-9, float("nan")])
def test_a_wrong_gradient_is_refused(number: int, wrong: float) -> None:
    value, arrays = found()
    arrays[number] = arrays[number].copy()
    arrays[number].flat[0] += wrong
    with pytest.raises(ValueError, match=f"array {number} of the gradient is off"):
        networks.compare(2.0, BY_HAND, (value, arrays), 1e-11)


def test_a_wrong_loss_and_a_missing_array_are_refused() -> None:
    value, arrays = found()
    for wrong in (value + 1e-9, float("nan")):
        with pytest.raises(ValueError, match="the loss is"):
            networks.compare(2.0, BY_HAND, (wrong, arrays), 1e-11)
    with pytest.raises(ValueError, match="shorter"):
        networks.compare(2.0, BY_HAND, (value, arrays[:3]), 1e-11)


SMALL = networks.Case((5, 4, 3, 2), 6, "float64")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ["hand", "array tape", "emission"])
def test_our_own_gradients_are_let_in(name: str, dtype: str) -> None:
    """Not only those of the hand-written module, and not where one entry is off."""
    if name != "hand":
        pytest.importorskip(f"snippets.{name.replace(' ', '_')}")
    case = SMALL._replace(dtype=dtype)
    loss, gradients = networks.CONTESTANTS[name](case)()
    networks.check(case, (loss, gradients))
    gradients[1][0][0, 0] += 0.001
    with pytest.raises(ValueError, match="array 2 of the gradient is off"):
        networks.check(case, (loss, gradients))


def test_the_products_alone_are_those_of_the_sweep() -> None:
    """As many and as large as the count says: the cost of a gradient is this count."""
    shapes = []
    product = np.matmul

    def counted(left: np.ndarray, right: np.ndarray, out: np.ndarray) -> np.ndarray:
        shapes.append((left.shape[0], left.shape[1], right.shape[1]))
        return product(left, right, out=out)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(np, "matmul", counted)
        networks.products(SMALL)()
    loss = SMALL.batch * (5 * 4 + 4 * 3 + 3 * 2)
    assert sum(map(math.prod, shapes)) == pytest.approx(loss * cost.flops(SMALL.sizes))
    cost.check(SMALL, cost.loss_alone(SMALL)())


def test_programs_of_scalars() -> None:
    """Each has a gradient on our tape, and one that is slightly off is refused."""
    for case in list(scalars.CASES.values())[: len(scalars.PROGRAMS)]:
        small = case._replace(x=case.x[:2] if case.f is scalars.wide else case.x)
        y, gradient = scalars.tape(small._replace(collect=True))()
        scalars.check(small, (y, gradient))
        off = [slope * 1.001 for slope in gradient]
        with pytest.raises(ValueError, match="by a difference"):
            scalars.check(small, (y, off))
        with pytest.raises(ValueError, match="the value is"):
            scalars.check(small, (y * 1.001, gradient))


def test_a_network_that_has_not_learned_is_refused() -> None:
    digits.check(0, 0.97)
    with pytest.raises(ValueError, match=r"only 10\.0% of the digits are right"):
        digits.check(0, 0.1)


def test_one_update_moves_all_parameters() -> None:
    params = digits.he_parameters(np.random.default_rng(0))
    row, parts = digits.as_one_row(params)
    for pair, same in zip(params, parts, strict=True):
        for array, part in zip(pair, same, strict=True):
            assert (array == part).all()
    row += 1
    assert (parts[-1][1] == 1).all()
    assert np.shares_memory(row, parts[0][0])


# Contestants in processes of their own

TOY = """
import os
from pathlib import Path

ASKED = Path(__file__).with_name("asked")


def contestant(name):
    def make(case):
        if name == "absent":
            import torch_of_yore
        if name == "dead":
            os._exit(3)

        def run():
            with ASKED.open("a") as file:
                file.write(name + "\\n")
            print("a library speaks")
            return "wrong" if name == "wrong" and case == "odd" else "right"

        return run

    return make


def check(case, found):
    if found != "right":
        raise ValueError("the gradient is off")


CONTESTANTS = {name: contestant(name) for name in ("one", "two", "wrong", "absent", "dead")}
CASES = {"plain": "plain", "odd": "odd"}
FIGURES = {"name": lambda name: name.upper()}
"""


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where toy contestants write down whose turn it is."""
    (tmp_path / "toy.py").write_text(TOY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    race.tell_once.cache_clear()
    return tmp_path / "asked"


def test_a_race(asked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Who fails is named once and left out; who is wrong in one case runs in the other."""
    names = ["one", "two", "wrong", "absent", "dead"]
    times, figures = race.run("toy", names, ["plain", "odd"], ["name"], rounds=3)
    assert {case: set(seconds) for case, seconds in times.items()} == {
        "plain": {"one", "two", "wrong"},
        "odd": {"one", "two"},
    }
    assert all(len(rounds) == 3 for case in times.values() for rounds in case.values())
    assert figures == {"name": {name: name.upper() for name in names if name != "dead"}}
    said = capsys.readouterr().err
    for reason in [
        "wrong is left out: ValueError: the gradient is off",
        "absent is left out: torch_of_yore is not installed; type: ",
        "dead is left out: the process of dead has ended",
    ]:
        assert said.count(reason) == 1


def test_the_order_is_reversed_every_round(asked: Path) -> None:
    race.run("toy", ["one", "two"], ["plain"], [], rounds=4)
    turns = asked.read_text().split()
    order = [name for name, before in zip(turns, [None, *turns], strict=False) if name != before]
    # The check, and four rounds: 1 2, then 1 2, 2 1, 1 2, 2 1; who ends a round begins the next.
    assert order == ["one", "two", "one", "two", "one", "two", "one"]
