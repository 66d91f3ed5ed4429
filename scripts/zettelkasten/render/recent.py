"""The pages that were changed last, by day."""

import re
from itertools import groupby

from ..note import Note
from ..revisions import Revisions, day_in_words
from .addresses import link, words

_PLACE = re.compile(r'<div data-recent="(?P<count>\d+)">')


def with_recent(html: str, page: Note, pages: list[Note], revisions: Revisions) -> str:
    """Fill in `<div data-recent="20"></div>` with so many pages, each with its claim."""

    def recent(place: re.Match[str]) -> str:
        newest = revisions.newest([one for one in pages if one.id], int(place["count"]))
        days = groupby(newest, key=lambda one: revisions.moment(one).date())
        return place[0] + "".join(
            f"<h2>{day_in_words(day)}</h2>{_entries(page, list(changed))}" for day, changed in days
        )

    return _PLACE.sub(recent, html)


def _entries(page: Note, changed: list[Note]) -> str:
    entries = "".join(f"<dt>{link(page, one)}</dt><dd>{words(one.claim)}</dd>" for one in changed)
    return f'<section class="leads-to"><dl>{entries}</dl></section>'
