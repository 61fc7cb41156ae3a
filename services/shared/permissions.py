"""The one table of who may call what.

`infra` makes the HTTP API's routes from it, `services.shared.http` enforces it on every request,
and the tests compare both with what the handlers register. A route that is not here does not exist;
a role that is not named for a route is refused.
"""

from dataclasses import dataclass
from typing import Literal

Role = Literal[
    "participant",
    "officer",
    "approver",
    "moderator",
    "senior_moderator",
    "auditor",
    "operator",
]
ROLES: tuple[Role, ...] = (
    "participant",
    "officer",
    "approver",
    "moderator",
    "senior_moderator",
    "auditor",
    "operator",
)
SignIn = Literal["none", "optional", "required"]
Scope = Literal["public", "own_agency", "programme"]

STAFF: frozenset[Role] = frozenset(ROLES) - {"participant"}
"""Whoever works for the programme; an officer among them only within the own agency."""


@dataclass(frozen=True, kw_only=True)
class Permission:
    """Who may call one route.

    Attributes
    ----------
    route : str
        Route key of the HTTP API, e.g. ``"GET /v1/topics/{topic}"``.
    function : str
        The function that serves it, e.g. ``"topics-read"``.
    sign_in : {"none", "optional", "required"}
        Whether the gateway's JWT authorizer stands before the route (``required``) or the function
        verifies a bearer token itself if one is sent (``optional``).
    roles : frozenset of Role
        Roles that may call it when sign-in is required; empty for public routes.
    scope : {"public", "own_agency", "programme"}
        ``own_agency``: a role that carries an agency sees only that agency's objects; anything else
        answers 404 as an unknown object does.
    """

    route: str
    function: str
    sign_in: SignIn = "required"
    roles: frozenset[Role] = frozenset()
    scope: Scope = "own_agency"


def _public(route: str, function: str, *, sign_in: SignIn = "none") -> Permission:
    return Permission(route=route, function=function, sign_in=sign_in, scope="public")


def _staff(route: str, function: str, *roles: Role, scope: Scope = "own_agency") -> Permission:
    return Permission(route=route, function=function, roles=frozenset(roles), scope=scope)


PERMISSIONS: tuple[Permission, ...] = (
    # topics
    _public("GET /v1/topics", "topics-read", sign_in="optional"),
    _public("GET /v1/topics/{topic}", "topics-read", sign_in="optional"),
    _public("GET /v1/topics/{topic}/timeline", "topics-read", sign_in="optional"),
    _public("GET /v1/topics/{topic}/decision", "topics-read", sign_in="optional"),
    _public("GET /v1/topics/{topic}/decision/versions", "topics-read", sign_in="optional"),
    _public("GET /v1/topics/{topic}/calendar.ics", "topics-calendar"),
    _public("GET /v1/calendar.ics", "topics-calendar"),
    _public("GET /v1/plans", "topics-read"),
    _public("GET /v1/agencies", "topics-read"),
    _public("GET /v1/health", "topics-read"),
    _public("GET /openapi.json", "topics-read"),
    _public("GET /problems/{problem}", "topics-read"),
    _staff("POST /v1/topics", "topics-manage", "officer"),
    _staff("PUT /v1/topics/{topic}", "topics-manage", "officer"),
    _staff("POST /v1/topics/{topic}/transitions", "topics-manage", "officer", "approver"),
    _staff("PUT /v1/topics/{topic}/decision", "topics-manage", "officer"),
    _staff("PUT /v1/topics/{topic}/decision/delay", "topics-manage", "officer"),
    _staff("PUT /v1/topics/{topic}/decision/exception", "topics-manage", "approver"),
    _staff("DELETE /v1/topics/{topic}/decision/exception", "topics-manage", "approver"),
    _staff("GET /v1/ops/executions", "topics-operate", "operator"),
    _staff("GET /v1/ops/executions/{topic}", "topics-operate", "operator"),
    _staff("POST /v1/ops/executions/{topic}/resume", "topics-operate", "operator"),
    _staff("POST /v1/ops/reconcile", "topics-operate", "operator", scope="programme"),
    _staff("GET /v1/ops/queues", "topics-queues", "operator", scope="programme"),
    _staff("POST /v1/ops/queues/{queue}/redrive", "topics-queues", "operator", scope="programme"),
    # comments
    _public("GET /v1/topics/{topic}/comments", "comments-read"),
    _public("GET /v1/topics/{topic}/comments/{comment}", "comments-read"),
    _staff("GET /v1/topics/{topic}/inquiries", "comments-read", "officer", "approver", "auditor"),
    _staff(
        "GET /v1/topics/{topic}/participation", "comments-read", "officer", "approver", "auditor"
    ),
    _public("POST /v1/receipts/check", "comments-read"),
    _public("GET /.well-known/tashawur-keys.json", "comments-read"),
    _public("POST /v1/topics/{topic}/comments", "comments-submit", sign_in="optional"),
    _public("GET /v1/challenge", "comments-submit"),
    _public(
        "POST /v1/topics/{topic}/comments/{comment}/withdrawal",
        "comments-manage",
        sign_in="optional",
    ),
    _public(
        "POST /v1/topics/{topic}/comments/{comment}/appeal", "comments-manage", sign_in="optional"
    ),
    _public(
        "POST /v1/topics/{topic}/comments/{comment}/flag", "comments-manage", sign_in="optional"
    ),
    _staff("POST /v1/topics/{topic}/comments/{comment}/answer", "comments-manage", "officer"),
    _public("POST /v1/erasure-requests", "comments-manage", sign_in="optional"),
    _public("GET /v1/erasure-requests/{request}", "comments-manage"),
    _public("POST /v1/access-requests", "comments-access"),
    # moderation
    _staff("GET /v1/moderation/cases", "moderation-queue", "moderator", "senior_moderator"),
    _staff(
        "POST /v1/moderation/cases/{case}/claim",
        "moderation-queue",
        "moderator",
        "senior_moderator",
    ),
    _staff(
        "POST /v1/moderation/cases/{case}/decision",
        "moderation-queue",
        "moderator",
        "senior_moderator",
    ),
    _staff(
        "POST /v1/moderation/cases/{case}/undo",
        "moderation-queue",
        "moderator",
        "senior_moderator",
    ),
    _staff("POST /v1/moderation/appeals/{case}/decision", "moderation-queue", "senior_moderator"),
    _staff(
        "GET /v1/topics/{topic}/moderation-terms",
        "moderation-terms",
        "officer",
        "moderator",
        "senior_moderator",
        "auditor",
    ),
    _staff("PUT /v1/topics/{topic}/moderation-terms", "moderation-terms", "officer"),
    _public("GET /v1/topics/{topic}/moderation-report", "moderation-report"),
    # analysis
    _staff("GET /v1/topics/{topic}/analysis", "analysis-read", "officer", "approver", "auditor"),
    _staff(
        "GET /v1/topics/{topic}/analysis/progress",
        "analysis-read",
        "officer",
        "approver",
        "auditor",
    ),
    _public("GET /v1/topics/{topic}/results", "analysis-read"),
    _public("GET /v1/topics/{topic}/results/charts", "analysis-charts"),
    _public("GET /v1/topics/{topic}/results/charts/{chart}", "analysis-charts"),
    _staff("PATCH /v1/topics/{topic}/analysis/themes", "analysis-themes", "officer"),
    _staff(
        "GET /v1/topics/{topic}/analysis/corrections",
        "analysis-themes",
        "officer",
        "approver",
        "auditor",
    ),
    _staff(
        "GET /v1/topics/{topic}/analysis/brief",
        "analysis-themes",
        "officer",
        "approver",
        "auditor",
    ),
    _staff("PUT /v1/topics/{topic}/analysis/brief", "analysis-themes", "officer"),
    _staff("PUT /v1/topics/{topic}/dispositions", "analysis-dispositions", "officer"),
    _staff("POST /v1/topics/{topic}/dispositions/import", "analysis-dispositions", "officer"),
    _staff("POST /v1/topics/{topic}/dispositions/corrections", "analysis-dispositions", "officer"),
    _staff(
        "GET /v1/topics/{topic}/dispositions/outstanding",
        "analysis-dispositions",
        "officer",
        "approver",
        "auditor",
    ),
    _staff(
        "GET /v1/topics/{topic}/dispositions",
        "analysis-dispositions",
        "officer",
        "approver",
        "auditor",
    ),
    # outreach
    _public("GET /v1/feed.atom", "outreach-read"),
    _public("GET /v1/topics/{topic}/feed.atom", "outreach-read"),
    _public("GET /v1/topics/{topic}/notices", "outreach-read"),
    _staff(
        "GET /v1/topics/{topic}/deliveries",
        "outreach-read",
        "officer",
        "approver",
        "auditor",
        "operator",
    ),
    _public("POST /v1/topics/{topic}/subscriptions", "outreach-subscriptions"),
    _public(
        "GET /v1/topics/{topic}/subscriptions/{subscription}/confirmation",
        "outreach-subscriptions",
    ),
    _public("DELETE /v1/topics/{topic}/subscriptions/{subscription}", "outreach-subscriptions"),
    _public(
        "POST /v1/topics/{topic}/subscriptions/{subscription}/unsubscription",
        "outreach-subscriptions",
    ),
    _public(
        "POST /v1/topics/{topic}/subscriptions/{subscription}/confirmation",
        "outreach-subscriptions",
    ),
    _public(
        "GET /v1/topics/{topic}/subscriptions/{subscription}/unsubscription",
        "outreach-subscriptions",
    ),
    _public("POST /v1/subscriptions", "outreach-subscriptions"),
    _public("GET /v1/subscriptions/{scope}/{subscription}/confirmation", "outreach-subscriptions"),
    _public("POST /v1/subscriptions/{scope}/{subscription}/confirmation", "outreach-subscriptions"),
    _public("DELETE /v1/subscriptions/{scope}/{subscription}", "outreach-subscriptions"),
    _public(
        "GET /v1/subscriptions/{scope}/{subscription}/unsubscription", "outreach-subscriptions"
    ),
    _public(
        "POST /v1/subscriptions/{scope}/{subscription}/unsubscription", "outreach-subscriptions"
    ),
    _public("GET /v1/stop/{stop}", "outreach-subscriptions"),
    _staff("GET /v1/webhooks", "outreach-webhooks", "officer", "operator"),
    _staff("POST /v1/webhooks", "outreach-webhooks", "officer", "operator"),
    _staff("DELETE /v1/webhooks/{webhook}", "outreach-webhooks", "officer", "operator"),
    # archive
    _public("GET /v1/topics/{topic}/record", "archive-read"),
    _public("GET /v1/catalog.jsonld", "archive-read"),
    _public("GET /v1/topics/{topic}/heads", "archive-read"),
    _public("GET /v1/topics/{topic}/heads/consistency", "archive-read"),
    _public("GET /v1/log/head", "archive-read"),
    _public("GET /v1/log/entries", "archive-read"),
    _public("GET /v1/log/consistency", "archive-read"),
    _staff("GET /v1/audit", "archive-trail", "auditor"),
    # whatever else: the answer is a problem document, not the gateway's own text
    _public("$default", "topics-read"),
)

BY_ROUTE: dict[str, Permission] = {permission.route: permission for permission in PERMISSIONS}


def routes_of(function: str) -> tuple[Permission, ...]:
    """Permissions of the routes that one function serves, in the table's order."""
    return tuple(entry for entry in PERMISSIONS if entry.function == function)
