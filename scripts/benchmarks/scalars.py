"""Gradients of programs of single numbers, beside micrograd: time, memory, and depth."""

import gc
import random
import sys
import tracemalloc
from collections.abc import Callable, Sequence
from math import prod
from typing import Any, NamedTuple

from benchmarks.goals import Goal, Times, ratio


def chain(x: Sequence) -> Any:
    """Ten thousand operations, each on the result of the one before."""
    y, (w, b) = x[0], x[1:]
    for _ in range(5000):
        y = y * w + b
    return y


def wide(x: Sequence) -> Any:
    """A sum of products: ten thousand inputs and as many operations."""
    return sum(v * w for v, w in zip(x[::2], x[1::2], strict=True))


def network(x: Sequence) -> Any:
    """A network 32-32-32-1 with one sample, relus between its layers."""
    entries, A = iter(x), [0.1 * k for k in range(32)]
    for width in (32, 32, 1):
        Z = [sum(next(entries) * a for a in A) + next(entries) for _ in range(width)]
        A = [z.relu() if hasattr(z, "relu") else z * (z > 0) for z in Z]
    return Z[0]


def speelpenning(x: Sequence) -> Any:
    """The product of all inputs."""
    return prod(x)


class Case(NamedTuple):
    """A program, its inputs, and whether garbage is collected."""

    f: Callable[[Sequence], Any]
    x: list[float]
    collect: bool


def inputs(count: int, low: float, high: float, seed: int = 0) -> list[float]:
    """The same numbers in every run."""
    chance = random.Random(seed)
    return [chance.uniform(low, high) for _ in range(count)]


PROGRAMS = {
    "chain": (chain, [1.0, 0.9997, 0.01]),
    "wide sum of products": (wide, inputs(10_000, -1, 1)),
    "product of 1000": (speelpenning, inputs(1000, 0.99, 1.01)),
    "network of neurons": (network, inputs(32 * 33 * 2 + 33, -0.2, 0.25)),
}
CASES = {
    f"{name}, {'with' if collect else 'without'} collection": Case(f, x, collect)
    for collect in (False, True)
    for name, (f, x) in PROGRAMS.items()
}
Run = Callable[[], tuple[float, list[float]]]


def collecting(case: Case) -> None:
    """Switch Python's collector of cycles as the case says."""
    gc.collect()
    (gc.enable if case.collect else gc.disable)()


def tape(case: Case) -> Run:
    """Our scalar tape."""
    from snippets.scalar_tape import Tape, Value

    collecting(case)

    def run() -> tuple[float, list[float]]:
        with Tape():
            values = [Value(entry) for entry in case.x]
            y = case.f(values)
            y.backward()
            return y.value, [v.grad for v in values]

    return run


def emission(case: Case) -> Run:
    """Our emitted program."""
    from snippets.emission import emit

    collecting(case)
    program = emit(case.f, case.x)
    return lambda: program(case.x)


def micrograd(case: Case) -> Run:
    """Micrograd, which needs a stack as deep as the program."""
    from micrograd.engine import Value

    sys.setrecursionlimit(100_000)
    collecting(case)

    def run() -> tuple[float, list[float]]:
        values = [Value(entry) for entry in case.x]
        y = case.f(values)
        y.backward()
        return y.data, [v.grad for v in values]

    return run


CONTESTANTS = {"tape": tape, "emission": emission, "micrograd": micrograd}


def check(case: Case, found: tuple[float, list[float]]) -> None:
    """ValueError unless the slope along a random direction is that of a difference."""
    y, gradient = found
    v, h = inputs(len(case.x), -1, 1, seed=1), 1e-6
    right, left = (
        case.f([a + step * b for a, b in zip(case.x, v, strict=True)]) for step in (h, -h)
    )
    claimed = sum(float(g) * b for g, b in zip(gradient, v, strict=True))
    if not abs(y - case.f(case.x)) <= 1e-9 * abs(y):
        raise ValueError(f"the value is {y}, not {case.f(case.x)}")
    if not abs(claimed - (right - left) / (2 * h)) < 1e-5 * abs(claimed):
        raise ValueError(f"the slope is {claimed}, by a difference {(right - left) / (2 * h)}")


OPERATIONS = {
    "+ and *": lambda y, x: y * x + x,
    "relu and max": lambda y, x: y.relu().max(x),
    "/ and tanh": lambda y, x: (y / x).tanh(),
}


def bytes_per_operation(name: str) -> dict[str, float] | None:
    """Bytes of one operation on the tape, before the sweep and after it."""
    if name != "tape":
        return None
    from snippets.scalar_tape import Tape, Value

    found = {}
    for kind, step in OPERATIONS.items():
        gc.collect()
        with Tape():
            x = y = Value(0.5)
            tracemalloc.start()
            for _ in range(10_000):
                y = step(y, x)
            found[kind] = tracemalloc.get_traced_memory()[0] / 20_000
            y.backward()
            found[f"{kind}, swept"] = tracemalloc.get_traced_memory()[0] / 20_000
            tracemalloc.stop()
    return found


def deepest(name: str) -> int | None:
    """A chain of a million operations, if its slope is right."""
    if name != "tape":
        return None
    _, gradient = tape(Case(million, [1.0], True))()
    return 1_000_000 if abs(gradient[0] - 0.999999**500_000) < 1e-9 else 0


def million(x: Sequence) -> Any:
    """Half a million products and as many sums."""
    y = x[0]
    for _ in range(500_000):
        y = y * 0.999999 + 1.0
    return y


FIGURES = {"bytes per operation": bytes_per_operation, "longest chain": deepest}


def goals(times: Times, figures: dict[str, dict[str, Any]]) -> list[Goal]:
    """Time beside micrograd, memory, and depth."""
    found = []
    for case, (_, _, collect) in CASES.items():
        beside = ratio(times, case, "micrograd", "tape")
        found.append(Goal(f"{case}: micrograd / tape", beside, 4 if collect else 3))
        if not collect:
            beside = ratio(times, case, "micrograd", "emission")
            found.append(Goal(f"{case}: micrograd / emission", beside, 20))
    for kind, used in (figures["bytes per operation"].get("tape") or {}).items():
        found.append(Goal(f"bytes of an operation: {kind}", used, 120, at_most=True))
    depth = figures["longest chain"].get("tape")
    return [*found, Goal("operations in a chain", depth, 1_000_000)]
