"""Machine code: numba as every kernel asks for it, whatever the surroundings say."""

from __future__ import annotations

from numba import config, njit

__all__ = ["njit"]

# NUMBA_DISABLE_JIT leaves the kernels to Python, where the same sums overflow and take for ever.
config.DISABLE_JIT = 0  # type: ignore[attr-defined]
