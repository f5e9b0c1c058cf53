"""What all tests share: the option that rewrites goldens, a folder for the whole run, and a store of their own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# how long an example takes is the machine's affair, and two tests run on it at once
settings.register_profile("variantgen", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("variantgen")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`pytest --update-golden`: what the code says now becomes what is expected; review the diff."""
    parser.addoption("--update-golden", action="store_true", help="rewrite the expected files of tests/golden")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Tests that are chosen by -k or by name run in this process, where print and the debugger work at once."""
    is_chosen = bool(config.option.keyword) or any("::" in word for word in config.args)
    return 0 if is_chosen else None


@pytest.fixture
def is_updating_golden(pytestconfig: pytest.Config) -> bool:
    """Whether expected files are rewritten instead of compared."""
    return bool(pytestconfig.getoption("--update-golden"))


@pytest.fixture(scope="session")
def run_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of this test run: the same one in all its processes."""
    own = tmp_path_factory.getbasetemp()
    # pytest-xdist gives each of its processes a folder inside the run's
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def shared_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that lives as long as the test run."""
    return tmp_path_factory.mktemp("store")


@pytest.fixture(autouse=True)
def _never_the_users_store(shared_store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test finds or leaves a part in the user's own store."""
    monkeypatch.setenv("VARIANTGEN_STORE", str(shared_store))
