"""The one exception that people see, and the warning beside it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class JianghuaError(Exception):
    """Something is wrong with what was given: found, where, what to try.

    Printed as one line: ``where: found. Try: remedy.``
    """

    def __init__(self, found: str, where: object = "", remedy: str = "") -> None:
        self.found, self.where, self.remedy = found, str(where), remedy
        place = f"{self.where}: " if self.where else ""
        advice = f" Try: {remedy}" if remedy else ""
        line = f"{place}{found.rstrip('.')}.{advice}"
        super().__init__(line.replace("\r", "\\r").replace("\n", "\\n"))


class JianghuaWarning(UserWarning):
    """The work went on, but a result needs a second look."""


def told(problems: Sequence[str], most: int = 10) -> str:
    """Problems in one line; of many the first ones, and how many more there are."""
    more = f"; and {len(problems) - most} more" if len(problems) > most else ""
    return "; ".join(problems[:most]) + more
