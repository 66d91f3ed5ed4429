"""Style sheets and scripts as they are served: comments and spaces stay with the source."""

from collections.abc import Callable

import rcssmin
import rjsmin

_SMALLER: dict[str, Callable[[str], str]] = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}


def smaller(text: str, suffix: str) -> str:
    """The same style sheet or script without comments and needless spaces."""
    return _SMALLER[suffix](text)
