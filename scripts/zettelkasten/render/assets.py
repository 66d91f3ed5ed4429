"""Style sheets and scripts as they are served: comments and spaces stay with the source."""

from collections.abc import Callable

import rcssmin
import rjsmin

_SMALLER: dict[str, Callable[[str], str]] = {".css": rcssmin.cssmin, ".js": rjsmin.jsmin}
_AGAIN, _ONCE = "ve(()=>$(new Map)),le())", "Z(1),ve(()=>$(new Map)))"


def smaller(text: str, suffix: str) -> str:
    """The same style sheet or script without comments and needless spaces."""
    return _SMALLER[suffix](text)


def reading_once(script: str) -> str:
    """Material's script, which reads the list of all pages once, and not again for each link.

    Previews of links share that list only until it is there: whichever link asks later takes the
    whole site map apart anew. Kept like this, it is taken apart once, and a list that could not be
    fetched is asked for again, as before. The script of another release stays as it is.
    """
    return script.replace(_AGAIN, _ONCE)
