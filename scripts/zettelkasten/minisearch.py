"""MiniSearch, the library that searches in the browser: fetched once, and known by its checksum."""

import hashlib
import io
import tarfile
import urllib.request
from pathlib import Path

import rjsmin

VERSION = "7.2.0"
_ADDRESS = f"https://registry.npmjs.org/minisearch/-/minisearch-{VERSION}.tgz"
_SHA256 = "cb3b8126a3ea65d6b387787294f0792b0ea4a40b70f8f37688066a5638e0218a"
_SECONDS = 60
KEPT = Path(__file__).resolve().parents[2] / ".cache"


def minisearch(cache: Path = KEPT) -> str:
    """Its code and its licence, as served. Raises `OSError`, saying what to do.

    The package is kept in the folder `cache`, so that only a first build needs a connection.
    """
    with tarfile.open(fileobj=io.BytesIO(_package(cache / f"minisearch-{VERSION}.tgz"))) as package:
        licence, code = (
            package.extractfile(f"package/{name}").read().decode()
            for name in ("LICENSE.txt", "dist/umd/index.js")
        )
    return f"/*\nMiniSearch {VERSION}\n\n{licence.strip()}\n*/\n{rjsmin.jsmin(code)}\n"


def _package(kept: Path) -> bytes:
    if kept.is_file() and _is_right(data := kept.read_bytes()):
        return data
    try:
        with urllib.request.urlopen(_ADDRESS, timeout=_SECONDS) as response:
            data = response.read()
    except OSError as error:
        raise OSError(
            f"{_ADDRESS} could not be fetched ({error}): check the connection and run this again, "
            f"or put the file at {kept}"
        ) from error
    if not _is_right(data):
        raise OSError(f"{_ADDRESS} is not the file that was expected: its SHA-256 is not {_SHA256}")
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(data)
    return data


def _is_right(data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == _SHA256
