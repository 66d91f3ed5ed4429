"""Build the site strictly: any warning is a failure, and then the last good site stays.

    python3 scripts/build.py [--out DIR]

The same commit gives the same bytes: dates in the site are those of the commit. Set SITE_URL to the
address at which the site will be published, and REPO_URL to that of its repository.
"""

import argparse
import os
import shutil
import subprocess
import sys
from pathlib import Path

import environment

MARK = "graph.json"
"""A file that every built site has, and by which its folder is known."""


def main() -> int:
    """Read the command line, prepare the environment, and build."""
    parser = argparse.ArgumentParser(description="Build the site strictly.")
    parser.add_argument(
        "--out", type=Path, default=environment.ROOT / "site", help="folder (default: site)"
    )
    out = parser.parse_args().out.resolve()
    if out.exists() and not (out / MARK).is_file() and (out.is_file() or any(out.iterdir())):
        sys.exit(
            f"{out} holds something that is no built site. Name a folder that is new or empty."
        )
    environment.enter("site")
    fresh = out.with_name(f"{out.name}.partial")
    shutil.rmtree(fresh, ignore_errors=True)
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(fresh)]
    variables = {"SOURCE_DATE_EPOCH": _commit_time(), **os.environ, "NO_MKDOCS_2_WARNING": "1"}
    failed = subprocess.call(command, cwd=environment.ROOT, env=variables)
    if failed:
        shutil.rmtree(fresh, ignore_errors=True)
        return failed
    shutil.rmtree(out, ignore_errors=True)
    fresh.rename(out)
    print(f"The site is in {out}")
    return 0


def _commit_time() -> str:
    """Seconds since 1970 of the last commit, or 0 outside a checkout."""
    command = ["git", "log", "-1", "--format=%ct"]
    try:
        found = subprocess.run(command, cwd=environment.ROOT, capture_output=True, text=True)
    except OSError:  # no git
        return "0"
    return found.stdout.strip() or "0"


if __name__ == "__main__":
    sys.exit(main())
