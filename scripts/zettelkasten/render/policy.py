"""What a page may load and run: the promise that nothing comes from elsewhere, kept by browsers."""

import base64
import hashlib
import re
from collections.abc import Iterable

_INLINE = re.compile(r"<script>(?P<code>.*?)</script>", re.DOTALL)
# It begins with letters, not with the space before them: spaces are everywhere.
_PRELOAD = re.compile(r'(<link rel="preload"[^>]*>)\s*')
_FIRST = '<meta charset="utf-8">'


def policy(pages: Iterable[str]) -> str:
    """One policy for all these pages, which adds nothing when a link leads from one to another.

    Scripts are those of the site's files, and the few lines within the pages, by their digests.
    Styles may stand within a page: the alignment of a table's columns does, and figures do.
    """
    codes = {found["code"] for page in pages for found in _INLINE.finditer(page)}
    digests = sorted(base64.b64encode(hashlib.sha256(code.encode()).digest()) for code in codes)
    scripts = " ".join(f"'sha256-{digest.decode()}'" for digest in digests)
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' 'wasm-unsafe-eval' {scripts}",  # Python for browsers is WebAssembly
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "'self'",
        "worker-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self'",
    }
    return "; ".join(f"{what} {sources.strip()}" for what, sources in rules.items())


def with_policy(page: str, rules: str) -> str:
    """A page under a policy, which comes before anything that it governs but the math font.

    Browsers that meet a policy no longer look ahead for what to fetch, and the font is needed for
    the first picture: if it came later, lines would move.
    """
    font = "".join(_PRELOAD.findall(page))
    element = f'<meta http-equiv="Content-Security-Policy" content="{rules}">'
    return _PRELOAD.sub("", page).replace(_FIRST, _FIRST + font + element, 1)
