"""No locked library is of a version that is known to be unsafe."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
# The first version without the fault. Sources: the advisories named, as published on GitHub and NVD.
FLOORS = {
    "aiohttp": ("3.10.11", "CVE-2024-52304, request smuggling"),
    "jinja2": ("3.1.6", "CVE-2025-27516, leaving the sandbox"),
    "joblib": ("1.2.0", "CVE-2022-21797, code run by a parameter"),
    "jupyter-server": ("2.14.1", "CVE-2024-35178, leak of a hash on Windows"),
    "jupyterlab": ("4.4.8", "CVE-2025-59842, links without noopener"),
    "lxml": ("6.1", "CVE-2026-41066, local files through entities"),
    "mammoth": ("1.11.0", "CVE-2025-11849, linked local pictures are read"),
    "nbconvert": ("7.17.1", "CVE-2025-53000, CVE-2026-39377, CVE-2026-39378"),
    "nltk": ("3.9.1", "CVE-2024-39705, pickled data packages"),
    "numpy": ("1.16.3", "CVE-2019-6446, pickles in arrays"),
    "pdfminer-six": ("20251230", "CVE-2025-64512, GHSA-f83h-ghpp-7wcc, pickled character maps"),
    "pillow": ("11.3.0", "CVE-2025-48379, write beyond a buffer"),
    "pyarrow": ("14.0.1", "CVE-2023-47248, code in Parquet files"),
    "pypdf": ("7.1", "CVE-2026-28351, CVE-2026-27888, memory"),
    "requests": ("2.32.4", "CVE-2024-47081, leak of credentials"),
    "setuptools": ("78.1.1", "CVE-2025-47273, paths out of the folder"),
    "tornado": ("6.5", "CVE-2025-47287, denial of service"),
    "tqdm": ("4.66.3", "CVE-2024-34062, code run by an option"),
    "urllib3": ("2.6.0", "CVE-2025-66418, CVE-2025-66471, bombs in answers"),
}


def locked() -> dict[str, str]:
    """Library → version in requirements.lock."""
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\\n]+)", lock, re.M))


def test_the_lock_is_read() -> None:
    """The lock names what the project is built on, each by name and version."""
    versions = locked()
    assert len(versions) > 50
    assert {"gensim", "numpy", "pandas", "lxml", "jupyterlab"} <= versions.keys()


@pytest.mark.parametrize("library", sorted(FLOORS))
def test_no_known_fault(library: str) -> None:
    """A locked library is at or above the first version without its known faults."""
    floor, why = FLOORS[library]
    version = locked().get(library, floor)
    assert Version(version) >= Version(floor), why


@pytest.mark.parametrize(
    "library", ["nltk", "mammoth", "markitdown", "magika", "onnxruntime", "dill"]
)
def test_not_depended_on(library: str) -> None:
    """Libraries that load pickles or report home are not among the locked ones."""
    assert library not in locked()
