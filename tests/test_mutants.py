"""The checker is checked: slips put into every published formula must be noticed.

`survivors.json` lists the mutants that are not, each with the reason. A reason that begins with
"true:" says why the mutant states something true; any other admits a gap.
"""

import json
from functools import cache
from typing import Any

import pytest
from zettelkasten.formulas.mutate import mutants
from zettelkasten.library import Library
from zettelkasten.report import mutation

from tests.conftest import ROOT

LISTED = {
    (row["note"], row["mutant"]): row["reason"]
    for row in json.loads((ROOT / "tests/survivors.json").read_text(encoding="utf-8"))
}


@cache
def result() -> dict[str, Any]:
    library = Library(ROOT, ROOT / "docs")
    return mutation(library, library.notes)


def survivors() -> set[tuple[str, str]]:
    return {(row["note"], row["mutant"]) for row in result()["survivors"]}


def test_every_survivor_is_listed_with_a_reason() -> None:
    assert sorted(survivors() - set(LISTED)) == []
    assert all(len(reason) > 20 for reason in LISTED.values())


def test_no_survivor_is_listed_that_does_not_survive() -> None:
    assert sorted(set(LISTED) - survivors()) == []


def test_nearly_every_mutant_that_says_something_false_is_noticed() -> None:
    generated = result()["generated"]
    true = sum(reason.startswith("true:") for reason in LISTED.values())
    false = generated - true
    missed = len(survivors()) - true
    assert generated > 1000
    assert missed / false <= 0.01


@pytest.mark.parametrize(
    ("latex", "kind", "mutant"),
    [
        ("a + b", "sign", "a - b"),
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
