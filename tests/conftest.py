"""What all tests share: the option that rewrites goldens, and a store of their own."""

from __future__ import annotations

from pathlib import Path

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update-golden`: what the code says now becomes what is expected; review the diff."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files of tests/golden")


@pytest.fixture
def is_updating_golden(pytestconfig: pytest.Config) -> bool:
    """Whether expected files are rewritten instead of compared."""
    return bool(pytestconfig.getoption("--update-golden"))


@pytest.fixture(autouse=True)
def _own_store(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds or leaves a part in the user's own store."""
    if not hasattr(_own_store, "folder"):
        _own_store.folder = tmp_path_factory.mktemp("store")  # type: ignore[attr-defined]
    monkeypatch.setenv("VARIANTGEN_STORE", str(Path(_own_store.folder)))  # type: ignore[attr-defined]
