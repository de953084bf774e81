"""Notebook 02 in a real JupyterLab in a real browser: the explorer is operated, and nothing is asked
of the web."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import nbformat
import pytest

from jianghua.topics.themes import read_namings
from tests.views.browsing import CHROMIUM, FLAGS

ROOT = Path(__file__).parents[2]
SLOW = ("try_topics", "set_aside_effect", "trials", "effect")  # measured by tests/test_notebooks.py
HOSTILE = '"><img src=x onerror="window.ran=1">'


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project to write in: the national collection without texts, and notebook 02
    without its two long measurements; nothing is named yet."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "notebooks").mkdir()
    (folder / "corpus" / "national").mkdir(parents=True)
    (folder / "corpus" / "national" / "themes.toml").write_text("# no names yet\n")
    for name in ("catalog.csv", "counts.csv.gz"):
        shutil.copy(ROOT / "corpus" / "national" / name, folder / "corpus" / "national")
    shutil.copy(ROOT / "corpus" / "guides.toml", folder / "corpus")
    notebook = nbformat.read(ROOT / "notebooks" / "02-topics.ipynb", as_version=4)
    notebook.cells = [c for c in notebook.cells if not any(word in c["source"] for word in SLOW)]
    for cell in notebook.cells:
        if cell["cell_type"] == "code":
            cell["outputs"] = []
    nbformat.write(notebook, folder / "notebooks" / "02-topics.ipynb")
    return folder


@pytest.fixture(scope="module")
def lab(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab on loopback, with settings of its own."""
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}")
    own = tmp_path_factory.mktemp("jupyter")
    sockets = tempfile.mkdtemp(prefix="jh-")  # the path of a socket has at most 107 characters
    environment = {**os.environ, "JUPYTER_RUNTIME_DIR": sockets,
                   "JUPYTER_CONFIG_DIR": str(own / "config"), "JUPYTER_DATA_DIR": str(own / "data"),
                   "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
                   "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces")}  # fmt: skip
    settings = own / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(
        '{"fetchNews": "false", "checkForUpdates": false}'
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (own / "log").open("wb") as log:
        server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", "--no-browser", "--ip=127.0.0.1", f"--port={port}",
         f"--ServerApp.root_dir={project}", "--IdentityProvider.token=t", "--allow-root",
         "--ServerApp.port_retries=0", "--KernelManager.transport=ipc"],
        env=environment, stdout=subprocess.DEVNULL, stderr=log,
        )  # fmt: skip
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_for(address, server, own / "log")
        yield address
    finally:
        server.terminate()
        server.wait(timeout=30)
        shutil.rmtree(sockets, ignore_errors=True)


def _wait_for(address: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert server.poll() is None, log.read_text()
        try:
            urlopen(f"{address}/api?token=t", timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


@pytest.fixture(scope="module")
def tab(lab: str) -> Iterator[Any]:
    """A browser tab with notebook 02 open and its kernel idle; nothing may leave the machine."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(CHROMIUM), args=FLAGS)
        page = browser.new_context(viewport={"width": 1366, "height": 768}).new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{lab}/lab/tree/notebooks/02-topics.ipynb?token=t")
        _idle(page)
        yield page
        elsewhere = [url for url in asked if not url.startswith((lab, "data:", "blob:", "about:"))]
        assert elsewhere == []
        browser.close()


def _idle(page: Any) -> None:
    page.get_by_text("| Idle").first.wait_for(timeout=180_000)


def _run_all(page: Any) -> None:
    page.get_by_role("menuitem", name="Run", exact=True).first.click()
    page.get_by_text("Run All Cells", exact=True).first.click()
    page.locator(".jianghua select").first.wait_for(timeout=240_000)


def _run_last(page: Any, until: Any) -> None:
    """The cell that explores, the kernel still knows the rest; again where the page, just loaded
    again, did not hear the key."""
    for patience in (15_000, 15_000, 60_000):
        page.locator(".jp-CodeCell .cm-content").last.click()
        page.keyboard.press("Shift+Enter")
        with suppress(_late()):
            until.wait_for(state="attached", timeout=patience)
            return
    until.wait_for(state="attached")


def _late() -> type[Exception]:
    from playwright.sync_api import TimeoutError

    return TimeoutError


def _choose(page: Any, topic: int) -> None:
    page.locator(".jianghua select").nth(1).select_option(index=topic)
    page.locator(".jianghua h3", has_text=f"{topic} ").wait_for()


def _saved(project: Path) -> dict[int, str]:
    _, namings = read_namings(project / "corpus" / "national" / "themes.toml")
    return {naming.topic: naming.name for naming in namings}


def test_notebook_is_operated(tab: Any, project: Path) -> None:
    """Choose a topic, search 解放思想, rename a topic, reload, run again: the name is there, and on
    disk with its line in the log."""
    _run_all(tab)
    _choose(tab, 3)
    tab.get_by_role("tab", name="检索").click()
    tab.get_by_placeholder("查词或提法").fill("解放思想")
    tab.get_by_text("“解放思想”共").wait_for()
    tab.get_by_placeholder("名称").fill(HOSTILE)
    tab.get_by_role("button", name="改名").click()
    tab.get_by_text("第 1 步").wait_for()
    assert _saved(project)[3] == HOSTILE
    tab.reload()
    _idle(tab)
    _run_last(tab, tab.locator(".jianghua option", has_text=HOSTILE).first)
    assert tab.evaluate("typeof window.ran") == "undefined"
    log = (project / "corpus" / "national" / "themes.log.csv").read_text().splitlines()
    assert [line.split(",")[:3] for line in log[1:]] == [["1", "rename", "3"]]
