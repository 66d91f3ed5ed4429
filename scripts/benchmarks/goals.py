"""Figures beside their goals, and the table of verdicts."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

Times = Mapping[str, Mapping[str, Sequence[float]]]
"""Seconds of one run, as measured in each round: {case: {contestant: [...]}}."""


@dataclass(frozen=True)
class Goal:
    """A figure (None if it was not measured) and its bound."""

    what: str
    figure: float | None
    bound: float
    at_most: bool = False

    @property
    def verdict(self) -> str:
        """In words."""
        if self.figure is None:
            return "not measured"
        is_met = self.figure <= self.bound if self.at_most else self.figure >= self.bound
        return "met" if is_met else "not met"

    @property
    def json(self) -> dict[str, object]:
        """All of it, verdict included."""
        return asdict(self) | {"verdict": self.verdict}


def medians(times: Times) -> dict[str, dict[str, float]]:
    """One number for each case and contestant that was measured."""
    return {
        case: {name: statistics.median(rounds) for name, rounds in found.items() if rounds}
        for case, found in times.items()
    }


def ratio(times: Times, case: str, upper: str, lower: str) -> float | None:
    """The ratio of the medians, or None if one of them was not measured."""
    found = medians(times).get(case, {})
    return found[upper] / found[lower] if upper in found and lower in found else None


def table(goals: Sequence[Goal]) -> str:
    """A line for each goal, and how many are met."""
    width = max((len(goal.what) for goal in goals), default=0)
    lines = [
        f"{goal.what:{width}}  {written(goal.figure):>10}  "
        f"{'at most ' if goal.at_most else 'at least'} {written(goal.bound):>10}  {goal.verdict}"
        for goal in goals
    ]
    met = sum(goal.verdict == "met" for goal in goals)
    return "\n".join([*lines, f"{met} of {len(goals)} goals met"])


def written(figure: float | None) -> str:
    """Two decimals of what is small, no decimals of what is large."""
    if figure is None:
        return "-"
    return f"{figure:.2f}" if abs(figure) < 1000 else f"{figure:.0f}"
