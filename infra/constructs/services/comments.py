"""The comments service: intake, public lists, counters, the one export."""

from constructs import Construct

from infra.constructs.function import BULK
from infra.constructs.service import Platform, Service
from infra.constructs.stream import Reading
from infra.constructs.subscription import Interest

_SCREEN = "moderation-screen"
_DISPOSITIONS = "analysis-serve"
_SCREENING = Reading(
    pattern={
        "eventName": ["INSERT"],
        "dynamodb": {"NewImage": {"status": {"S": ["screening"]}}},
    },
    batch=99,
    window_seconds=1,
    parallel=2,
)
"""New comments, at most as many as one transaction commits beside the counters.

More lanes would have emptier batches, and each writes to the counters: `bench/throttling.py`.
"""


class Comments(Service):
    """Functions of the comments service."""

    def __init__(self, scope: Construct, platform: Platform) -> None:
        super().__init__(
            scope,
            "comments",
            platform=platform,
            environment={"COMMENTS_DATA_KEY_ID": platform.keys.topics.key_arn},
            calls=(_SCREEN, _DISPOSITIONS),
        )
        self._requests()
        self._collection()
        self._streams()

    def _requests(self) -> None:
        table, keys = self.table, self.platform.keys
        secret = keys.read_secret()
        intake = table.use("GetItem", "PutItem")
        self.on_request("submit", intake, secret, keys.unwrap_topic_key())
        public = [*table.use("GetItem", "Query"), *table.query_index()]
        self.on_request("read", public, secret, self.invoke(_DISPOSITIONS))
        self.on_request("manage", table.use("GetItem", "PutItem", "UpdateItem"), secret)

    def _collection(self) -> None:
        table = self.table
        order = table.use("GetItem", "PutItem", "UpdateItem")
        self.function("set_window", order, self.platform.keys.make_topic_key())
        self.function("count", table.use("GetItem", "Query"))
        files = [*self.platform.exports.put("comments/*"), *self.put_parts()]
        self.function("export", table.use("GetItem", "Query"), files, size=BULK)

    def _streams(self) -> None:
        commit = self.table.use("GetItem", "PutItem", "UpdateItem")
        self.on_stream("screen", commit, self.invoke(_SCREEN), reading=_SCREENING)
        self.on_events(
            "consume",
            commit,
            interest=Interest(
                types=("ModerationDecided", "DecisionAnnounced"),
                services=("moderation", "topics"),
            ),
        )
        self.relay()
        self.reconcile(self.table.use("UpdateItem"))
