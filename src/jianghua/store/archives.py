"""Archives: many files in one zip of the same bytes for the same files, and safely out of it again."""

from __future__ import annotations

import csv
import hashlib
import io
import lzma
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from jianghua.errors import JianghuaError
from jianghua.store.tables import write_rows
from jianghua.store.writing import digest, write_bytes

MANIFEST = "MANIFEST.csv"
MANIFEST_COLUMNS = ("path", "bytes", "sha256")
MOST_FILES = 20_000
MOST_BYTES = 4_000_000_000  # unpacked, all together
_BLOCK = 1 << 20
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError, RuntimeError,
    ValueError, OSError, csv.Error,
)  # fmt: skip
_TIME = (1980, 1, 1, 0, 0, 0)  # a time of day would change the bytes at every run


def write_archive(path: str | Path, files: Mapping[str, bytes]) -> None:
    """Write a zip of files, name → bytes, with a manifest of their SHA-256 beside them; in the place
    of an older one, but of no other file."""
    _check_place(Path(path))
    rows = [(name, len(files[name]), digest(files[name])) for name in sorted(files)]
    with tempfile.TemporaryDirectory() as folder:
        write_rows(Path(folder) / MANIFEST, MANIFEST_COLUMNS, rows)
        manifest = (Path(folder) / MANIFEST).read_bytes()
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, content in sorted({**files, MANIFEST: manifest}.items()):
            _refuse_name(name, path)
            entry = zipfile.ZipInfo(name, _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # the same bytes on every system
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, content)
    write_bytes(path, packed.getvalue())


def _check_place(path: Path) -> None:
    if not path.is_file():
        return
    with suppress(*_UNREADABLE), zipfile.ZipFile(path) as archive:
        if MANIFEST in archive.namelist():
            return
    raise JianghuaError("is there already, and no archive of ours", path, "another name")


def unpack_archive(path: str | Path, folder: str | Path, most_bytes: int = MOST_BYTES) -> int:
    """Unpack an archive into a new or empty folder; returns the number of files.

    All or nothing: an archive with a name that leads elsewhere, a link, more files or bytes than
    allowed, or a file that is not what its manifest says, leaves nothing behind.
    """
    path, folder = Path(path), Path(folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise JianghuaError("is there already", folder, "name a new folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name[:40]}."))
    try:
        with zipfile.ZipFile(path) as archive:
            entries = _entries(archive, path)
            found = _take_out(archive, entries, aside, most_bytes, path)
        _compare_manifest(aside, found, path)
        aside.chmod(0o755)
        if folder.exists():
            folder.rmdir()
        aside.replace(folder)
    except _UNREADABLE as error:
        raise JianghuaError(
            f"not an archive that can be read: {error}", path, "get it again"
        ) from None
    finally:
        if aside.exists():
            shutil.rmtree(aside)
    return len(found)


def _entries(archive: zipfile.ZipFile, path: Path) -> list[zipfile.ZipInfo]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise JianghuaError(f"{len(entries)} files", path, f"at most {MOST_FILES} are unpacked")
    for entry in archive.infolist():
        _refuse_name(entry.filename.rstrip("/"), path)
        if (entry.external_attr >> 16) & 0o170000 not in (0, 0o100000, 0o040000):
            raise JianghuaError(f"{entry.filename!r} is a link or no file", path, "ask who made it")
    names = [entry.filename.casefold() for entry in entries]
    if len(set(names)) < len(names):
        raise JianghuaError("the same name twice", path, "ask who made it")
    return entries


def _refuse_name(name: str, path: str | Path) -> None:
    parts = PurePosixPath(name).parts
    odd = "\\" in name or ":" in name or not name.isprintable() or len(name) > 400
    if odd or not parts or name.startswith("/") or ".." in parts:
        raise JianghuaError(f"a file may not be called {name[:80]!r}", path, "ask who made it")


def _take_out(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], folder: Path, most: int, path: Path
) -> dict[str, str]:
    """Unpack to a folder; name → SHA-256. Counts what comes out, whatever the zip announces."""
    found, total = {}, 0
    for entry in entries:
        target = folder / entry.filename
        target.parent.mkdir(parents=True, exist_ok=True)
        seen = hashlib.sha256()
        with archive.open(entry) as packed, target.open("xb") as out:
            while block := packed.read(_BLOCK):
                total += len(block)
                if total > most:
                    raise JianghuaError(f"more than {most:,} bytes", path, "ask who made it")
                seen.update(block)
                out.write(block)
        found[entry.filename] = seen.hexdigest()
    return found


def _compare_manifest(folder: Path, found: Mapping[str, str], path: Path) -> None:
    """Every file is what the manifest says, none is missing, none is more."""
    if MANIFEST not in found:
        raise JianghuaError(f"no {MANIFEST} in it", path, "an archive that jianghua pack made")
    text = (folder / MANIFEST).read_text(encoding="utf-8")
    said = {
        row.get("path") or "": row.get("sha256") or ""
        for row in csv.DictReader(io.StringIO(text, newline=""))
    }
    seen = {name: checksum for name, checksum in found.items() if name != MANIFEST}
    wrong = sorted(n for n in said.keys() | seen.keys() if said.get(n) != seen.get(n))
    if wrong:
        raise JianghuaError(
            f"{len(wrong)} files are not what the manifest says: {', '.join(wrong[:5])}", path,
            "get it again",
        )  # fmt: skip
