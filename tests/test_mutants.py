"""The checker is checked: slips put into every published formula must be noticed.

`docs/mutants.json` counts the mutants and lists those that are not, each with the reason. A reason
that begins with "true:" says why the mutant states something true; any other admits a gap.
"""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from zettelkasten.formulas.mutate import mutants
from zettelkasten.library import Library
from zettelkasten.report import mutation

from tests.conftest import ROOT

COMMAND = "scripts/check.py --mutants"
REFRESH = f"docs/mutants.json is out of date: run python3 {COMMAND}"
COUNTS = ("generated", "killed by value", "killed by refusal")


@cache
def listed() -> dict[str, Any]:
    return Library(ROOT, ROOT / "docs").mutants


@cache
def result() -> dict[str, Any]:
    library = Library(ROOT, ROOT / "docs")
    return mutation(library, library.notes)


def survivors(found: dict[str, Any]) -> set[tuple[str, str, str]]:
    return {(row["note"], row["formula"], row["mutant"]) for row in found["survivors"]}


def test_the_list_of_survivors_is_up_to_date() -> None:
    new, gone = survivors(result()) - survivors(listed()), survivors(listed()) - survivors(result())
    assert (sorted(new), sorted(gone)) == ([], []), REFRESH


def test_the_counts_are_up_to_date() -> None:
    assert {key: listed()[key] for key in COUNTS} == {key: result()[key] for key in COUNTS}, REFRESH
    assert listed()["generated"] == sum(listed()[key] for key in COUNTS[1:]) + len(
        listed()["survivors"]
    )


def test_every_survivor_has_a_reason() -> None:
    short = [row for row in listed()["survivors"] if len(row["reason"]) <= 20]
    assert short == [], "write in docs/mutants.json why these are not noticed"


def test_nearly_every_mutant_that_says_something_false_is_noticed() -> None:
    true = sum(row["reason"].startswith("true:") for row in listed()["survivors"])
    false = listed()["generated"] - true
    missed = len(listed()["survivors"]) - true
    assert listed()["generated"] > 1000
    assert missed / false <= 0.01


def test_one_command_refreshes_the_list_and_keeps_the_reasons(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    copytree(ROOT / "docs", docs)
    reason = {"reason": "true: as was found"}
    known, other, *_ = result()["survivors"]
    old = [{**known, **reason}, {**other, "mutant": "noticed by now", **reason}]
    (docs / "mutants.json").write_text(json.dumps({"survivors": old}), encoding="utf-8")
    command = [sys.executable, *COMMAND.split(), "--docs", str(docs)]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    found = json.loads((docs / "mutants.json").read_text(encoding="utf-8"))
    rows = found["survivors"]
    assert {key: found[key] for key in COUNTS} == {key: result()[key] for key in COUNTS}
    assert [row["reason"] for row in rows] == [*reason.values()] + [""] * (len(rows) - 1)
    assert ran.returncode == 1
    assert f"{len(rows) - 1} of these need a reason" in ran.stdout


@pytest.mark.parametrize(
    ("latex", "kind", "mutant"),
    [
        ("a + b", "sign", "a - b"),
        ("f'' + f'''", "sign", "f '' - f '''"),
        ("a = -b", "dropped minus", "a = b"),
        (r"W^\top x", "dropped transpose", "W x"),
        (r"(W^{(l)})^\top x", "dropped transpose", "( W ^ { ( l ) } ) x"),
        (r"w_{jk} a_k", "swapped indices", "w _ { k j } a _ k"),
        (r"w_{jk} a_k", "renamed index", "w _ { j k } a _ j"),
        (r"\sum_{i=0}^{n-1} x_i", "constant", r"\sum _ { i = 1 } ^ { n - 1 } x _ i"),
        (r"\sum_{i=0}^{n-1} x_i", "shifted layer or bound", r"\sum _ { i = 0 } ^ { n - 2 } x _ i"),
        (r"\sum_{i=0}^{n-1} x_i", "dropped sum", "x _ i"),
        (r"z^{(l)}", "shifted layer", "z ^ { ( l + 1 ) }"),
        (r"\sigma'(z)", "dropped prime", r"\sigma ( z )"),
        (r"\sigma(z)", "added prime", r"\sigma ' ( z )"),
        (r"x^2 y", "dropped exponent", "x y"),
        (r"x y z", "dropped factor", "x z"),
        (r"x + y z", "dropped term", "x"),
        (r"a \odot b", "product for ⊙", "a b"),
        (r"\frac{a}{b}", "fraction upside down", r"\frac { b } { a }"),
        (r"\sin v", "swapped function", r"\cos v"),
        (r"\delta a", "wrong symbol", r"\delta \delta"),
        (r"A B", "swapped factors", "B A"),
        (r"2 x", "constant", "3 x"),
    ],
)
def test_slips_of_every_kind_are_made(latex: str, kind: str, mutant: str) -> None:
    assert (kind, mutant) in [(one.kind, one.latex) for one in mutants(latex)]


def test_no_mutant_is_the_formula_itself_or_comes_twice() -> None:
    latex = r"\delta_j^{(l)} = \frac{\partial C}{\partial a_j^{(l)}} \sigma'(z_j^{(l)})"
    found = [one.latex for one in mutants(latex)]
    assert len(found) == len(set(found))
    assert "".join(latex.split()) not in {"".join(one.split()) for one in found}
