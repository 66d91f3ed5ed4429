"""A lab, run here as the program that it is."""

import contextlib
import io
import runpy
from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import ROOT

Run = Callable[[str], dict[str, Any]]


@pytest.fixture(scope="session")
def lab() -> Run:
    """Runs a lab, once, and gives its names; `printed` is what it printed."""
    known: dict[str, dict[str, Any]] = {}

    def run(name: str) -> dict[str, Any]:
        if name not in known:
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                names = runpy.run_path(str(ROOT / f"docs/labs/{name}.py"))
            known[name] = names | {"printed": printed.getvalue()}
        return known[name]

    return run
