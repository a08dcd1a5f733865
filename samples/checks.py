"""System checks of labinv."""

from django.core.checks import Tags, Warning, register
from django.db import connections

from samples.audit import guard


@register(Tags.database)
def check_locale(databases=None, **kwargs):
    """Warn of a PostgreSQL database that orders and folds text otherwise than SQLite does."""
    warnings = []
    for alias in databases or []:
        connection = connections[alias]
        if connection.vendor != "postgresql":
            continue
        with connection.cursor() as cursor:
            cursor.execute("SELECT datcollate, datctype FROM pg_database WHERE datname = current_database()")
            locale = cursor.fetchone()
        if locale != ("C", "C"):
            warnings.append(
                Warning(
                    f"The database has the locale {' and '.join(locale)}.",
                    hint="Lists sort and fold upper and lower case as on SQLite only with LC_COLLATE 'C' and "
                    "LC_CTYPE 'C'; docs/deployment.md has the statement that makes such a database.",
                    id="samples.W001",
                )
            )
    return warnings


@register(Tags.database)
def check_guard(databases=None, **kwargs):
    """Warn of a database whose guard is down, or is not as the code makes it."""
    if not databases or not guard.has_tables() or not (said := guard.faults()):
        return []
    return [
        # Not an error, which would keep `migrate` from putting it up.
        Warning(
            f"The guard of the database is not as the code makes it, in {len(said)} places. {said[0]}",
            hint="manage.py migrate puts it up. If that was not to be expected, look at manage.py verify_audit first.",
            id="samples.W002",
        )
    ]
