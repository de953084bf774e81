"""The images of a figure."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from jianghua.store.writing import write_bytes


def write_figure(stem: str | Path, images: Mapping[str, bytes]) -> list[Path]:
    """Replace the images of a figure: suffix (svg, png) → bytes. Returns their paths."""
    paths = [Path(f"{stem}.{suffix}") for suffix in images]
    for path, image in zip(paths, images.values(), strict=True):
        write_bytes(path, image)
    return paths
