"""The manifest of a fitted model, settings.json: what went in, and what the files must be."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jianghua.errors import JianghuaError
from jianghua.store.arrays import damaged
from jianghua.store.writing import digest, read_file

MODEL_FORMAT = 2
MANIFEST = "settings.json"
LARGEST = 64 << 20  # bytes of a manifest: a million speeches have 20 MB of ids
_SEAL = "sha256"  # the key under which a manifest vouches for itself
_KEYS = {"format", "settings", "removed", "speeches", "checksum", "inputs", "versions", "files",
         "bytes", "arrays", _SEAL}  # fmt: skip
# Formats that run what is in them when they are opened, by name and by first bytes.
_RISKY = (".pkl", ".pickle", ".joblib", ".model", ".state", ".id2word", ".dill", ".pt", ".pth",
          ".expElogbeta.npy")  # fmt: skip
_PICKLED = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def manifest_bytes(entries: Mapping[str, Any]) -> bytes:
    """The manifest as a file: format number first, its own checksum last; NaN is null."""
    whole = {"format": MODEL_FORMAT, **_without_nan(entries)}
    whole[_SEAL] = _seal(whole)
    return (json.dumps(whole, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _without_nan(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _without_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_without_nan(item) for item in value]
    return None if value != value else value


def _seal(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of the entries, however they are laid out in the file."""
    entries = {key: value for key, value in manifest.items() if key != _SEAL}
    return digest(json.dumps(entries, sort_keys=True, allow_nan=False).encode())


def read_manifest(folder: str | Path) -> dict[str, Any]:
    """The manifest of a fitted model: format, settings, inputs, versions, files.

    Raises JianghuaError in one line where there is none, or a damaged, foreign or newer one.
    """
    folder = Path(folder)
    _refuse_foreign(folder)
    content = read_file(folder / MANIFEST, LARGEST)
    if content is None:
        raise JianghuaError("no fitted model", folder, "jianghua fit")
    return parse_manifest(content, folder / MANIFEST)


def _refuse_foreign(folder: Path) -> None:
    """Refuse by name what looks like the model of another program."""
    if folder.is_file():
        raise JianghuaError(_foreign(folder.name), folder, "the folder of a model of jianghua fit")
    if folder.is_dir() and not (folder / MANIFEST).exists():
        names = sorted(path.name for path in folder.iterdir() if path.name.endswith(_RISKY))
        if names:
            raise JianghuaError(_foreign(names[0]), folder, "jianghua fit, which writes its own")


def _foreign(name: str) -> str:
    risky = name.endswith(_RISKY)
    return f"{name} is " + ("never opened: it could run code" if risky else "no model of jianghua")


def parse_manifest(content: bytes, path: Path) -> dict[str, Any]:
    """A manifest from its bytes; what is wrong with it is one line."""
    if content.startswith(_PICKLED):
        raise JianghuaError("a pickle, never opened: it could run code", path, "jianghua fit again")
    try:
        manifest = json.loads(content.decode(), object_pairs_hook=_once, parse_constant=_refuse)
    except (ValueError, RecursionError):
        raise JianghuaError("not a manifest of a model", path, "jianghua fit again") from None
    found = manifest.get("format") if isinstance(manifest, dict) else None
    if type(found) is not int or found != MODEL_FORMAT:
        raise JianghuaError(
            f"model format {str(found)[:40]}, this version reads {MODEL_FORMAT}", path,
            "jianghua fit again" if type(found) is not int or found < MODEL_FORMAT
            else "the version of jianghua that wrote it, or jianghua fit again",
        )  # fmt: skip
    if set(manifest) != _KEYS or manifest[_SEAL] != _seal(manifest):
        raise damaged("its entries are not those that were written", path)
    _check_kinds(manifest, path)
    return manifest


def _once(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError("a key stands twice")
    return dict(pairs)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no number of JSON")


def _check_kinds(manifest: Mapping[str, Any], path: Path) -> None:
    """Entries are of the kinds that reading relies on, also where somebody sealed other ones."""
    kinds = {"settings": dict, "removed": dict, "speeches": list, "checksum": str, "inputs": dict,
             "versions": dict, "files": dict, "bytes": dict, "arrays": dict}  # fmt: skip
    for key, kind in kinds.items():
        if not isinstance(manifest[key], kind):
            raise damaged(f"its entry {key} is of another kind", path)
    speeches = manifest["speeches"]
    if not all(isinstance(s, str) for s in speeches) or len(set(speeches)) < len(speeches):
        raise damaged("its list of speeches", path)
    if not all(type(n) is int and n >= 0 for n in manifest["removed"].values()):
        raise damaged("its numbers of words left out", path)
