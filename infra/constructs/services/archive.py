"""The archive service: the sealed record, the catalogue, the audit trail, the trees."""

from collections.abc import Sequence

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import BULK, Size
from infra.constructs.service import Platform, Service
from infra.constructs.subscription import Every, EveryEvent, Interest, Pull

_RECORDS = ("T#*", "CATALOGUE")
_ERASED = "ERASED#*"
_ENTRIES = "AUDIT#*"
_EVENTS = "AUDITED#*"
_HEADS = "AUDITHEAD#*"
_MARKS = "PARKED"
_TREES = ("TREE#*", "LOG", "LOGGED")
_LEAVES = "comments-leaves"
_GROWTH = Every(interval=Duration.hours(6))
"""How often trees take up what came; heads are signed at least once a day."""
_ERASURES = Interest(types=("CommentErased",), services=("comments",))
_SEALING = Size(memory=BULK.memory, timeout=BULK.timeout, disk=10_240)
"""A file waits on the disk until its length is known; the answers to all comments are one file, and
a million of them more than 512 MB. This is all that there is, and costs next to nothing."""
_WRITERS = 2
"""Batches of events at once, the fewest that AWS takes: those of a topic wait for each other."""


class Archive(Service):
    """Functions of the archive service.

    Parameters
    ----------
    licence_url : str
        Licence under which records are published.
    report_layers : sequence of aws_cdk.aws_lambda.ILayerVersion
        What writes a record's report.
    """

    def __init__(
        self,
        scope: Construct,
        platform: Platform,
        *,
        licence_url: str,
        report_layers: Sequence[lambda_.ILayerVersion],
    ) -> None:
        super().__init__(
            scope,
            "archive",
            platform=platform,
            environment={
                "ARCHIVE_BUCKET_NAME": platform.archive.bucket.bucket_name,
                "TEXTS_BUCKET_NAME": platform.texts.bucket.bucket_name,
                "ARCHIVE_LICENCE_URL": licence_url,
                **platform.keys.signing_variables,
            },
            calls=(_LEAVES,),
        )
        self._records(report_layers)
        self.relay()
        self._audit()
        self._trees()
        self.reconcile(partitions=(*_RECORDS, _MARKS))

    def _records(self, report_layers: Sequence[lambda_.ILayerVersion]) -> None:
        platform, table = self.platform, self.table
        records, secret = platform.archive, platform.keys.read_secret()
        texts = [*platform.texts.get("records/*"), *platform.texts.put("records/*")]
        write = table.use(
            "GetItem", "PutItem", "Query", "UpdateItem", partitions=(*_RECORDS, _ERASED)
        )
        sign = platform.keys.sign_heads()
        audited = table.use("GetItem", "Query", partitions=(_ENTRIES, _HEADS))
        files = [*platform.exports.get("parts/*"), *records.get(), *records.put(), *texts]
        grants = (write, audited, files, secret, self._grow())
        self.function("seal", *grants, size=_SEALING, layers=report_layers)
        self.on_events("consume", write, texts, sign, interest=_ERASURES, size=BULK)
        look = table.use("GetItem", "Query", partitions=(*_RECORDS, *_TREES))
        shown = [*records.get(), *records.get_trees(), *platform.texts.get("records/*")]
        self.on_request("read", look, shown, secret)

    def _audit(self) -> None:
        """The trail: entries are put and never changed; only where a chain ends moves on."""
        table = self.table
        record = [
            *table.use("PutItem", partitions=(_ENTRIES, _EVENTS)),
            *table.use("GetItem", partitions=(_EVENTS, _HEADS)),
            *table.use("UpdateItem", partitions=(_HEADS,)),
        ]
        self.on_events("audit", record, interest=EveryEvent(), pull=Pull(at_once=_WRITERS))
        read = table.use("GetItem", "Query", partitions=(_ENTRIES, _HEADS))
        self.on_request("trail", read, table.query_index(), self.platform.keys.read_secret())

    def _grow(self) -> list[iam.PolicyStatement]:
        """Have a round's tree grow, and sign what it is then."""
        platform = self.platform
        return [
            *self.table.use("GetItem", "PutItem", "Query", "UpdateItem", partitions=_TREES),
            *platform.archive.grow_trees(),
            *platform.exports.get("work/comments/*"),
            *platform.keys.sign_heads(),
            *self.invoke(_LEAVES),
        ]

    def _trees(self) -> None:
        self.on_events("grow", self._grow(), interest=_GROWTH, size=BULK)
        shown = self.table.use("GetItem", "Query", partitions=_TREES)
        self.function("prove", shown, self.platform.archive.get_trees())
