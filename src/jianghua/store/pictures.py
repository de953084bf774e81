"""The images of a figure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jianghua.store.writing import write_together


def write_figure(stem: str | Path, images: Mapping[str, bytes]) -> list[Path]:
    """Replace the images of a figure, all or none: suffix (svg, png) → bytes. Returns their
    paths."""
    stem = Path(stem)
    write_together(
        stem.parent, {f"{stem.name}.{suffix}": image for suffix, image in images.items()}
    )
    return [Path(f"{stem}.{suffix}") for suffix in images]
