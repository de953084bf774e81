"""The notebooks run from a clean kernel, and are committed as run."""

import nbformat
import pytest

from tests.run_notebooks import NOTEBOOKS, run


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_runs(path):
    """Every cell runs, and every check the notebook makes of itself holds."""
    notebook = run(path)
    assert all(cell.get("outputs") is not None for cell in _code(notebook))


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_committed_as_run(path):
    """A reader on the web sees the output: all cells ran in order, without an error."""
    cells = _code(nbformat.read(path, as_version=4))
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert not [o for cell in cells for o in cell["outputs"] if o["output_type"] == "error"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_is_thin(path):
    """A notebook asks and calls: it defines no function, and its cells are short."""
    for cell in _code(nbformat.read(path, as_version=4)):
        lines = cell["source"].splitlines()
        assert len(lines) <= 12
        assert not any(line.lstrip().startswith(("def ", "class ")) for line in lines)


def _code(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_there_are_notebooks():
    """The landing notebook and the four of the README are there."""
    assert [path.stem for path in NOTEBOOKS][:5] == [
        "00-start",
        "01-corpus",
        "02-topics",
        "03-themes",
        "04-years",
    ]
