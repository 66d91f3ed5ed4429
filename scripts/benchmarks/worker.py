"""One contestant in a process of its own: it answers questions, one line of JSON each.

    python -m benchmarks.worker SUBJECT CONTESTANT

A subject is a module, such as benchmarks.networks. It has CONTESTANTS, {name: function from a case
to a function without arguments, which is timed}; CASES, {name: case}; check(case, what a run gave);
and FIGURES, {what else may be asked: function of the contestant's name}.
"""

import importlib
import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

BLOCKS, SECONDS = 5, 0.02
TORCH = "torch==2.13.0 --index-url https://download.pytorch.org/whl/cpu"


class Worker:
    """What one contestant can be asked."""

    def __init__(self, subject: Any, name: str) -> None:
        self._subject, self._name = subject, name
        self._prepared: tuple[str, Callable[[], Any]] = "", lambda: None

    def hello(self, _about: str) -> None:
        """Nothing: that it could be asked is the answer."""

    def check(self, case: str) -> None:
        """Prepare a case, run it once and compare."""
        run = self._subject.CONTESTANTS[self._name](self._subject.CASES[case])
        self._subject.check(self._subject.CASES[case], run())
        self._prepared = case, run

    def time(self, case: str) -> float:
        """Seconds of one run: the median over blocks, each long enough for the clock.

        A block is taken as a whole, since what one run leaves to be collected, a later one pays.
        """
        name, run = self._prepared
        if name != case:
            raise ValueError(f"{case} was not checked before")
        calls = max(1, round(SECONDS / max(block(run, 1), 1e-6)))
        return statistics.median(block(run, calls) for _ in range(BLOCKS))

    def figure(self, about: str) -> Any:
        """Something that is no time."""
        return self._subject.FIGURES[about](self._name)


def block(run: Callable[[], Any], calls: int) -> float:
    """Seconds of one run, from a number of them.

    Seconds of the processor, system included: on one core they are what a clock would show if no
    other program took its turn.
    """
    start = time.process_time()
    for _ in range(calls):
        run()
    return (time.process_time() - start) / calls


def how_to_get(module: str) -> str:
    """What a person types to have a module that is missing."""
    if module.startswith("snippets"):
        return f"there is no {module.replace('.', '/')}.py yet"
    what = TORCH if module == "torch" else "--require-hashes -r requirements/bench.txt"
    pip, uv = f"{sys.executable} -m pip install", f"uv pip install --python {sys.executable}"
    return f"{module} is not installed; type: {uv if shutil.which('uv') else pip} {what}"


def answer(worker: Worker, line: str) -> tuple[Any, str | None]:
    """What is found, and the problem if there is one."""
    what, about = json.loads(line)
    try:
        return getattr(worker, what)(about), None
    except ModuleNotFoundError as missing:
        return None, how_to_get(missing.name or "")
    except Exception as error:  # whatever it is, the others go on
        return None, f"{type(error).__name__}: {error}"


def main(subject: str, name: str) -> None:
    """Answer until nobody asks any more. What libraries print goes to the error stream."""
    if hasattr(os, "sched_setaffinity"):  # XLA counts cores, and has no other way to set threads
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    out = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    worker = Worker(importlib.import_module(subject), name)
    for line in sys.stdin:
        print(json.dumps(answer(worker, line)), file=out, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
