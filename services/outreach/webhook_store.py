"""Endpoints in the outreach table; `store` has the rest of its keys.

``pk = WEBHOOKS``, ``sk = W#<webhook>``: the endpoints, which are few. ``pk = W#<webhook>``, ``sk =
A#<round>#<version>``: audit, one item per change. Secrets are derived and kept nowhere.
"""

from collections.abc import Iterator
from datetime import datetime

from services.outreach.events import WebhookRegistered, WebhookRemoved
from services.outreach.model.webhook import Endpoint
from services.outreach.store import ChangedMeanwhile
from services.shared.events import Actor, audit
from services.shared.table import ConditionFailed, Put, Table, Update

_ENDPOINTS = "WEBHOOKS"


class WebhookStore:
    """Endpoints in DynamoDB.

    Parameters
    ----------
    table : Table
        The outreach table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def endpoint(self, webhook_id: str) -> Endpoint | None:
        """Endpoint, active or removed, or ``None``."""
        item = self._table.get(_ENDPOINTS, _sk(webhook_id))
        return Endpoint.model_validate(item) if item else None

    def endpoints(self) -> Iterator[Endpoint]:
        """The active endpoints."""
        for item in self._table.items(_ENDPOINTS, prefix="W#"):
            endpoint = Endpoint.model_validate(item)
            if endpoint.status == "active":
                yield endpoint

    def save(self, endpoint: Endpoint, *, actor: Actor, at: datetime) -> None:
        """Write an endpoint's next version.

        Raises
        ------
        ChangedMeanwhile
            If it was changed since it was read.
        """
        kind = WebhookRegistered if endpoint.status == "active" else WebhookRemoved
        written = audit(
            kind(webhook_id=endpoint.webhook_id),
            pk=_sk(endpoint.webhook_id),
            version=endpoint.version,
            topic_id=endpoint.scope,
            round_=0,
            actor=actor,
            at=at,
        )
        try:
            self._table.transact(_row(endpoint), written)
        except ConditionFailed as error:
            raise ChangedMeanwhile from error


def _row(endpoint: Endpoint) -> Put | Update:
    fields = endpoint.model_dump(mode="json", exclude_none=True)
    sk = _sk(endpoint.webhook_id)
    if endpoint.version == 1:
        return Put(item={"pk": _ENDPOINTS, "sk": sk} | fields)
    return Update(pk=_ENDPOINTS, sk=sk, set=fields, when={"version": endpoint.version - 1})


def _sk(webhook_id: str) -> str:
    return f"W#{webhook_id}"
