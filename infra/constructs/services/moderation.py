"""The moderation service: screening, cases, decisions, appeals, the public report."""

from aws_cdk import Duration
from constructs import Construct

from infra.constructs.function import BULK, WHOLE_CPU
from infra.constructs.service import Platform, Service
from infra.constructs.subscription import Every, Interest

_COUNT, _TOPICS = "comments-count", "topics-serve"
_WATCH = Every(interval=Duration.minutes(15))
"""How often the ages of the cases are looked at."""


class Moderation(Service):
    """Functions of the moderation service."""

    def __init__(self, scope: Construct, platform: Platform) -> None:
        super().__init__(scope, "moderation", platform=platform, calls=(_COUNT, _TOPICS))
        table, secret = self.table, platform.keys.read_secret()
        write = table.use("GetItem", "PutItem", "UpdateItem")
        screen = table.use("BatchGetItem", "GetItem", "PutItem", "UpdateItem")
        self.function("screen", screen, size=WHOLE_CPU)
        self.function("contest", write, table.use("Query"))
        alike = table.use("BatchGetItem", "Query")
        self.on_request("queue", write, alike, table.query_index(), secret)
        self.on_request("terms", write, self.invoke(_TOPICS))
        self.on_request("report", table.use("Query"), self.invoke(_COUNT))
        gone = Interest(types=("CommentWithdrawn", "CommentErased"), services=("comments",))
        self.on_events("consume", write, interest=gone)
        self.on_events("watch", table.query_index(), interest=_WATCH)
        self.relay()
        self.reconcile()
        self.function(
            "export", table.use("Query"), self.put_parts(), self.invoke(_COUNT), size=BULK
        )
