"""Nonsense is refused with its place: it never hangs the checker, and never crashes it."""

import random
import re
from collections.abc import Iterator

import pytest
from zettelkasten.formulas.published import draws_of
from zettelkasten.formulas.verdict import judge
from zettelkasten.formulas.vocabulary import FUNCTIONS, GREEK, INFIXES, RELATIONS, SIGNS
from zettelkasten.library import Library
from zettelkasten.markup import Formula

from tests.conftest import ROOT
from tests.test_constructs import DRAWS, TRUE

TOKEN = re.compile(r"\\[a-zA-Z]+|\\.|\d+|\S")
LOOSE = [
    *(rf"\{name}" for name in (*GREEK[:6], *FUNCTIONS, *SIGNS)),
    *RELATIONS,
    *INFIXES,
    *"xAuwcBSfgQhnijklt0123456789+-()[]{}_^'!,&|",
    *(r"\frac", r"\sqrt", r"\left", r"\right", r"\left.", r"\right|", r"\\", r"\quad"),
    *(r"\text{if}", r"\begin{bmatrix}", r"\end{bmatrix}", r"\begin{cases}", r"\end{cases}"),
    *(r"\mathbb{E}", r"\mathbb{1}", r"\mathbf{1}", r"\lvert", r"\rvert", r"\operatorname{Var}"),
    *("{", "}", "_", "^", "(", ")"),
]


def accepted(latex: str, draws: list) -> None:
    verdict = judge(latex, draws)
    assert verdict.verdict in {"holds", "fails", "refused"}
    assert 0 <= verdict.at <= len(latex)
    assert bool(verdict.reason) == (verdict.verdict != "holds")


def slips(latex: str, chance: random.Random) -> Iterator[str]:
    """Cut off, with a piece missing, twice, or exchanged for another."""
    tokens = TOKEN.findall(latex)
    for _ in range(6):
        i, j = sorted(chance.sample(range(len(tokens) + 1), 2)) if tokens else (0, 0)
        yield " ".join(tokens[:j])
        yield " ".join(tokens[:i] + tokens[j:])
        yield " ".join(tokens[:j] + tokens[i:])
        yield " ".join([*tokens[:i], chance.choice(LOOSE), *tokens[i:]])
        yield " ".join([*tokens[:i], chance.choice(LOOSE), *tokens[i + 1 :]])


@pytest.mark.parametrize("seed", range(8))
def test_random_signs_are_judged_without_harm(seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(400):
        accepted(" ".join(chance.choices(LOOSE, k=chance.randrange(1, 14))), DRAWS[:2])


@pytest.mark.parametrize(("construct", "latex"), TRUE)
def test_damaged_constructs_are_judged_without_harm(construct: str, latex: str) -> None:
    chance = random.Random(construct)
    for damaged in slips(latex, chance):
        accepted(damaged, DRAWS[:2])


def test_damaged_formulas_of_the_notes_are_judged_without_harm() -> None:
    library, chance = Library(ROOT, ROOT / "docs"), random.Random(0)
    for note in library.notes:
        draws = draws_of(note, library.modules).draws[:2]
        displays = [t for t in note.markup.tokens if isinstance(t, Formula) and t.display]
        for formula in displays if draws else ():
            for damaged in slips(formula.latex, chance):
                accepted(damaged, draws)
