"""Measure what must stay fast, side by side with what it is compared to.

    python3 scripts/bench.py build [--notes N] [--rounds R]
    python3 scripts/bench.py engines [SUBJECT ...] [--rounds R] [--json FILE]
    python3 scripts/bench.py page [--rounds R]

build: the site's machinery on synthetic notes against plain Material, and the check of the notes.

engines: gradients by our own modules beside those by hand and by other libraries, which live in an
environment of their own, `.venv-bench`. Prints each figure beside its goal.

page: programs run in the page, from the click to what they print.
"""

import argparse
import sys
from pathlib import Path

import environment

SUBJECTS = ("networks", "cost", "scalars", "digits")


def main() -> int:
    """Run one benchmark and print its table."""
    parser = argparse.ArgumentParser(description="Measure what must stay fast.")
    benchmarks = parser.add_subparsers(dest="benchmark", required=True)
    build = benchmarks.add_parser("build", help="the site beside plain Material")
    build.add_argument("--notes", type=int, default=1000)
    build.add_argument("--rounds", type=int, default=7)
    engines = benchmarks.add_parser("engines", help="our gradients beside those of others")
    engines.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    engines.add_argument("--rounds", type=int, default=9)
    engines.add_argument("--json", type=Path, help="also write all figures to this file")
    page = benchmarks.add_parser("page", help="programs run in the page")
    page.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    if options.benchmark == "build":
        environment.enter("site")
        from benchmarks.build import run

        return run(options.notes, options.rounds)
    if options.benchmark == "page":
        environment.enter("test")
        from benchmarks.page import run

        return run(options.rounds)
    unknown = {*options.subjects} - {*SUBJECTS}
    if unknown:
        parser.error(f"no subject {', '.join(unknown)}: choose from {', '.join(SUBJECTS)}")
    environment.enter("bench")
    from benchmarks.engines import run

    return run(options.subjects or SUBJECTS, options.rounds, options.json)


if __name__ == "__main__":
    sys.exit(main())
