"""The one exception that people see, and the warning beside it."""


class JianghuaError(Exception):
    """Something is wrong with what was given: found, where, what to try.

    Printed as one line: ``where: found. Try: remedy.``
    """

    def __init__(self, found: str, where: object = "", remedy: str = "") -> None:
        self.found, self.where, self.remedy = found, str(where), remedy
        place = f"{self.where}: " if self.where else ""
        advice = f" Try: {remedy}" if remedy else ""
        super().__init__(f"{place}{found.rstrip('.')}.{advice}")


class JianghuaWarning(UserWarning):
    """The work went on, but a result needs a second look."""
