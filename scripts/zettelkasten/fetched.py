"""Files of others that the site serves: fetched once, known by their checksums, and kept.

A file that no source gives leaves the site without what rests on it; it never stops a build.
"""

import contextlib
import hashlib
import http.client
import io
import os
import shutil
import tarfile
import time
import urllib.error
import urllib.request
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import urldefrag, urlsplit

KEPT = Path(__file__).resolve().parents[2] / ".cache" / "fetched"
"""Where files are kept from one build to the next."""
TRIES = 2
"""How often a source is asked that answers and then fails."""

_SECONDS = 15
_PAUSE = 1
_FAILURES = (OSError, http.client.HTTPException, zipfile.BadZipFile, tarfile.TarError, zlib.error)
_Say = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """A file, and the addresses that may have it; `ARCHIVE#MEMBER` is a file in an archive."""

    sha256: str
    sources: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name, as in each of its addresses."""
        address, member = urldefrag(self.sources[0])
        return PurePosixPath(member or address).name

    def is_right(self, data: bytes) -> bool:
        """Whether these are its bytes."""
        return hashlib.sha256(data).hexdigest() == self.sha256


class NotFetchedError(OSError):
    """No source has given a file; the message says why, and what to do."""


class Fetcher:
    """Fetches files into a folder. Servers and archives that failed are not asked again."""

    def __init__(self, kept: Path = KEPT, say: _Say = print) -> None:
        self._kept = kept
        self._say = say
        self._silent: set[str] = set()
        self._archives: dict[str, zipfile.ZipFile | tarfile.TarFile] = {}

    def path(self, wanted: Wanted) -> Path:
        """The file, once it is there and is the right one. Raises `NotFetchedError`."""
        kept = self._kept / wanted.name
        with contextlib.suppress(OSError):
            if wanted.is_right(kept.read_bytes()):
                return kept
        reasons = []
        for source in wanted.sources:
            server = urlsplit(source).netloc
            if server in self._silent:
                continue
            try:
                data = self._read(source)
            except _FAILURES as error:
                reasons.append(f"{server}: {getattr(error, 'reason', error) or type(error)}")
                self._say(f"{wanted.name} is not to be had from {reasons[-1]}")
                continue
            if wanted.is_right(data):
                _write(kept, data)
                return kept
            reasons.append(f"{server}: another file than expected, which was refused")
            self._say(f"{wanted.name}: {reasons[-1]}")
        raise NotFetchedError(
            f"{wanted.name} could not be fetched ({'; '.join(reasons) or 'no server answers'}): "
            f"check the connection and build again, or put the file at {kept}"
        )

    def _read(self, source: str) -> bytes:
        """The bytes at a source. Raises one of `_FAILURES` when it fails as often as it may."""
        address, member = urldefrag(source)
        for left in reversed(range(TRIES)):
            try:
                if not member:
                    return self._get(address)
                return _member(self._archive(address), member)
            except _FAILURES as error:
                self._archives.pop(address, None)
                if _is_silence(error):
                    self._silent.add(urlsplit(address).netloc)
                if not left or not _may_pass(error):
                    raise
            time.sleep(_PAUSE)
        raise AssertionError

    def _get(self, address: str) -> bytes:
        with _open(address) as response:
            self._tell(address, response)
            return _whole(response, io.BytesIO()).getvalue()

    def _tell(self, address: str, response: http.client.HTTPResponse) -> None:
        size = int(response.headers["Content-Length"] or 0)
        parts = urlsplit(address)
        file = PurePosixPath(parts.path).name
        self._say(f"Fetching {file}{f' ({size / 1e6:.1f} MB)' if size else ''} from {parts.netloc}")

    def _archive(self, address: str) -> zipfile.ZipFile | tarfile.TarFile:
        """An archive, opened once. Of one in zip form only the wanted parts are fetched."""
        if address not in self._archives:
            self._archives[address] = (
                tarfile.open(fileobj=io.BytesIO(self._get(address)))  # noqa: SIM115 - it stays open
                if address.endswith(".tgz")
                else zipfile.ZipFile(self._remote(address))
            )
        return self._archives[address]

    def _remote(self, address: str) -> io.IOBase:
        """A file far away to read parts of; all of it where the server gives no parts."""
        with _open(address, "bytes=-1") as response:
            if response.status == http.client.PARTIAL_CONTENT:
                size = int(response.headers["Content-Range"].rpartition("/")[2])
                file = PurePosixPath(urlsplit(address).path).name
                self._say(f"Fetching parts of {file} from {urlsplit(address).netloc}")
                return _Parts(address, size)
            self._tell(address, response)
            return _whole(response, io.BytesIO())


class _Parts(io.RawIOBase):
    """A file on a server, of which only what is read is fetched."""

    def __init__(self, address: str, size: int) -> None:
        self._address, self._size, self._at = address, size, 0

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self._size}[whence]
        self._at = start + offset
        return self._at

    def read(self, size: int = -1) -> bytes:
        end = self._size if size < 0 else min(self._at + size, self._size)
        if end <= self._at:
            return b""
        with _open(self._address, f"bytes={self._at}-{end - 1}") as response:
            data = _whole(response, io.BytesIO()).getvalue()
        if len(data) != end - self._at:
            raise OSError("the server gave another part than it was asked for")
        self._at = end
        return data


def _open(address: str, part: str = "") -> http.client.HTTPResponse:
    request = urllib.request.Request(address, headers={"Range": part} if part else {})
    return urllib.request.urlopen(request, timeout=_SECONDS)


def _whole(response: http.client.HTTPResponse, into: io.BytesIO) -> io.BytesIO:
    """What a server sends, all of it: a connection that ends early is an error."""
    shutil.copyfileobj(response, into)
    expected = response.headers["Content-Length"]
    if expected and into.tell() != int(expected):
        raise OSError(f"the connection ended after {into.tell()} of {expected} bytes")
    into.seek(0)
    return into


def _member(archive: zipfile.ZipFile | tarfile.TarFile, name: str) -> bytes:
    try:
        if isinstance(archive, zipfile.ZipFile):
            return archive.read(name)
        return archive.extractfile(name).read()
    except (KeyError, AttributeError) as error:
        raise OSError(f"the archive holds no file {name}") from error


def _is_silence(error: BaseException) -> bool:
    """Whether a server was not reached at all, so that asking it for more is waste of time."""
    return isinstance(error, urllib.error.URLError) and not isinstance(
        error, urllib.error.HTTPError
    )


def _may_pass(error: BaseException) -> bool:
    """Whether the same question may have another answer a moment later."""
    if isinstance(error, urllib.error.HTTPError):
        return error.code >= http.client.INTERNAL_SERVER_ERROR
    return not _is_silence(error)


def _write(file: Path, data: bytes) -> None:
    """Write a file that others see whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(f"{file.name}.{os.getpid()}")
    part.write_bytes(data)
    part.replace(file)
