"""How many examples a property is tried with: few in the daily run, as many as asked for at night.

JIANGHUA_EXAMPLES=1000 pytest tests
"""

from __future__ import annotations

import os

from hypothesis import settings

AT_LEAST = int(os.environ.get("JIANGHUA_EXAMPLES", "1"))


def examples(usual: int) -> settings:
    """Settings of a property that runs for ``usual`` examples, or for as many as are asked for."""
    return settings(max_examples=max(usual, AT_LEAST))
