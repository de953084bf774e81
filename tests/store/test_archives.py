"""Archives come out as they went in, or not at all."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jianghua.errors import JianghuaError
from jianghua.store.archives import MANIFEST, unpack_archive, write_archive
from jianghua.store.writing import digest

FILES = {
    "README.md": b"hello",
    "data/a.csv": "年,词\n".encode(),
    "data/deep/b.bin": bytes(range(256)),
}


def made(tmp_path: Path, entries: dict[str, bytes], manifest: bool = True) -> Path:
    """A zip of any names, as an enemy would make it, with a manifest that fits."""
    path = tmp_path / "hostile.zip"
    lines = "".join(f"{n},{len(c)},{digest(c)}\n" for n, c in entries.items())
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in entries.items():
            archive.writestr(zipfile.ZipInfo(name), content)
        if manifest:
            archive.writestr(MANIFEST, f"path,bytes,sha256\n{lines}")
    return path


def test_there_and_back(tmp_path: Path) -> None:
    """Every file comes out as it went in, beside the manifest."""
    write_archive(tmp_path / "a.zip", FILES)
    assert unpack_archive(tmp_path / "a.zip", tmp_path / "out") == len(FILES) + 1
    found = {p.relative_to(tmp_path / "out").as_posix(): p.read_bytes()
             for p in (tmp_path / "out").rglob("*") if p.is_file()}  # fmt: skip
    assert {name: found[name] for name in FILES} == FILES


def test_an_archive_takes_no_other_file_s_place(tmp_path: Path) -> None:
    """An archive of ours is replaced, another zip or a table is refused and stays."""
    write_archive(tmp_path / "a.zip", FILES)
    write_archive(tmp_path / "a.zip", FILES)
    made(tmp_path, {"x": b"x"}, manifest=False).rename(tmp_path / "b.zip")
    (tmp_path / "c.csv").write_text("id")
    for name in ("b.zip", "c.csv"):
        before = (tmp_path / name).read_bytes()
        with pytest.raises(JianghuaError, match="no archive of ours"):
            write_archive(tmp_path / name, FILES)
        assert (tmp_path / name).read_bytes() == before


def test_order_does_not_matter(tmp_path: Path) -> None:
    """The same files in another order make the same bytes."""
    write_archive(tmp_path / "a.zip", FILES)
    write_archive(tmp_path / "b.zip", dict(reversed(FILES.items())))
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


@pytest.mark.parametrize(
    "name", ["../out.txt", "/etc/x", "a/../../x", "C:\\x", "a\\b", "c:x", "x\u202e.txt", "x" * 500]
)
def test_names_that_lead_elsewhere(tmp_path: Path, name: str) -> None:
    """A name that leaves the folder, or deceives, is refused and nothing is left behind."""
    with pytest.raises(JianghuaError):
        unpack_archive(made(tmp_path, {name: b"x"}), tmp_path / "out")
    assert {p.name for p in tmp_path.iterdir()} == {"hostile.zip"}


def test_links_are_refused(tmp_path: Path) -> None:
    """A link inside an archive is refused."""
    path = tmp_path / "link.zip"
    entry = zipfile.ZipInfo("link")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    with pytest.raises(JianghuaError, match="link"):
        unpack_archive(path, tmp_path / "out")


def test_bombs_are_refused(tmp_path: Path) -> None:
    """What comes out is counted, whatever the archive announces."""
    write_archive(tmp_path / "bomb.zip", {"zeros": bytes(5_000_000)})
    assert (tmp_path / "bomb.zip").stat().st_size < 50_000
    with pytest.raises(JianghuaError, match="more than"):
        unpack_archive(tmp_path / "bomb.zip", tmp_path / "out", most_bytes=1_000_000)
    assert not (tmp_path / "out").exists()


def test_changed_files_are_refused(tmp_path: Path) -> None:
    """A file that is not what the manifest says, a missing one, one too many, no manifest: refused."""
    good = made(tmp_path, FILES).read_bytes()
    for change in ("changed", "more", "less", "none"):
        path = tmp_path / f"{change}.zip"
        with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                content = old.read(name) + (
                    b"!" if change == "changed" and name == "README.md" else b""
                )
                if (change, name) not in (("less", "README.md"), ("none", MANIFEST)):
                    new.writestr(name, content)
            if change == "more":
                new.writestr("more.txt", "x")
        with pytest.raises(JianghuaError, match=r"manifest|no MANIFEST"):
            unpack_archive(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_same_name_twice(tmp_path: Path) -> None:
    """Names that one system takes for the same are refused."""
    with pytest.raises(JianghuaError, match="twice"):
        unpack_archive(made(tmp_path, {"a.txt": b"1", "A.txt": b"2"}), tmp_path / "out")


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_in_one_line(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes
) -> None:
    """Whatever is not an archive ends in one line."""
    folder = tmp_path_factory.mktemp("x")
    (folder / "x.zip").write_bytes(raw)
    with pytest.raises(JianghuaError) as caught:
        unpack_archive(folder / "x.zip", folder / "out")
    assert "\n" not in str(caught.value)


def test_damaged_archives(tmp_path: Path) -> None:
    """An archive cut off or bitten into is refused, with nothing left behind."""
    write_archive(tmp_path / "a.zip", FILES)
    whole = (tmp_path / "a.zip").read_bytes()
    for n, raw in enumerate(
        (whole[:-30], whole[: len(whole) // 2], whole[:60] + b"XXXX" + whole[64:])
    ):
        path = tmp_path / f"{n}.zip"
        path.write_bytes(raw)
        with pytest.raises(JianghuaError):
            unpack_archive(path, tmp_path / "out")
    assert not (tmp_path / "out").exists()
