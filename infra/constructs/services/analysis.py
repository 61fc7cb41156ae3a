"""The analysis service: themes, campaigns, dispositions."""

from collections.abc import Sequence

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.function import BULK, WHOLE_CPU, Size
from infra.constructs.service import Platform, Service
from infra.constructs.subscription import Interest

_TOPICS = "topics-serve"
_REQUEST = Size(memory=WHOLE_CPU.memory, timeout=28)
"""An officer waits for what concerns a whole round; the gateway gives up after 30 s."""

_RUN = Size(memory=3008, timeout=BULK.timeout)
"""All texts of a round: 100,000 comments take about 550 MB (`bench/analysis.py`)."""


class Analysis(Service):
    """Functions of the analysis service; all but relay and consume read what a run has written.

    Parameters
    ----------
    layers : sequence of aws_cdk.aws_lambda.ILayerVersion
        What analyses texts; only a run needs it.
    drawing_layers : sequence of aws_cdk.aws_lambda.ILayerVersion
        What draws charts, for the public and for the record.
    """

    def __init__(
        self,
        scope: Construct,
        platform: Platform,
        *,
        layers: Sequence[lambda_.ILayerVersion],
        drawing_layers: Sequence[lambda_.ILayerVersion],
    ) -> None:
        super().__init__(scope, "analysis", platform=platform, calls=(_TOPICS,))
        self._results = platform.exports.get("analysis/*")
        self._runs(layers)
        self._drawings(drawing_layers)
        self._dispositions()
        self._changes()
        self.relay()
        self.reconcile()

    def _runs(self, layers: Sequence[lambda_.ILayerVersion]) -> None:
        table, exports = self.table, self.platform.exports
        write = table.use("GetItem", "PutItem", "Query", "UpdateItem")
        files = [
            *exports.get("comments/*", "analysis/*"),
            *exports.upload("analysis/*"),
            *exports.work("analysis"),
        ]
        ask = self.invoke(_TOPICS)
        self.function("run", write, files, ask, size=_RUN, layers=layers)
        at_work = [exports.listing("work/analysis/*")]
        look = table.use("GetItem", "Query")
        self.on_request("read", look, self._results, at_work, size=_REQUEST)

    def _drawings(self, layers: Sequence[lambda_.ILayerVersion]) -> None:
        table = self.table
        mark = table.use("GetItem", "Query", "UpdateItem")
        ask = self.invoke(_TOPICS)
        parts = self.put_parts()
        self.function("export", mark, self._results, parts, ask, size=BULK, layers=layers)
        look = table.use("GetItem", "Query")
        self.on_request("charts", look, self._results, size=_REQUEST, layers=layers)

    def _dispositions(self) -> None:
        table, secret = self.table, self.platform.keys.read_secret()
        write = table.use("GetItem", "PutItem", "Query", "UpdateItem")
        ask = self.invoke(_TOPICS)
        kept = self.platform.exports.put("analysis/*")
        self.on_request("dispositions", write, self._results, kept, secret, ask, size=_REQUEST)
        self.on_request("themes", write, self._results, secret, ask, size=_REQUEST)
        mark = table.use("ConditionCheckItem", "GetItem", "Query", "UpdateItem")
        self.function("gate", mark, self._results, kept, ask, size=WHOLE_CPU)
        self.function("serve", table.use("GetItem", "Query"), self._results, size=WHOLE_CPU)

    def _changes(self) -> None:
        told = Interest(
            types=(
                "CommentRejected",
                "CommentRestored",
                "CommentWithdrawn",
                "CommentErased",
                "DecisionAnnounced",
                "TopicReopened",
            ),
            services=("comments", "topics"),
        )
        write = self.table.use("GetItem", "Query", "UpdateItem")
        # Results list all members of all campaigns, and are written anew without what was erased.
        files = [*self._results, *self.platform.exports.put("analysis/*")]
        listing = [self.platform.exports.listing("analysis/*")]
        self.on_events("consume", write, files, listing, interest=told, size=WHOLE_CPU)
