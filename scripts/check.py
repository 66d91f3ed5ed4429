"""Check the notes without building the site.

    python3 scripts/check.py [FILE ...] [--docs DIR] [--json OUT] [--mutants]

Prints one `path:line:col: message` a line, and a summary last. With --mutants it also puts slips
into all formulas, and lists those that are not noticed in `mutants.json` in the folder of notes.
Exit status 1 when something is wrong, 2 when the command line is.
"""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import environment

if TYPE_CHECKING:
    from zettelkasten.library import Library


def main() -> int:
    """Read the command line, prepare the environment, and check."""
    parser = argparse.ArgumentParser(description="Check the notes without building the site.")
    parser.add_argument("files", nargs="*", type=Path, metavar="FILE", help="only these notes")
    parser.add_argument(
        "--docs",
        type=Path,
        default=environment.ROOT / "docs",
        help="folder of notes (default: docs)",
    )
    parser.add_argument(
        "--json", type=Path, metavar="OUT", help="write the result to this file too"
    )
    parser.add_argument(
        "--mutants", action="store_true", help="find the slips that are not noticed, and list them"
    )
    options = parser.parse_args()
    if options.mutants and options.files:
        parser.error("--mutants is for all notes together")
    docs = options.docs.resolve()
    if not docs.is_dir():
        parser.error(f"there is no folder {options.docs}")
    environment.enter("site")

    from zettelkasten.checks import check, select
    from zettelkasten.library import Library
    from zettelkasten.report import report

    library = Library(environment.ROOT, docs)
    try:
        only = select(library, options.files) if options.files else None
    except ValueError as error:
        parser.error(str(error))
    problems = check(library, only)
    for problem in problems:
        print(problem)
    notes = library.notes if only is None else only
    if options.json:
        result = {
            **report(library, notes),
            "notes": [note.shown for note in notes],
            "problems": list(map(asdict, problems)),
        }
        options.json.write_text(json.dumps(result, ensure_ascii=False, indent=1) + "\n", "utf-8")
    verdict = f"{len(problems)} to mend" if problems else "nothing to mend"
    print(f"{len(notes)} page{'s' * (len(notes) != 1)} checked: {verdict}")
    if problems or not options.mutants:
        return 1 if problems else 0
    return _write_mutants(library)


def _write_mutants(library: "Library") -> int:
    """Try all mutants anew and list the survivors; known ones keep their reasons."""
    from zettelkasten.library import MUTANTS
    from zettelkasten.report import mutation

    file = library.docs / MUTANTS
    known = library.mutants["survivors"] if file.is_file() else []
    reasons = {(row["note"], row["formula"], row["mutant"]): row["reason"] for row in known}
    found = mutation(library, library.notes)
    for row in found["survivors"]:
        row["reason"] = reasons.get((row["note"], row["formula"], row["mutant"]), "")
    file.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", "utf-8")
    unexplained = sum(not row["reason"] for row in found["survivors"])
    print(
        f"wrote {file}: {found['generated']} mutants, {len(found['survivors'])} survive"
        + (f", and {unexplained} of these need a reason: write it there" if unexplained else "")
    )
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
