"""The comments service: intake, public lists, counters, the one export."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from aws_cdk import Duration
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import BULK, WHOLE_CPU
from infra.constructs.rotation import YearlyRotation
from infra.constructs.service import Platform, Service
from infra.constructs.stream import Reading
from infra.constructs.subscription import Every, Interest

_SCREEN = "moderation-screen"
_CONTEST = "moderation-contest"
_DISPOSITIONS = "analysis-serve"
_PROOFS = "archive-prove"
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


_LOOK = Every(interval=Duration.hours(6))
"""How often it is looked who takes part; each round is looked at once a day."""
_FORGET = Every(interval=Duration.hours(6))
"""How often requests of erasure are carried out that wait, and keys deleted whose time is over."""
_TOLD: dict[str, Any] = {
    "eventName": ["INSERT"],
    "dynamodb": {"Keys": {"pk": {"S": [{"prefix": f"{letter}#"} for letter in "TCWGEFQ"]}}},
}
"""Comments and audit items; not what is counted of senders, of which there is one a comment."""


@dataclass(frozen=True, kw_only=True)
class Admission:
    """What senders may send: see `infra.settings`."""

    per_account: int
    per_address: int
    challenge: str

    @property
    def variables(self) -> dict[str, str]:
        """What the functions are told of it."""
        return {
            "SUBMISSIONS_PER_ACCOUNT": str(self.per_account),
            "SUBMISSIONS_PER_ADDRESS": str(self.per_address),
            "CHALLENGE": self.challenge,
        }


class Comments(Service):
    """Functions of the comments service.

    Parameters
    ----------
    admission : Admission
        What senders may send.
    intake_layers : sequence of aws_cdk.aws_lambda.ILayerVersion
        What only intake depends on.
    """

    def __init__(
        self,
        scope: Construct,
        platform: Platform,
        *,
        admission: Admission,
        intake_layers: Sequence[lambda_.ILayerVersion],
    ) -> None:
        super().__init__(
            scope,
            "comments",
            platform=platform,
            environment={
                "COMMENTS_DATA_KEY_ID": platform.keys.topics.key_arn,
                **admission.variables,
                "RECEIPT_KEYS_SECRET_ARN": platform.keys.receipts.secret_arn,
                **platform.keys.head_variables,
            },
            calls=(_SCREEN, _CONTEST, _DISPOSITIONS, _PROOFS),
        )
        self._requests(intake_layers)
        self._collection()
        self._schedules()
        self._streams()
        rotate = self.function("rotate", platform.keys.rotate_receipt_keys())
        secret = platform.keys.receipts
        YearlyRotation(self, "ReceiptKeys", secret=secret, function=rotate)

    def _requests(self, intake_layers: Sequence[lambda_.ILayerVersion]) -> None:
        table, keys = self.table, self.platform.keys
        secret, receipts = keys.read_secret(), keys.read_receipt_keys()
        intake = [
            *table.use("GetItem", "PutItem"),
            *table.use("UpdateItem", partitions=("L#*",)),
        ]
        unwrap = keys.unwrap_topic_key()
        self.on_request("submit", intake, secret, receipts, unwrap, layers=intake_layers)
        public = [*table.use("GetItem", "Query"), *table.query_index()]
        shown = [*receipts, *keys.show_head_key()]
        self.on_request("read", public, secret, shown, self.invoke(_DISPOSITIONS, _PROOFS))
        change = table.use("GetItem", "PutItem", "UpdateItem")
        self.on_request("manage", change, secret, self.invoke(_CONTEST))
        record = table.use("PutItem", partitions=("Q#*",))
        self.on_request("access", table.use("GetItem"), record, secret, unwrap)

    def _collection(self) -> None:
        table = self.table
        order = table.use("GetItem", "PutItem", "UpdateItem")
        self.function("set_window", order, self.platform.keys.make_topic_key())
        unwrap = self.platform.keys.unwrap_topic_key()
        self.function(
            "contacts", table.use("GetItem", "Query"), table.query_index("grouped"), unwrap
        )
        self.function("count", table.use("GetItem", "Query"), table.query_index("grouped"))
        files = [*self.platform.exports.upload("comments/*"), *self.put_parts()]
        leaves = self.platform.exports.upload("work/comments/*")
        self.function("leaves", table.use("GetItem", "Query"), leaves, size=WHOLE_CPU)
        self.function("export", table.use("GetItem", "Query"), files, unwrap, size=BULK)

    def _streams(self) -> None:
        commit = self.table.use("GetItem", "PutItem", "UpdateItem")
        self.on_stream("screen", commit, self.invoke(_SCREEN), reading=_SCREENING)
        self.on_events(
            "consume",
            commit,
            interest=Interest(
                types=(
                    "ModerationDecided",
                    "ModerationUndone",
                    "CommentAppealed",
                    "DecisionAnnounced",
                    "TopicClosed",
                    "TopicWithdrawn",
                    "TopicReopened",
                ),
                services=("moderation", "topics"),
            ),
        )
        self.relay(reading=Reading(pattern=_TOLD))
        self.reconcile(self.table.use("UpdateItem"))

    def _schedules(self) -> None:
        self.on_events(
            "inclusion",
            self.table.use("GetItem", "Query"),
            self.table.use("PutItem", "UpdateItem", partitions=("G#*",)),
            self.platform.keys.unwrap_topic_key(),
            interest=_LOOK,
        )
        self.on_events(
            "forget",
            self.table.use("GetItem", "PutItem", "Query", "UpdateItem"),
            self.platform.keys.read_secret(),
            interest=_FORGET,
        )
