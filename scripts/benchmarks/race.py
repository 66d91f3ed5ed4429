"""Contestants take turns: one process for each, on one core, the order reversed every round."""

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import cache
from typing import Any

import environment

WIDTH = 79
SETTINGS = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JAX_PLATFORMS": "cpu",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    # Whether an array of a megabyte is returned to the system, and each of its pages fetched again
    # at the next call, is else decided by chance, and doubles the time of a small network.
    "MALLOC_MMAP_THRESHOLD_": str(2**29),
    "MALLOC_TRIM_THRESHOLD_": str(2**29),
}


class NoAnswerError(Exception):
    """Why a contestant did not answer."""


class Contestant:
    """A process that answers questions about one implementation of a subject."""

    def __init__(self, subject: str, name: str) -> None:
        self.name = name
        command = [sys.executable, "-m", "benchmarks.worker", subject, name]
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=environment.ROOT,
            env=os.environ | SETTINGS,
        )

    def __enter__(self) -> "Contestant":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()  # ends its input; nothing is said if it has ended before

    def ask(self, what: str, about: str) -> Any:
        """The answer, or NoAnswerError with the reason."""
        try:
            print(json.dumps([what, about]), file=self._process.stdin, flush=True)
            answer = self._process.stdout.readline()
        except BrokenPipeError:
            answer = ""
        if not answer:
            raise NoAnswerError(f"the process of {self.name} has ended; its last words stand above")
        found, problem = json.loads(answer)
        if problem:
            raise NoAnswerError(problem)
        return found


def run(
    subject: str,
    names: Iterable[str],
    cases: Sequence[str],
    figures: Sequence[str],
    rounds: int,
) -> tuple[dict[str, dict[str, list[float]]], dict[str, dict[str, Any]]]:
    """Seconds {case: {contestant: one number for each round}}, and what else was asked.

    Whoever is missing, computes a wrong gradient, or fails in a case is named and left out there.
    """
    times: dict[str, dict[str, list[float]]] = {case: {} for case in cases}
    found: dict[str, dict[str, Any]] = {figure: {} for figure in figures}
    label = subject.rpartition(".")[2]
    with ExitStack() as stack:
        contestants = [stack.enter_context(Contestant(subject, name)) for name in names]
        present = answering(contestants, "hello", "")
        for case in cases:
            racing = [*answering(present, "check", case)]
            for turn in range(rounds):
                progress(f"{label}, {case}: round {turn + 1} of {rounds}")
                answers = answering(racing, "time", case)
                for contestant, seconds in answers.items():
                    times[case].setdefault(contestant.name, []).append(seconds)
                racing = [*answers][::-1]
        for figure in figures:
            progress(f"{label}: {figure}")
            answers = answering(present, "figure", figure)
            found[figure] = {contestant.name: value for contestant, value in answers.items()}
    return times, found


def answering(contestants: Iterable[Contestant], what: str, about: str) -> dict[Contestant, Any]:
    """The answers of those who have one; the others are named with the reason."""
    answers = {}
    for contestant in contestants:
        try:
            answers[contestant] = contestant.ask(what, about)
        except NoAnswerError as reason:
            tell_once(f"{contestant.name} is left out: {reason}")
    return answers


@cache
def tell_once(problem: str) -> None:
    """A line that stays."""
    print(f"\r{problem:{WIDTH}}", file=sys.stderr)


def progress(text: str) -> None:
    """A line that the next one overwrites; the table, on the other stream, is free of it."""
    print(f"\r{text:{WIDTH}}", end="", file=sys.stderr, flush=True)
