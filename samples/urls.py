"""The site map: every page, the right it asks for, and whether it changes anything."""

from samples.roles import Right
from samples.views import (
    containers,
    custodians,
    data,
    handoffs,
    health,
    locations,
    missions,
    overview,
    samples,
    scan,
    session,
)
from samples.views.access import ANYBODY, SIGNED_IN, act, form, page

PUBLISHED, ALL, WORK, CURATE = Right.SEE_PUBLISHED, Right.SEE_ALL, Right.WORK, Right.CURATE

urlpatterns = [
    page("healthz", health.healthz, ANYBODY),
    form("sign-in/", session.sign_in, ANYBODY),
    act("sign-out/", session.sign_out, SIGNED_IN),
    form("account/password/", session.account_password, SIGNED_IN),
    act("theme/", session.theme, SIGNED_IN),
    page("", overview.overview, PUBLISHED),
    page("scan/", scan.scan, PUBLISHED),
    #
    page("containers/", containers.container_list, PUBLISHED),
    form("containers/register/", containers.container_register, WORK),
    page("containers/<int:pk>/", containers.container_detail, PUBLISHED),
    page("containers/<int:pk>/custody/", containers.container_custody, PUBLISHED),
    page("containers/<int:pk>/seals/", containers.container_seals, PUBLISHED),
    page("containers/<int:pk>/history/", containers.container_history, ALL),
    form("containers/<int:pk>/amend/", containers.container_amend, WORK),
    form("containers/<int:pk>/move/", containers.container_move, WORK),
    form("containers/<int:pk>/take-out/", containers.container_take_out, WORK),
    form("containers/<int:pk>/seal/", containers.container_seal, WORK),
    form("containers/<int:pk>/unseal/", containers.container_unseal, WORK),
    form("containers/<int:pk>/void/", containers.container_void, CURATE),
    #
    page("samples/", samples.sample_list, PUBLISHED),
    form("samples/register/", samples.sample_register, WORK),
    page("samples/<int:pk>/", samples.sample_detail, PUBLISHED),
    page("samples/<int:pk>/custody/", samples.sample_custody, PUBLISHED),
    page("samples/<int:pk>/movements/", samples.sample_movements, ALL),
    page("samples/<int:pk>/history/", samples.sample_history, ALL),
    form("samples/<int:pk>/amend/", samples.sample_amend, WORK),
    form("samples/<int:pk>/move/", samples.sample_move, WORK),
    form("samples/<int:pk>/publish/", samples.sample_publish, CURATE),
    form("samples/<int:pk>/unpublish/", samples.sample_unpublish, CURATE),
    form("samples/<int:pk>/void/", samples.sample_void, CURATE),
    #
    page("custody/", handoffs.handoff_list, PUBLISHED),
    form("custody/release/", handoffs.handoff_release, WORK),
    page("custody/<int:pk>/", handoffs.handoff_detail, PUBLISHED),
    page("custody/<int:pk>/history/", handoffs.handoff_history, ALL),
    form("custody/<int:pk>/receive/", handoffs.handoff_receive, WORK),
    form("custody/<int:pk>/reject/", handoffs.handoff_reject, WORK),
    form("custody/<int:pk>/cancel/", handoffs.handoff_cancel, WORK),
    form("custody/<int:pk>/explain-gap/", handoffs.handoff_explain_gap, WORK),
    #
    page("missions/", missions.mission_list, PUBLISHED),
    form("missions/register/", missions.mission_register, CURATE),
    page("missions/<int:pk>/", missions.mission_detail, PUBLISHED),
    page("missions/<int:pk>/history/", missions.mission_history, ALL),
    form("missions/<int:pk>/amend/", missions.mission_amend, CURATE),
    form("missions/<int:pk>/void/", missions.mission_void, CURATE),
    #
    page("custodians/", custodians.custodian_list, ALL),
    form("custodians/register/", custodians.custodian_register, CURATE),
    page("custodians/<int:pk>/", custodians.custodian_detail, ALL),
    page("custodians/<int:pk>/history/", custodians.custodian_history, ALL),
    form("custodians/<int:pk>/amend/", custodians.custodian_amend, CURATE),
    form("custodians/<int:pk>/void/", custodians.custodian_void, CURATE),
    #
    page("locations/", locations.location_list, ALL),
    form("locations/register/", locations.location_register, CURATE),
    page("locations/<int:pk>/", locations.location_detail, ALL),
    page("locations/<int:pk>/history/", locations.location_history, ALL),
    form("locations/<int:pk>/amend/", locations.location_amend, CURATE),
    form("locations/<int:pk>/void/", locations.location_void, CURATE),
    #
    page("data/", data.data, PUBLISHED),
    page("export/samples.csv", data.export_samples, PUBLISHED),
    page("export/containers.csv", data.export_containers, PUBLISHED),
    page("export/handoffs.csv", data.export_handoffs, PUBLISHED),
    page("export/missions.csv", data.export_missions, PUBLISHED),
    page("export/custodians.csv", data.export_custodians, ALL),
    page("export/locations.csv", data.export_locations, ALL),
]
