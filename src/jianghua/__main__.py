"""``python -m jianghua`` is the command ``jianghua``."""

import sys

from jianghua.stopping import Stopped, leave, stoppable


def run() -> int:
    """The command, stoppable from its first moment: loading its parts takes time, too."""
    with stoppable():
        try:
            from jianghua.cli import main

            return main()
        except Stopped as stopped:
            leave(stopped.status)


if __name__ == "__main__":
    sys.exit(run())
