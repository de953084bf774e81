"""Machine code: functions compiled with numba, from its private cache where that is sound."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from numba import njit


def compiled(
    signature: Any, what: str = "", fastmath: bool = False
) -> Callable[[Callable[..., Any]], Any]:
    """Compile a function for one signature; it lets go of the interpreter lock.

    ``what`` it is part of is told where compiling will take some seconds. numba keeps the cache
    beside the source, or in the user's own cache folder where that cannot be written; where neither
    can, every process compiles anew. A cache that cannot be read, for the power went while it was
    written, is emptied, and the next process fills it.
    """

    def make(function: Callable[..., Any]) -> Any:
        kernel: Any = njit(nogil=True, fastmath=fastmath)(function)
        with suppress(RuntimeError):  # numba: no locator available
            kernel.enable_caching()
        if what and not _is_known(kernel):
            logging.getLogger(__name__).warning(
                "compiling %s, once: some seconds (%s)", what, function.__name__
            )
        try:
            kernel.compile(signature)
        except Exception:  # a damaged cache fails in any way; what is wrong in the source, twice
            with suppress(OSError):
                kernel._cache.flush()
            kernel = njit(nogil=True, fastmath=fastmath)(function)
            kernel.compile(signature)
        kernel.disable_compile()
        return kernel

    return make


def _is_known(kernel: Any) -> bool:
    """Whether the cache holds machine code of the source as it is."""
    try:
        return bool(kernel._cache._cache_file._load_index())
    except Exception:  # no cache, or a damaged one
        return False
