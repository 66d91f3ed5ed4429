"""MiniSearch, the library that searches in the browser, as it is served."""

import io
import json
import tarfile

import rjsmin

from .fetched import Fetcher
from .third_party import MINISEARCH, MINISEARCH_VERSION


def minisearch(fetcher: Fetcher) -> str:
    """Its code and its licence. Raises `NotFetchedError`."""
    data = fetcher.path(MINISEARCH).read_bytes()
    with tarfile.open(fileobj=io.BytesIO(data)) as package:
        licence, code = (
            package.extractfile(f"package/{name}").read().decode()
            for name in ("LICENSE.txt", "dist/umd/index.js")
        )
    return f"/*\nMiniSearch {MINISEARCH_VERSION}\n\n{licence.strip()}\n*/\n{rjsmin.jsmin(code)}\n"


def without_minisearch() -> str:
    """What is served in its place where it could not be fetched: one answer to every question.

    It puts another function in the place of the one in `search.js` that would use the library.
    """
    answer = {
        "location": "notes/",
        "title": "This copy of the site cannot search",
        "text": "<p>The library that searches was not to be had when it was built. "
        "This leads to all notes.</p>",
        "score": 1,
        "terms": {},
    }
    return f"searcher = () => () => [[{json.dumps(answer)}]];\n"
