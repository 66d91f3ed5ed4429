"""The project's own Python environment in `.venv`: made on first use, kept in step with the locks.

Every script begins with `environment.enter(GROUP)` and needs nothing but Python itself before that.
"""

import sys

if sys.version_info < (3, 11):  # first, in syntax that old versions can read
    sys.exit(
        "Adjoint needs Python 3.11 or newer, and this is Python {}.{}.\n"
        "Install a newer one, then run this script with it, for example: "
        "python3.12 {}".format(sys.version_info[0], sys.version_info[1], sys.argv[0])
    )

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
HOLDING = {"site": ("test",)}
"""Groups that hold all of another one, with the same versions."""
APART = {"bench": ROOT / ".venv-bench"}
"""Groups that have an environment of their own: what they hold, nothing else needs."""


def enter(group: str) -> None:
    """Make sure that `.venv` holds a group of dependencies, and go on running the script there.

    `group` names a lock in `requirements/`. Ends the program with a message if that fails.
    """
    venv = APART.get(group, VENV)
    _prepare(group, venv)
    if Path(sys.prefix).resolve() == venv.resolve():
        return
    command = [str(_python(venv)), *sys.argv]
    if os.name == "posix":
        os.execv(command[0], command)
    try:
        sys.exit(subprocess.call(command))
    except KeyboardInterrupt:
        sys.exit(130)


def _python(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _prepare(group: str, venv: Path) -> None:
    is_made = _python(venv).exists() and (venv / "pyvenv.cfg").is_file()
    if is_made and any(_is_installed(other, venv) for other in (group, *HOLDING.get(group, ()))):
        return
    lock = _lock(group)
    uv = shutil.which("uv")
    if not is_made:
        version = f"{sys.version_info[0]}.{sys.version_info[1]}"
        _say(f"Making {venv.name} with Python {version} ...")
        _make(venv, uv)
    _say(f"Installing what the {group} needs, pinned in requirements/{lock.name} ...")
    _install(venv, uv, lock)
    # Lets Python find `snippets` and `zettelkasten` from anywhere; relative, so folders can move.
    packages = sysconfig.get_path("purelib", "venv", {"base": str(venv), "platbase": str(venv)})
    up = os.path.relpath(ROOT, packages)
    Path(packages, "adjoint.pth").write_text(f"{up}\n{Path(up, 'scripts')}\n", encoding="utf-8")
    _stamp(group, venv).write_text(_digest(lock))


def _is_installed(group: str, venv: Path) -> bool:
    stamp = _stamp(group, venv)
    return stamp.is_file() and stamp.read_text() == _digest(_lock(group))


def _lock(group: str) -> Path:
    return ROOT / "requirements" / f"{group}.txt"


def _stamp(group: str, venv: Path) -> Path:
    """A file that says which lock was installed last, written when the install is complete."""
    return venv / f"adjoint-{group}.sha256"


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def _make(venv: Path, uv: str | None) -> None:
    if uv:
        command = [uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(venv)]
    elif importlib.util.find_spec("ensurepip"):
        command = [sys.executable, "-m", "venv", "--clear", str(venv)]
    else:
        sys.exit(
            "This Python has no venv module. On Debian or Ubuntu, install it with: "
            "apt install python3-venv"
        )
    if subprocess.call(command) != 0:
        sys.exit(f"The folder {venv} could not be made: the reason stands above.")


def _install(venv: Path, uv: str | None, lock: Path) -> None:
    """Install a lock, counting packages while they are collected."""
    options = ["install", "--require-hashes", "-r", str(lock)]
    python = str(_python(venv))
    if uv:
        if subprocess.call([uv, "pip", *options, "--python", python]) != 0:
            sys.exit(f"\nInstalling failed: the reason stands above. {_offline_help(venv)}")
        return
    command = [python, "-m", "pip", *options, "--disable-pip-version-check", "--no-input"]
    log, count = [], 0
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    ) as pip:
        for line in pip.stdout or ():
            log.append(line)
            if line.startswith("Collecting "):
                count += 1
                _say(f"  {count:3}  {line.split()[1]}")
            elif line.startswith("Installing collected"):
                _say("  installing ...")
    if pip.returncode != 0:
        sys.exit(
            "".join(log[-20:])
            + f"\nInstalling failed: pip's reason stands above. {_offline_help(venv)}"
        )


def _offline_help(venv: Path) -> str:
    return (
        "Check the connection to the package index, then run the same command again; it goes on "
        f"where it stopped. If it keeps failing, delete the folder {venv.name} first."
    )


def _say(message: str) -> None:
    print(message, flush=True)
