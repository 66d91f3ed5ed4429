"""Runs programs apart from this project."""

import subprocess
import sys
from pathlib import Path


def printed(folder: Path, *command: str) -> str:
    """What Python prints in a folder, isolated from this project."""
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return done.stdout


def alone(text: str, folder: Path) -> str:
    """What a file prints that lies alone in a folder."""
    (folder / "it.py").write_text(text, encoding="utf-8")
    found = printed(folder, "-I", "it.py")
    assert [file.name for file in folder.iterdir()] == ["it.py"]
    return found
