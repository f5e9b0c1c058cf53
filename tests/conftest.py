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


@pytest.fixture(scope="session")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that lives as long as the test run."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(autouse=True)
def _never_the_users_store(shared_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds or leaves a part in the user's own store."""
    monkeypatch.setenv("VARIANTGEN_STORE", str(shared_store))
