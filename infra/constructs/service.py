"""What the services' constructs have in common: variables, functions, relays."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from aws_cdk import Tags
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.bus import ConsultationsBus
from infra.constructs.function import REQUEST, STEP, Runtime, ServiceFunction, Size
from infra.constructs.grants import allow
from infra.constructs.identity import Issuer
from infra.constructs.keys import Keys
from infra.constructs.names import (
    function_arn,
    function_name,
    function_variable,
    mapping_variable,
    pascal,
)
from infra.constructs.origin_secret import OriginSecret
from infra.constructs.storage import ArchiveBucket, ExportsBucket, ParkedBucket, TextsBucket
from infra.constructs.stream import INSERTS, Reading, StreamSource
from infra.constructs.subscription import ORDINARY, Occasion, Pull, Subscription
from infra.constructs.table import ServiceTable

Grants = Sequence[iam.PolicyStatement]


@dataclass(frozen=True, kw_only=True)
class Platform:
    """What the services stand on.

    Attributes
    ----------
    runtime : Runtime
        Code, layers, log retention.
    tables : mapping
        Each service's table, by the service's name.
    keys, exports, archive, texts, parked, bus
        Keys, buckets and bus of the state stack.
    issuer : Issuer
        Whose tokens are trusted.
    public_base_url : str
        Where the public reaches the API.
    origin_secret : OriginSecret or None
        What CloudFront shows the functions, where it stands in front.
    """

    runtime: Runtime
    tables: Mapping[str, ServiceTable]
    keys: Keys
    exports: ExportsBucket
    archive: ArchiveBucket
    texts: TextsBucket
    parked: ParkedBucket
    bus: ConsultationsBus
    issuer: Issuer
    public_base_url: str
    origin_secret: OriginSecret | None


class Service(Construct):
    """One service: a table of its own and the functions that work on it.

    Parameters
    ----------
    name : str
        E.g. ``"topics"``.
    platform : Platform
        What it stands on.
    environment : mapping
        Variables that only this service's functions have.
    calls : sequence of str
        Functions that some of this service's invoke; all of them learn the names.
    layers : sequence of aws_cdk.aws_lambda.ILayerVersion
        Layers that only this service's functions have.

    Attributes
    ----------
    functions : dict
        Its functions by name, e.g. ``"topics-read"``.
    streams : list of StreamSource
        Its functions' readings of the table's stream.
    subscriptions : list of Subscription
        Its functions' subscriptions to events.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        platform: Platform,
        environment: Mapping[str, str] | None = None,
        calls: Sequence[str] = (),
        layers: Sequence[lambda_.ILayerVersion] = (),
    ) -> None:
        super().__init__(scope, pascal(name))
        Tags.of(self).add("service", name)
        self.platform = platform
        self.table = platform.tables[name]
        self.functions: dict[str, ServiceFunction] = {}
        self.streams: list[StreamSource] = []
        self.subscriptions: list[Subscription] = []
        self._name = name
        self._layers = layers
        stage = platform.runtime.stage
        names = {function_variable(called): function_name(stage, called) for called in calls}
        self._environment = {**self._shared_environment(), **(environment or {}), **names}

    def function(
        self,
        handler: str,
        *grants: Grants,
        size: Size = STEP,
        variables: Mapping[str, str] | None = None,
        layers: Sequence[lambda_.ILayerVersion] = (),
    ) -> ServiceFunction:
        """Make the function of a handler: what its role may do, what it alone is told and needs."""
        name = f"{self._name}-{handler}"
        made = ServiceFunction(
            self,
            pascal(handler),
            name=name,
            runtime=self.platform.runtime,
            size=size,
            environment={**self._environment, **(variables or {})},
            grants=[statement for part in grants for statement in part],
            layers=[*self._layers, *layers],
        )
        self.functions[name] = made
        return made

    def on_request(
        self,
        handler: str,
        *grants: Grants,
        size: Size = REQUEST,
        variables: Mapping[str, str] | None = None,
        layers: Sequence[lambda_.ILayerVersion] = (),
    ) -> None:
        """Make a function that serves HTTP routes; which ones, the permission table says."""
        origin = self.platform.origin_secret
        read = origin.read() if origin else []
        self.function(handler, *grants, read, size=size, variables=variables, layers=layers)

    def on_stream(self, handler: str, *grants: Grants, reading: Reading) -> None:
        """Make a function that reads the table's stream."""
        parked = self.platform.parked
        function = self.function(handler, self.table.read_stream(), parked.park(), *grants)
        source = StreamSource(
            self,
            f"{pascal(handler)}Stream",
            table=self.table,
            function=function,
            reading=reading,
            parked=parked.bucket,
        )
        self.streams.append(source)

    def relay(self, *grants: Grants, reading: Reading = INSERTS) -> None:
        """Make the relay, the only function of a service that publishes events."""
        self.on_stream("relay", self.platform.bus.put_events(), *grants, reading=reading)

    def reconcile(self, *grants: Grants, partitions: Sequence[str] = ()) -> None:
        """Make the function that makes good what its streams' readers gave up; call it last.

        Of the table it keeps to `partitions` if there are some, but for what a scan reads.
        """
        readers = {source.function.name: source.mapping.ref for source in self.streams}
        parked = self.platform.parked
        stage = self.platform.runtime.stage
        ids = {mapping_variable(name): ref for name, ref in readers.items()}
        names = {function_variable(name): function_name(stage, name) for name in readers}
        self.function(
            "reconcile",
            self.table.use("GetItem", "PutItem", "Query", partitions=partitions),
            self.table.use("Scan"),
            self.platform.bus.put_events(),
            parked.replay(*readers.values()),
            self.invoke(*readers),
            *grants,
            variables={"PARKED_BUCKET_NAME": parked.bucket.bucket_name, **ids, **names},
        )

    def on_events(
        self,
        handler: str,
        *grants: Grants,
        interest: Occasion,
        pull: Pull = ORDINARY,
        size: Size = STEP,
    ) -> None:
        """Make a function that consumes events from a queue."""
        subscription = Subscription(
            self,
            f"{pascal(handler)}Events",
            name=function_name(self.platform.runtime.stage, f"{self._name}-{handler}"),
            bus=self.platform.bus.bus,
            interest=interest,
            size=size,
        )
        function = self.function(handler, subscription.receive(), *grants, size=size)
        subscription.deliver_to(function, pull)
        self.subscriptions.append(subscription)

    def put_parts(self) -> Grants:
        """Write this service's part of a round's record (``parts/<topic>/<round>/<service>/…``)."""
        return self.platform.exports.upload(f"parts/*/*/{self._name}/*")

    def invoke(self, *functions: str) -> Grants:
        """Invoke functions, by name."""
        stage = self.platform.runtime.stage
        arns = [function_arn(self, stage, function) for function in functions]
        return [allow(["lambda:InvokeFunction"], *arns)]

    def _shared_environment(self) -> dict[str, str]:
        platform = self.platform
        origin = platform.origin_secret
        return {
            "STAGE": platform.runtime.stage,
            f"{self._name.upper()}_TABLE_NAME": self.table.table.table_name,
            "EVENT_BUS_NAME": platform.bus.bus.event_bus_name,
            "EXPORTS_BUCKET_NAME": platform.exports.bucket.bucket_name,
            "SERVICE_KEY_SECRET_ARN": platform.keys.secret.secret_arn,
            "OIDC_ISSUER": platform.issuer.issuer,
            "OIDC_AUDIENCE": platform.issuer.audience,
            "OIDC_JWKS_URL": platform.issuer.jwks_url,
            "PUBLIC_BASE_URL": platform.public_base_url,
            **({"ORIGIN_SECRET_ARN": origin.secret.secret_arn} if origin else {}),
        }
