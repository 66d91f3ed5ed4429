"""When each page was last changed, as its history in Git says."""

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

from .note import Note


class Revisions:
    """When the last commits that changed the files below `docs` were written.

    Without a history, or with only the end of one, every page has the day of its front matter.
    """

    def __init__(self, root: Path, docs: Path) -> None:
        self._seconds: dict[str, int] = {}
        if _git(root, "rev-parse", "--is-shallow-repository") != "false":
            return
        time = 0
        log = _git(root, "log", "--format=%at", "--name-only", "--relative", "--", str(docs))
        for line in log.splitlines():  # a time, then the files of that commit; newest first
            if line.isdecimal():
                time = int(line)
            elif line:
                self._seconds.setdefault(line, time)

    def moment(self, page: Note) -> datetime:
        """When the page was changed last, in UTC."""
        if seconds := self._seconds.get(page.shown):
            return datetime.fromtimestamp(seconds, UTC)
        day = page.front["date"] or date(1970, 1, 1)
        return datetime(day.year, day.month, day.day, tzinfo=UTC)

    def newest(self, pages: list[Note], count: int) -> list[Note]:
        """The pages that were changed last, newest first."""
        return sorted(pages, key=lambda page: (-self.moment(page).timestamp(), page.name))[:count]


def day_in_words(day: date) -> str:
    """A day as it is written in English."""
    return f"{day.day} {day:%B %Y}"


def _git(root: Path, *command: str) -> str:
    """What Git answers, or nothing where there is no Git or no repository."""
    try:
        found = subprocess.run(["git", *command], cwd=root, capture_output=True, text=True)
    except OSError:
        return ""
    return found.stdout.strip()
