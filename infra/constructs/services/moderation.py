"""The moderation service: screening, cases, decisions, the public report."""

from constructs import Construct

from infra.constructs.function import BULK, WHOLE_CPU
from infra.constructs.service import Platform, Service
from infra.constructs.subscription import Interest


class Moderation(Service):
    """Functions of the moderation service."""

    def __init__(self, scope: Construct, platform: Platform) -> None:
        super().__init__(scope, "moderation", platform=platform)
        table = self.table
        write = table.use("GetItem", "PutItem", "UpdateItem")
        self.function("screen", write, size=WHOLE_CPU)
        self.on_request("queue", write, table.query_index(), platform.keys.read_secret())
        self.on_request("report", table.use("Query"))
        gone = Interest(types=("CommentWithdrawn",), services=("comments",))
        self.on_events("consume", write, interest=gone)
        self.relay()
        self.reconcile()
        self.function("export", table.use("Query"), self.put_parts(), size=BULK)
