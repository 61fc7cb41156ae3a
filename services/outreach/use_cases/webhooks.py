"""Register, list and remove partners' endpoints."""

from datetime import datetime

from services.outreach.model.webhook import Endpoint, WebhookRequest
from services.outreach.poster import NotPublic, Unresolved, public_addresses
from services.outreach.store import ChangedMeanwhile
from services.outreach.webhook_store import WebhookStore
from services.shared import ids
from services.shared.errors import Conflict, Fault, Forbidden, Invalid, NotFound
from services.shared.events import Actor
from services.shared.identity import Caller


def must_act_for_somebody(caller: Caller) -> None:
    """Refuse who acts neither for an agency nor for the programme, whatever they ask for.

    Raises
    ------
    Forbidden
        If an officer's token names no agency.
    """
    if caller.agency is None and "operator" not in caller.roles:
        raise Forbidden


def register(
    request: WebhookRequest, *, caller: Caller, at: datetime, store: WebhookStore
) -> Endpoint:
    """Register an endpoint for the caller's agency, or for whatever an operator names.

    Raises
    ------
    Forbidden
        As `must_act_for_somebody` has it.
    Invalid
        ``other_agency``, ``webhook_unresolved`` or ``webhook_not_public``.
    Conflict
        ``webhook_registered``.
    """
    agency = _agency(request, caller)
    webhook_id = ids.derived_id("webhook", agency or "", request.url)
    before = store.endpoint(webhook_id)
    if before and before.status == "active":
        raise Conflict("webhook_registered")
    endpoint = Endpoint(
        webhook_id=webhook_id,
        url=request.url,
        agency=agency,
        version=before.version + 1 if before else 1,
        status="active",
        registered_at=at,
    )
    try:
        store.save(endpoint, actor=_actor(caller), at=at)
    except ChangedMeanwhile as error:
        raise Conflict("webhook_registered") from error
    return endpoint


def list_endpoints(*, caller: Caller, store: WebhookStore) -> list[Endpoint]:
    """Active endpoints that the caller may see, in the order of their registration."""
    found = [endpoint for endpoint in store.endpoints() if _covers(caller, endpoint)]
    return sorted(found, key=lambda endpoint: endpoint.registered_at)


def remove(webhook_id: str, *, caller: Caller, at: datetime, store: WebhookStore) -> None:
    """Remove an endpoint; removing it again has no effect.

    Raises
    ------
    NotFound
        If there is none that the caller may see.
    Conflict
        If it was changed at the same time.
    """
    endpoint = store.endpoint(webhook_id)
    if endpoint is None or not _covers(caller, endpoint):
        raise NotFound
    if endpoint.status == "removed":
        return
    removed = endpoint.model_copy(update={"status": "removed", "version": endpoint.version + 1})
    try:
        store.save(removed, actor=_actor(caller), at=at)
    except ChangedMeanwhile as error:
        raise Conflict from error


def _agency(request: WebhookRequest, caller: Caller) -> str | None:
    """Agency that an endpoint is for, every fault of the request found."""
    must_act_for_somebody(caller)
    faults = []
    if caller.agency is not None and request.agency not in {None, caller.agency}:
        faults.append(Fault(field="/agency", code="other_agency"))
    try:
        public_addresses(request.url)
    except Unresolved:
        faults.append(Fault(field="/url", code="webhook_unresolved"))
    except NotPublic:
        faults.append(Fault(field="/url", code="webhook_not_public"))
    if faults:
        raise Invalid(faults=faults)
    return request.agency or caller.agency


def _covers(caller: Caller, endpoint: Endpoint) -> bool:
    """Tell whether an endpoint is the caller's to see: with an agency, only that agency's."""
    if caller.agency is None:
        return "operator" in caller.roles
    return endpoint.agency == caller.agency


def _actor(caller: Caller) -> Actor:
    return caller.acting_as("operator", "officer")
