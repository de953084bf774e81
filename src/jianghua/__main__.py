"""``python -m jianghua`` is the command ``jianghua``."""

# in C: loading signal itself takes milliseconds, deaf to what it is for
import _signal as signal  # type: ignore[import-not-found]
import os
import sys


def run() -> int:
    """The command, stoppable from its first moment: loading its parts takes time, too."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _leave)  # until what stops a run properly is loaded
    from jianghua.stopping import Stopped, leave, stoppable

    with stoppable():
        try:
            from jianghua.cli import main

            return main()
        except Stopped as stopped:
            leave(stopped.status)


def _leave(number: int, frame: object) -> None:
    os.write(2, b"jianghua: stopped; nothing was being written\n")
    os._exit(128 + number)


if __name__ == "__main__":
    sys.exit(run())
