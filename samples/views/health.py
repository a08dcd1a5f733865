from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpResponse
from django.views.decorators.cache import never_cache

from samples.audit import guard


@never_cache
def healthz(request):
    """Whether the database answers, every migration is applied and the guard stands; tells nothing else."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
        is_guarded = bool(pending) or guard.is_armed()
    except DatabaseError:
        return HttpResponse("the database does not answer\n", status=503, content_type="text/plain")
    if pending:
        return HttpResponse("migrations are missing\n", status=503, content_type="text/plain")
    if not is_guarded:
        return HttpResponse("the guard of the database is down\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")
