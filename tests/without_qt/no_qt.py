"""The lane below the window: proves that Qt can't be imported, and stops if it can. Use with
``PYTHONPATH=tests/without_qt pytest -p no_qt -p no:pytest-qt``.
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest
from sitecustomize import HIDDEN

_TRY = "import importlib.util as u, sys; sys.exit(any(u.find_spec(n) for n in sys.argv[1:]))"


def pytest_addoption(parser: pytest.Parser) -> None:
    # pytest-qt needs Qt, so it is away here; its settings in pyproject.toml are not.
    for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
        parser.addini(name, "of pytest-qt, which this lane runs without", type="linelist")


def pytest_configure(config: pytest.Config) -> None:
    found = [name for name in sorted(HIDDEN) if importlib.util.find_spec(name) or name in sys.modules]
    if found:
        raise pytest.UsageError(f"This lane tests without Qt, but these can be imported: {', '.join(found)}.")
    if subprocess.run([sys.executable, "-c", _TRY, *sorted(HIDDEN)], check=False).returncode:
        raise pytest.UsageError("This lane tests without Qt, but a Python started from it can import it.")


def pytest_report_header() -> str:
    return f"Not importable here, nor in a Python started from here: {', '.join(sorted(HIDDEN))}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    loaded = sorted(name for name in sys.modules if name.partition(".")[0] in HIDDEN)
    if loaded:
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
        print(f"\nQt came in all the same: {', '.join(loaded[:5])}.", file=sys.stderr)
