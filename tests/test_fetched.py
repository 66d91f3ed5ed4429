"""Files of others: fetched once, from the first source that has the right one, and kept."""

import http.client
import http.server
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest
from zettelkasten import fetched
from zettelkasten.fetched import Fetcher, NotFetchedError, Wanted

DATA = bytes(range(256)) * 400
NAME = "data.bin"


class Server(http.server.BaseHTTPRequestHandler):
    """Serves what a test put into `files`, and fails as it says in `failures`."""

    files: dict[str, bytes]
    failures: dict[str, list[int]]
    address: str
    asked: list[str]
    ranges: bool

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if waiting := self.failures.get(self.path):
            self.send_error(waiting.pop(0))
            return
        data, part = self.files.get(self.path), self.headers["Range"]
        if data is None:
            self.send_error(404)
            return
        if part and self.ranges:
            start, _, end = part.removeprefix("bytes=").partition("-")
            first = int(start) if start else len(data) - int(end)
            last = int(end) if start and end else len(data) - 1
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(data)}")
            data = data[first : last + 1]
        else:
            self.send_response(200)
        whole = len(data) + (1000 if "cut" in self.path else 0)
        self.send_header("Content-Length", str(whole))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Server]]:
    monkeypatch.setattr(fetched, "_PAUSE", 0)
    handler = type("Handler", (Server,), {"files": {}, "failures": {}, "asked": [], "ranges": True})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as served:
        threading.Thread(target=served.serve_forever, daemon=True).start()
        handler.address = f"http://127.0.0.1:{served.server_port}"
        yield handler
        served.shutdown()


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def fetcher(tmp_path: Path, said: list[str]) -> Fetcher:
    return Fetcher(tmp_path, said.append)


def wanted(*sources: str) -> Wanted:
    return Wanted(sha256(DATA).hexdigest(), sources)


def zipped() -> bytes:
    with zipfile.ZipFile(into := io.BytesIO(), "w") as archive:
        archive.writestr("before", bytes(500_000))
        archive.writestr(f"folder/{NAME}", DATA)
    return into.getvalue()


def tarred() -> bytes:
    with tarfile.open(fileobj=(into := io.BytesIO()), mode="w:gz") as archive:
        entry = tarfile.TarInfo(f"folder/{NAME}")
        entry.size = len(DATA)
        archive.addfile(entry, io.BytesIO(DATA))
    return into.getvalue()


def test_a_file_is_fetched_once_and_said(
    server: type[Server], fetcher: Fetcher, said: list[str], tmp_path: Path
) -> None:
    server.files[f"/{NAME}"] = DATA
    file = wanted(f"{server.address}/{NAME}")
    assert fetcher.path(file).read_bytes() == DATA
    assert Fetcher(tmp_path).path(file) == tmp_path / NAME
    assert server.asked == [f"/{NAME}"]
    assert said == [f"Fetching {NAME} (0.1 MB) from {server.address[7:]}"]
    assert [one.name for one in tmp_path.iterdir()] == [NAME]


def test_a_file_that_differs_is_refused_and_the_next_source_asked(
    server: type[Server], fetcher: Fetcher, said: list[str], tmp_path: Path
) -> None:
    server.files |= {f"/a/{NAME}": DATA[:-1] + b"x", f"/cut/{NAME}": DATA, f"/b/{NAME}": DATA}
    bad = [f"{server.address}/{folder}/{NAME}" for folder in ("a", "cut", "none")]
    with pytest.raises(NotFetchedError) as caught:
        fetcher.path(wanted(*bad))
    for words in ("another file than expected, which was refused", "ended after", "Not Found"):
        assert words in str(caught.value)
    assert f"put the file at {tmp_path / NAME}" in str(caught.value)
    assert list(tmp_path.iterdir()) == []
    assert fetcher.path(wanted(*bad, f"{server.address}/b/{NAME}")).read_bytes() == DATA
    assert any("refused" in line for line in said)


def test_a_kept_file_that_was_damaged_is_fetched_again(
    server: type[Server], fetcher: Fetcher, tmp_path: Path
) -> None:
    server.files[f"/{NAME}"] = DATA
    (tmp_path / NAME).write_bytes(DATA[:-1])
    assert fetcher.path(wanted(f"{server.address}/{NAME}")).read_bytes() == DATA


@pytest.mark.parametrize(("ranges", "most"), [(True, 110_000), (False, 700_000)])
def test_of_a_zip_only_what_is_wanted_is_fetched(
    server: type[Server],
    fetcher: Fetcher,
    monkeypatch: pytest.MonkeyPatch,
    ranges: bool,
    most: int,
) -> None:
    server.ranges, server.files["/x.whl"] = ranges, zipped()
    sizes: list[int] = []
    whole = fetched._whole

    def counted(response: http.client.HTTPResponse, into: io.BytesIO) -> io.BytesIO:
        result = whole(response, into)
        sizes.append(int(response.headers["Content-Length"]))
        return result

    monkeypatch.setattr(fetched, "_whole", counted)
    file = wanted(f"{server.address}/x.whl#folder/{NAME}")
    assert fetcher.path(file).read_bytes() == DATA
    assert 100_000 < sum(sizes) < most


def test_of_a_tar_all_files_come_with_one_request(
    server: type[Server], fetcher: Fetcher, tmp_path: Path
) -> None:
    server.files["/x.tgz"] = tarred()
    file = wanted(f"{server.address}/x.tgz#folder/{NAME}")
    assert fetcher.path(file).read_bytes() == DATA
    (tmp_path / NAME).unlink()
    assert fetcher.path(file).read_bytes() == DATA
    assert server.asked == ["/x.tgz"]
    with pytest.raises(NotFetchedError, match="holds no file folder/other"):
        fetcher.path(wanted(f"{server.address}/x.tgz#folder/other"))


@pytest.mark.parametrize(("code", "asked"), [(503, 2), (404, 1)])
def test_what_may_pass_is_tried_again(
    server: type[Server], fetcher: Fetcher, code: int, asked: int
) -> None:
    server.files[f"/{NAME}"], server.failures[f"/{NAME}"] = DATA, [code]
    file = wanted(f"{server.address}/{NAME}")
    if asked == 2:
        assert fetcher.path(file).read_bytes() == DATA
    else:
        with pytest.raises(NotFetchedError):
            fetcher.path(file)
    assert len(server.asked) == asked


def test_a_server_that_is_not_there_is_asked_once(
    server: type[Server], fetcher: Fetcher, said: list[str]
) -> None:
    server.files |= {f"/{NAME}": DATA, "/other": b"other"}
    nowhere = "http://127.0.0.1:9"
    assert fetcher.path(wanted(f"{nowhere}/{NAME}", f"{server.address}/{NAME}"))
    other = Wanted(sha256(b"other").hexdigest(), (f"{nowhere}/other", f"{server.address}/other"))
    assert fetcher.path(other).read_bytes() == b"other"
    assert len([line for line in said if "127.0.0.1:9" in line]) == 1
    with pytest.raises(NotFetchedError, match="no server answers"):
        fetcher.path(Wanted("0", (f"{nowhere}/third",)))
