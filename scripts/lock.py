"""Write the locks in `requirements/` anew from the ranges in `pyproject.toml`. Needs uv.

    python3 scripts/lock.py

One file per group, with hashes; where a release has left Python 3.11 behind, the file holds a
version for 3.11 and one for newer Pythons, each with its marker.
"""

import shutil
import subprocess
import sys

import environment

GROUPS = ("site", "test", "bench")


def main() -> int:
    """Compile every group."""
    uv = shutil.which("uv")
    if not uv:
        sys.exit("uv is needed for this: python3 -m pip install uv")
    for group in GROUPS:
        print(f"Locking {group} ...", flush=True)
        command = [
            uv,
            "pip",
            "compile",
            "pyproject.toml",
            "--group",
            group,
            "--universal",
            "--quiet",
        ]
        command += ["--python-version", "3.11", "--generate-hashes", "--no-header"]
        failed = subprocess.call(
            [*command, "--output-file", f"requirements/{group}.txt"],
            cwd=environment.ROOT,
            stdout=subprocess.DEVNULL,
        )
        if failed:
            return failed
    return 0


if __name__ == "__main__":
    sys.exit(main())
