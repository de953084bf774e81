"""Arrays of numbers in a zip archive (npz), looked at before they are unpacked."""

from __future__ import annotations

import io
import os
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any

from jianghua.errors import JianghuaError

if TYPE_CHECKING:
    import numpy as np

Form = tuple[str, tuple[int, ...]]  # dtype as numpy writes it ("<f8"), shape


def pack_arrays(arrays: Mapping[str, np.ndarray]) -> bytes:
    """An npz archive: the same bytes for the same arrays."""
    import numpy as np

    out = io.BytesIO()
    np.savez_compressed(out, allow_pickle=False, **arrays)
    return out.getvalue()


def forms_of(arrays: Mapping[str, np.ndarray]) -> dict[str, list[Any]]:
    """Name → [dtype, shape] of each array, as a manifest lists them."""
    return {name: [array.dtype.str, list(array.shape)] for name, array in arrays.items()}


def unpack_arrays(content: bytes, forms: Mapping[str, Form], where: object) -> dict[str, Any]:
    """The arrays of an npz archive that has exactly these.

    Names, sizes and headers are compared with ``forms`` before any array is allocated; nothing is
    unpickled. Raises JianghuaError in one line for whatever is not as listed.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_names(archive.infolist(), forms, where)
            for name, form in forms.items():
                _check_header(archive, name, form, where)
            return {name: _unpack(archive, name, form) for name, form in forms.items()}
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError,
            RuntimeError, SyntaxError) as error:  # fmt: skip
        raise damaged(f"arrays are {error}", where) from None


def damaged(what: str, where: object) -> JianghuaError:
    """The error of a file that is not what was written, in one line."""
    return JianghuaError(f"damaged: {' '.join(what.split())[:300]}", where, "jianghua fit again")


def _check_names(
    members: Sequence[zipfile.ZipInfo], forms: Mapping[str, Form], where: object
) -> None:
    if sorted(member.filename for member in members) != sorted(f"{name}.npy" for name in forms):
        raise damaged("arrays other than the listed ones", where)
    size = sum(member.file_size for member in members)
    if size > _memory() // 2:
        raise JianghuaError(
            f"arrays of {size / 1e9:.1f} GB, more than half of the memory here", where,
            "a machine with more memory, or a model of fewer topics",
        )  # fmt: skip


def _memory() -> int:
    """Bytes of memory of this machine; plenty where the system does not tell."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return 1 << 40


def _check_header(archive: zipfile.ZipFile, name: str, form: Form, where: object) -> None:
    from numpy.lib import format as npy

    member = archive.getinfo(f"{name}.npy")
    with archive.open(member) as file:
        if npy.read_magic(file) != (1, 0):
            raise damaged(f"array {name} is of another version of npy", where)
        shape, by_columns, dtype = npy.read_array_header_1_0(file)
        start = file.tell()
    size = start + dtype.itemsize * prod(shape)
    if (dtype.str, shape) != form or dtype.hasobject or by_columns or member.file_size != size:
        raise damaged(f"array {name} has another shape or size than listed", where)


def _unpack(archive: zipfile.ZipFile, name: str, form: Form) -> np.ndarray:
    import numpy as np
    from numpy.lib import format as npy

    with archive.open(f"{name}.npy") as file:
        array = npy.read_array(file, allow_pickle=False)
        if file.read(1):
            raise ValueError(f"longer than listed: {name}")
    return np.ascontiguousarray(array).reshape(form[1])
