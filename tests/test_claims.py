"""The ledger of claims: each claim once, with a verdict and what shows it."""

import re
from pathlib import Path

import pytest
from zettelkasten.library import Library
from zettelkasten.markup import Link

from tests.conftest import ROOT

LIBRARY = Library(ROOT, ROOT / "docs")
LEDGER = LIBRARY.by_name["paths/claims"]
ROWS = [
    re.split(r"\s*\|\s*", line.strip("| "))
    for line in LEDGER.markup.text.splitlines()
    if line.startswith("| A")
]
LINK = re.compile(r"\[[^\]]+\]\(([^)]+)\)")
WITHOUT_PROGRAM = {"its sources", "an opinion", "the copy"}


def test_every_claim_has_one_row() -> None:
    assert sorted(row[0] for row in ROWS) == sorted(f"A{number}" for number in range(1, 117))
    assert {len(row) for row in ROWS} == {5}
    assert len({row[1] for row in ROWS}) == 116


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_row_has_a_verdict_a_reason_with_a_note_and_what_shows_it(row: list[str]) -> None:
    _, claim, verdict, why, shown = row
    assert verdict in {"true", "false", "contested", "depends"}
    assert claim.endswith((".", "?"))
    assert why.endswith(".")
    notes = [target for target in LINK.findall(why) if target.startswith("../notes/")]
    assert notes
    program = LINK.fullmatch(shown)
    assert program or shown in WITHOUT_PROGRAM
    assert not program or (ROOT / "docs/paths" / program[1]).resolve().is_file()


def test_what_can_be_computed_is_shown_by_a_program() -> None:
    without = {row[0] for row in ROWS if row[4] in WITHOUT_PROGRAM}
    assert without == {"A11", "A18", "A58", "A59", "A91"}
    assert all(row[2] != "false" for row in ROWS if row[0] in without)


def test_the_program_is_that_of_a_note_which_the_row_names_or_leads_on_to() -> None:
    for number, _, _, why, shown in ROWS:
        named = [LIBRARY.by_file[target[3:]] for target in LINK.findall(why)]
        near = [*named, *(far for one in named for far in LIBRARY.graph.targets(one, "mentions"))]
        program = LINK.fullmatch(shown)
        modules = {note.module for note in near}
        assert not program or Path(program[1]).stem in modules, number


def test_a_link_to_a_program_leads_to_its_published_copy(site: Path) -> None:
    html = (site / "paths/claims/index.html").read_text()
    programs = set(re.findall(r'href="\.\./\.\./(snippets/\w+\.py)"', html))
    linked = {
        token.target
        for token in LEDGER.markup.tokens
        if isinstance(token, Link) and token.target.endswith(".py")
    }
    assert len(programs) == len(linked) > 30
    assert all((site / program).is_file() for program in programs)
