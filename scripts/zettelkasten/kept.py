"""Results of slow work, kept from one build to the next under a digest of all that they rest on.

Whatever changes, be it a note, a module, this machinery or a package, changes the digest, and the
work is done anew. So a kept result is never compared with anything: it is found, or it is not.
"""

import contextlib
import hashlib
import pickle
import sys
import time
from collections.abc import Callable
from functools import cache
from importlib.metadata import distributions
from pathlib import Path
from typing import Any, TypeVar

DAYS = 30
"""How long a result that no build asks for is kept."""

_Result = TypeVar("_Result")


class Kept:
    """Results as files in a folder; without a folder, nothing is kept."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        if folder:
            self._forget_old(folder)

    def get(
        self,
        rests_on: tuple[str, ...],
        make: Callable[[], _Result],
        is_good: Callable[[_Result], bool] = lambda _: True,
    ) -> _Result:
        """The result that was made from these texts, or their digests, and this machinery.

        If there is none, it is made. Only a good one is kept: what went wrong is tried again.
        """
        found = self.find(rests_on)
        if found is None:
            found = make()
            if is_good(found):
                self.keep(rests_on, found)
        return found

    def find(self, rests_on: tuple[str, ...]) -> Any:
        """The result that was made from these, or `None`."""
        if not self._folder:
            return None
        file = self._file(rests_on)
        with contextlib.suppress(OSError, pickle.UnpicklingError, EOFError, AttributeError):
            found = pickle.loads(file.read_bytes())
            file.touch()
            return found
        return None

    def keep(self, rests_on: tuple[str, ...], result: object) -> None:
        """Put a result where `find` finds it. Where nothing may be written, it is not kept."""
        if not self._folder:
            return
        file = self._file(rests_on)
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            part = file.with_suffix(f".{time.monotonic_ns()}")
            part.write_bytes(pickle.dumps(result))
            part.replace(file)

    def _file(self, rests_on: tuple[str, ...]) -> Path:
        return self._folder / f"{digest(machinery(), *rests_on)}.pickle"

    @staticmethod
    def _forget_old(folder: Path) -> None:
        oldest = time.time() - DAYS * 24 * 3600
        for file in folder.glob("*"):
            with contextlib.suppress(OSError):  # another build may forget it too
                if file.stat().st_mtime < oldest:
                    file.unlink()


def digest(*texts: str) -> str:
    """A name for these texts that no others have."""
    return hashlib.sha256(repr(texts).encode()).hexdigest()


@cache
def machinery() -> str:
    """Digest of Python, every installed package with its version, and everything in here."""
    own = (file.read_text(encoding="utf-8") for file in sorted(Path(__file__).parent.rglob("*.py")))
    return digest(*packages(), *own)


@cache
def packages() -> tuple[str, ...]:
    """Python and every installed package, with version."""
    return (sys.version, *sorted({f"{one.name} {one.version}" for one in distributions()}))
