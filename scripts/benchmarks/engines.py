"""All subjects of the engines, one after the other, and the table of their goals."""

import importlib
import importlib.metadata
import json
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks import race
from benchmarks.goals import medians, table

PACKAGES = ("numpy", "micrograd", "autograd", "jax", "scikit-learn", "torch")


def run(subjects: Iterable[str], rounds: int, out: Path | None) -> int:
    """Measure, print the table, and write what was found."""
    goals, seconds, figures = [], {}, {}
    for name in subjects:
        subject = importlib.import_module(f"benchmarks.{name}")
        cases, asked = list(subject.CASES), list(subject.FIGURES)
        times, found = race.run(subject.__name__, subject.CONTESTANTS, cases, asked, rounds)
        goals += subject.goals(times, found)
        seconds[name], figures[name] = medians(times), found
    race.progress("")
    print(f"\r{table(goals)}")
    if out:
        result = {
            "versions": versions(),
            "goals": [goal.json for goal in goals],
            "seconds": seconds,
            "figures": figures,
        }
        out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


def versions() -> dict[str, Any]:
    """Python and what was compared."""
    found = {"python": platform.python_version(), "machine": platform.machine()}
    for name in PACKAGES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found[name] = None
    return found
