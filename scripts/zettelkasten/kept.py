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

_HERE = Path(__file__).parent
_Result = TypeVar("_Result")


class Kept:
    """Results in one file, which `save` writes; without a file, nothing is kept.

    Of two builds at the same time, the one that ends later decides what the file holds.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._results = _read(file) if file else {}
        self._is_saved = True

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
        name = _name(rests_on)
        if name not in self._results:
            return None
        day, result = self._results[name]
        if day != _today():
            self._put(name, result)
        return pickle.loads(result)

    def keep(self, rests_on: tuple[str, ...], result: object) -> None:
        """Put a result where `find` finds it."""
        if self._file:
            self._put(_name(rests_on), pickle.dumps(result))

    def save(self) -> None:
        """Tell later builds. Where nothing may be written, they are not told."""
        if not self._file or self._is_saved:
            return
        with contextlib.suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            part = self._file.with_suffix(f".{time.monotonic_ns()}")
            part.write_bytes(pickle.dumps(self._results))
            part.replace(self._file)
            self._is_saved = True

    def _put(self, name: str, result: bytes) -> None:
        self._results[name] = _today(), result
        self._is_saved = False


def _read(file: Path) -> dict[str, tuple[int, bytes]]:
    """Results by name, each with the day on which a build last asked for it."""
    oldest = _today() - DAYS
    with contextlib.suppress(OSError, pickle.UnpicklingError, EOFError, AttributeError):
        found = pickle.loads(file.read_bytes())
        return {name: kept for name, kept in found.items() if kept[0] >= oldest}
    return {}


def _today() -> int:
    return int(time.time() // (24 * 3600))


def _name(rests_on: tuple[str, ...]) -> str:
    return digest(machinery(), *rests_on)


def digest(*texts: str) -> str:
    """A name for these texts that no others have."""
    return hashlib.sha256(repr(texts).encode()).hexdigest()


@cache
def machinery() -> str:
    """Digest of Python, every installed package with its version, and everything in here."""
    own = sorted(file for file in _HERE.rglob("*") if file.suffix in (".py", ".txt"))
    return digest(*packages(), *(file.read_text(encoding="utf-8") for file in own))


@cache
def packages() -> tuple[str, ...]:
    """Python and every installed package, with version."""
    return (sys.version, *sorted({f"{one.name} {one.version}" for one in distributions()}))
