from tests.management.conftest import _loaded, loaded

# The demo is entered once for a module.
__all__ = ["_loaded", "loaded"]
