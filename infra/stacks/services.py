"""What runs: functions, queues, the API, the state machine."""

from itertools import chain

from aws_cdk import Environment, Stack
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.constructs.alarms import Watched
from infra.constructs.api import ConsultationApi
from infra.constructs.bundling import services_code
from infra.constructs.function import Runtime
from infra.constructs.layers import DependencyLayer
from infra.constructs.machine import ConsultationMachine
from infra.constructs.names import machine_arn
from infra.constructs.service import Platform, Service
from infra.constructs.services.analysis import Analysis
from infra.constructs.services.archive import Archive
from infra.constructs.services.comments import Admission, Comments
from infra.constructs.services.moderation import Moderation
from infra.constructs.services.outreach import Outreach, SentFrom
from infra.constructs.services.topics import Topics
from infra.settings import InfraSettings
from infra.stacks.state import StateStack


class ServicesStack(Stack):
    """Stack ``Tashawur-<stage>-Services``."""

    def __init__(self, scope: Construct, settings: InfraSettings, *, state: StateStack) -> None:
        super().__init__(
            scope,
            f"Tashawur-{settings.stage}-Services",
            env=Environment(region=settings.region),
            cross_region_references=settings.edge,
            description="Tashawur: functions, API, queues and workflow",
            termination_protection=settings.is_protected,
        )
        api = ConsultationApi(
            self,
            "Api",
            stage=settings.stage,
            issuer=state.issuer,
            requests_per_second=settings.api_requests_per_second,
            log_retention_days=settings.log_retention_days,
        )
        self.api_id = api.api.api_id
        services = self._services(settings, self._platform(settings, state, api))
        functions = dict(chain.from_iterable(made.functions.items() for made in services))
        api.serve(functions)
        ConsultationMachine(
            self,
            "Consultation",
            stage=settings.stage,
            functions=functions,
            items=state.exports.get("work/analysis/*/items.json"),
            log_retention_days=settings.log_retention_days,
        )
        arn = machine_arn(self, settings.stage)
        self.watched = Watched(services=services, api_id=self.api_id, machine_arn=arn)

    def _services(self, settings: InfraSettings, platform: Platform) -> list[Service]:
        layers = self._layer(settings, "OutreachLayer", "--only-group", "outreach")
        calendar = self._layer(settings, "CalendarLayer", "--only-group", "calendar")
        intake = self._layer(settings, "IntakeLayer", "--only-group", "intake")
        analysis = self._layer(settings, "AnalysisLayer", "--only-group", "analysis")
        charts = self._layer(settings, "ChartsLayer", "--only-group", "charts")
        report = self._layer(settings, "ReportLayer", "--only-group", "report")
        topics = Topics(self, platform, calendar_layers=calendar)
        services: list[Service] = [
            topics,
            Comments(self, platform, admission=_admission(settings), intake_layers=intake),
            Moderation(self, platform),
            Analysis(self, platform, layers=analysis, drawing_layers=charts),
            Outreach(self, platform, sender=_sender(settings), layers=layers),
            Archive(self, platform, licence_url=settings.archive_licence_url, report_layers=report),
        ]
        topics.operate_queues([each for one in services for each in one.subscriptions])
        return services

    def _platform(
        self, settings: InfraSettings, state: StateStack, api: ConsultationApi
    ) -> Platform:
        runtime = Runtime(
            stage=settings.stage,
            code=services_code(bundled=settings.stage != "local"),
            layers=self._layer(settings, "Layer", "--no-dev"),
            log_retention_days=settings.log_retention_days,
        )
        return Platform(
            runtime=runtime,
            tables=state.tables,
            keys=state.keys,
            exports=state.exports,
            archive=state.archive,
            texts=state.texts,
            parked=state.parked,
            bus=state.bus,
            issuer=state.issuer,
            public_base_url=settings.public_base_url or api.api.api_endpoint,
            origin_secret=state.origin_secret,
        )

    def _layer(
        self, settings: InfraSettings, construct_id: str, *selection: str
    ) -> list[lambda_.ILayerVersion]:
        """Layer of a selection of packages; none on one machine, which has them installed."""
        if settings.stage == "local":
            return []
        description = f"Tashawur: packages of uv export {' '.join(selection)}"
        return [DependencyLayer(self, construct_id, *selection, description=description)]


def _admission(settings: InfraSettings) -> Admission:
    return Admission(
        per_account=settings.submissions_per_account,
        per_address=settings.submissions_per_address,
        challenge=settings.challenge,
    )


def _sender(settings: InfraSettings) -> SentFrom:
    sender = settings.outreach_sender
    return SentFrom(
        address=sender,
        identity=settings.outreach_identity or sender,
        emails_per_second=settings.emails_per_second,
        texts_per_second=settings.texts_per_second,
    )
