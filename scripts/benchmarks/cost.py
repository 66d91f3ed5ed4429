"""What a gradient costs in units of the loss, for networks from three thousand parameters up.

Of m multiplications for each sample, the gradient repeats each twice, by the weights and by the
activations, but for the first layer's by the inputs: 3 m - n_0 n_1 in all.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from benchmarks import networks
from benchmarks.goals import Goal, Times, ratio

CASES = {
    f"{sum(m * (n + 1) for n, m in pairwise(sizes))} parameters": networks.Case(
        sizes, 128, "float64"
    )
    for sizes in (
        (784, 4, 4, 10),
        (784, 16, 16, 10),
        (784, 64, 32, 10),
        (784, 128, 64, 10),
        (784, 512, 256, 10),
    )
}


def loss_alone(case: networks.Case) -> networks.Run:
    """The loss of the hand-written module, without a gradient."""
    from snippets.backprop_matrix_form import loss

    arguments = networks.setting(case)
    return lambda: (loss(*arguments), None)


CONTESTANTS = {"loss": loss_alone} | {
    name: networks.CONTESTANTS[name] for name in ("hand", "array tape", "emission")
}
FIGURES: dict[str, Callable[[str], Any]] = {}


def check(case: networks.Case, found: Any) -> None:
    """ValueError unless loss and gradient, if there is one, are right."""
    if found[1] is not None:
        networks.check(case, found)


def flops(sizes: tuple[int, ...]) -> float:
    """Gradient / loss, by the count of multiplications."""
    m = sum(n * above for n, above in pairwise(sizes))
    return (3 * m - sizes[0] * sizes[1]) / m


def goals(times: Times, _figures: Any) -> list[Goal]:
    """By hand and emitted, the ratio is that of the count, within 15 %, whatever the size."""
    found = []
    for case, (sizes, _, _) in CASES.items():
        for engine in ("hand", "emission"):
            cost = ratio(times, case, engine, "loss")
            off = None if cost is None else abs(cost / flops(sizes) - 1)
            count = f"{flops(sizes):.2f}"
            what = f"{case}: {engine} / loss, relative distance from the count of {count}"
            found.append(Goal(what, off, 0.15, at_most=True))
    return found
