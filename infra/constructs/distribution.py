"""CloudFront before the HTTP API: TLS 1.2, the firewall, and no cache but what the API allows."""

from dataclasses import dataclass

from aws_cdk import Duration, SecretValue
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_logs as logs
from constructs import Construct

from infra.constructs.function import log_group
from infra.constructs.reasons import explain
from services.shared.origin import HEADER, VIEWER_HEADER

_ERRORS = (400, 403, 404, 405, 414, 416, 500, 501, 502, 503, 504)
"""What CloudFront would keep for ten seconds of itself."""
_LONGEST = Duration.days(1)
_HSTS = Duration.days(365)
_LOGGED = (
    "date",
    "time",
    "x-edge-location",
    "x-edge-request-id",
    "x-edge-result-type",
    "x-edge-response-result-type",
    "cs-method",
    "cs-protocol",
    "cs-protocol-version",
    "ssl-protocol",
    "sc-status",
    "sc-content-type",
    "sc-bytes",
    "cs-bytes",
    "time-taken",
    "time-to-first-byte",
)
"""What an access log line says: no address, no agent, no referrer, neither path nor query."""


_VIEWER = f"""function handler(event) {{
    var request = event.request;
    request.headers["{VIEWER_HEADER}"] = {{ value: event.viewer.ip }};
    return request;
}}
"""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The API behind, and what shows it that a request came through here.

    Attributes
    ----------
    domain : str
        Host name of the API.
    secret_name : str
        Name of the origin secret in this stack's region.
    secret_edition : int
        Raised after the secret was changed, so that the next deployment reads it again.
    """

    domain: str
    secret_name: str
    secret_edition: int


@dataclass(frozen=True, kw_only=True)
class PublicAddress:
    """Where the public reaches it: a host name, and the certificate (us-east-1) for it."""

    host: str
    certificate_arn: str


class ApiDistribution(Construct):
    """CloudFront distribution of one stage.

    Parameters
    ----------
    stage : str
        Part of its names.
    origin : Origin
        What stands behind it.
    address : PublicAddress
        What it is known as.
    web_acl_arn : str
        The firewall's.
    log_retention_days : int
        How long access logs are kept.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        origin: Origin,
        address: PublicAddress,
        web_acl_arn: str,
        log_retention_days: int,
    ) -> None:
        super().__init__(scope, construct_id)
        certificate = acm.Certificate.from_certificate_arn(
            self, "Certificate", address.certificate_arn
        )
        self.distribution = cloudfront.Distribution(
            self,
            "Distribution",
            comment=f"Tashawur {stage}, origin secret {origin.secret_edition}",
            domain_names=[address.host],
            certificate=certificate,
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            default_behavior=self._behavior(stage, origin),
            error_responses=[
                cloudfront.ErrorResponse(http_status=status, ttl=Duration.seconds(0))
                for status in _ERRORS
            ],
            web_acl_id=web_acl_arn,
        )
        explain(self.distribution, "CFR1", _FROM_ABROAD)
        explain(self.distribution, "CFR3", _LOGGED_ELSEWHERE)
        self._log(stage, log_retention_days)

    def _behavior(self, stage: str, origin: Origin) -> cloudfront.BehaviorOptions:
        secret = SecretValue.secrets_manager(origin.secret_name)
        return cloudfront.BehaviorOptions(
            origin=origins.HttpOrigin(
                origin.domain,
                protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
                origin_ssl_protocols=[cloudfront.OriginSslPolicy.TLS_V1_2],
                custom_headers={HEADER: secret.unsafe_unwrap()},
            ),
            allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
            viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            cache_policy=self._cache_policy(stage),
            function_associations=[self._viewer(stage)],
            # Idempotency-Key, If-Match and all else; not Host, by which the API knows itself.
            origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
            response_headers_policy=self._headers_policy(stage),
        )

    def _viewer(self, stage: str) -> cloudfront.FunctionAssociation:
        """Tell the API who asks: CloudFront's own header for it goes with no Host of the origin."""
        function = cloudfront.Function(
            self,
            "Viewer",
            function_name=f"tashawur-{stage}-viewer",
            comment="Tells the API the address of the viewer, whatever the viewer says it is",
            code=cloudfront.FunctionCode.from_inline(_VIEWER),
            runtime=cloudfront.FunctionRuntime.JS_2_0,
        )
        return cloudfront.FunctionAssociation(
            function=function, event_type=cloudfront.FunctionEventType.VIEWER_REQUEST
        )

    def _cache_policy(self, stage: str) -> cloudfront.CachePolicy:
        """Keep what the API calls public, apart for each language and never across tokens."""
        return cloudfront.CachePolicy(
            self,
            "Cache",
            cache_policy_name=f"tashawur-{stage}",
            min_ttl=Duration.seconds(0),
            default_ttl=Duration.seconds(0),
            max_ttl=_LONGEST,
            header_behavior=cloudfront.CacheHeaderBehavior.allow_list(
                "Accept-Language", "Authorization", "Origin"
            ),
            query_string_behavior=cloudfront.CacheQueryStringBehavior.all(),
            cookie_behavior=cloudfront.CacheCookieBehavior.none(),
            enable_accept_encoding_gzip=True,
            enable_accept_encoding_brotli=True,
        )

    def _headers_policy(self, stage: str) -> cloudfront.ResponseHeadersPolicy:
        return cloudfront.ResponseHeadersPolicy(
            self,
            "Headers",
            response_headers_policy_name=f"tashawur-{stage}",
            security_headers_behavior=cloudfront.ResponseSecurityHeadersBehavior(
                strict_transport_security=cloudfront.ResponseHeadersStrictTransportSecurity(
                    access_control_max_age=_HSTS, include_subdomains=True, override=True
                ),
                content_type_options=cloudfront.ResponseHeadersContentTypeOptions(override=True),
                frame_options=cloudfront.ResponseHeadersFrameOptions(
                    frame_option=cloudfront.HeadersFrameOption.DENY, override=True
                ),
                referrer_policy=cloudfront.ResponseHeadersReferrerPolicy(
                    referrer_policy=cloudfront.HeadersReferrerPolicy.NO_REFERRER, override=True
                ),
            ),
        )

    def _log(self, stage: str, days: int) -> None:
        """Write access logs by CloudWatch's deliveries, which let us choose the fields."""
        name = f"tashawur-{stage}-edge"
        group = log_group(self, "Logs", name=f"/aws/vendedlogs/cloudfront/{name}", days=days)
        source = logs.CfnDeliverySource(
            self,
            "LogSource",
            name=name,
            log_type="ACCESS_LOGS",
            resource_arn=self.distribution.distribution_arn,
        )
        destination = logs.CfnDeliveryDestination(
            self,
            "LogDestination",
            name=name,
            destination_resource_arn=group.log_group_arn,
            output_format="json",
        )
        delivery = logs.CfnDelivery(
            self,
            "LogDelivery",
            delivery_source_name=source.name,
            delivery_destination_arn=destination.attr_arn,
            record_fields=list(_LOGGED),
        )
        delivery.add_resource_dependency(source)


_FROM_ABROAD = (
    "Citizens who live or travel abroad take part too, so that no country is shut out; addresses of"
    " ill repute are, by the firewall."
)
_LOGGED_ELSEWHERE = (
    "Access logs are delivered by CloudWatch (the LogDelivery beside it), which can leave out the"
    " callers' addresses; the distribution's own logging property cannot."
)
