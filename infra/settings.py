"""Settings of a deployment, from ``TASHAWUR_*`` variables; nothing else in `infra` reads them."""

import os
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from services.shared.head_keys import EarlierKeys

if TYPE_CHECKING:
    from aws_cdk import RemovalPolicy

Stage = Literal["local", "dev", "prod"]
LOG_RETENTIONS = (7, 30, 90, 365)
LOCAL_CALLBACK = "http://localhost:8765/"
"""Where ``python -m scripts.sign_in`` waits for the hosted login."""
_PREFIX = "TASHAWUR_"
_LOCAL: dict[str, Any] = {
    "oidc_issuer": "http://localhost/_local/oidc",
    "oidc_audience": "tashawur-local",
    "oidc_jwks_url": "http://localhost/_local/oidc/jwks.json",
    "public_base_url": "http://localhost",
    "outreach_sender": "consultations@tashawur.example",
    "emails_per_second": 10_000,
    "texts_per_second": 10_000,
}
_PROD: dict[str, Any] = {
    "edge": True,
    "emails_per_second": 14,
    "log_retention_days": 365,
    "archive_retention_days": 3650,
}
_REQUIRED_OUTSIDE_LOCAL = ("region", "outreach_sender")
_REQUIRED_AT_THE_EDGE = ("public_base_url", "edge_certificate_arn")
_OIDC = ("oidc_issuer", "oidc_audience", "oidc_jwks_url")


class InfraSettings(BaseModel):
    """One deployment.

    Attributes
    ----------
    stage : {"local", "dev", "prod"}
        Part of every name. ``local`` is synthesized for one machine and never deployed.
    region : str
        AWS region; required outside ``local``, since quotas differ from one to the next.
    outreach_sender : str
        Address that notices come from, made known to SES; required outside ``local``.
    outreach_identity : str
        Address or domain that SES has verified already and that the sender belongs to; by default
        the sender's address is made known to SES on deployment.
    alarm_email : str
        Address that all alarms are sent to, after its owner has confirmed; nobody by default.
    login_callback_urls : tuple of str
        Where the hosted login may send people back to, separated by spaces in the variable.
    oidc_issuer, oidc_audience, oidc_jwks_url : str
        The OIDC issuer of access tokens; all three, or none for a Cognito user pool of our own.
    archive_licence_url : str
        Licence under which records are published.
    public_base_url : str
        Where the public reaches the API, without trailing slash; the API's own endpoint by default.
    edge : bool
        Whether CloudFront and the firewall stand in front; as a rule in ``prod`` only. Needs
        `public_base_url` and `edge_certificate_arn`.
    edge_certificate_arn : str
        Certificate in us-east-1 for the host of `public_base_url`: CloudFront's own host names
        still take TLS 1.0.
    edge_requests_per_address, edge_posts_per_address : int
        Requests in five minutes after which the firewall makes an address wait: of all, and of
        those that send something.
    origin_secret_edition : int
        Raise it after the origin secret was changed, and deploy the edge.
    head_keys : tuple of EarlierKey
        The keys of heads before the present one, as a JSON list; one entry more makes a new key
        (``docs/runbook.md``).
    log_retention_days : int
        How long CloudWatch keeps logs; 7, 30, 90 or 365.
    archive_retention_days : int
        How long Object Lock holds an archived object at least.
    copy_region : str
        Another region in which the sealed records are kept too; none by default.
    comments_writes_per_second : int
        Write units that the comments table takes from the first second on, in ``prod``. An
        account's quota of a table is 40,000 at first, enough for 9,000 comments a second; 10,000
        want 48,000 and a raised quota (`bench/throttling.py`).
    submissions_per_account : int
        Contributions that an account may send in ten minutes.
    submissions_per_address : int
        Contributions in ten minutes from one network address by whoever is not signed in; many
        share an address: a school, a telephone company's customers.
    challenge : {"none", "proof-of-work"}
        What whoever is not signed in must solve for each contribution.
    emails_per_second, texts_per_second : int
        Mails that SES and text messages that SNS takes of the account in a second, all functions
        together; by default what new accounts have, outside ``prod`` SES's sandbox.
    api_requests_per_second : int
        Rate at which the API's stage begins to throttle; stay below the region's quota.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    stage: Stage = "dev"
    region: str | None = None
    outreach_sender: str = Field(default="", pattern=r"^(.+@.+)?$")
    outreach_identity: str | None = None
    alarm_email: str | None = Field(default=None, pattern=r"^.+@.+$")
    login_callback_urls: tuple[str, ...] = (LOCAL_CALLBACK,)
    oidc_issuer: str | None = None
    oidc_audience: str | None = None
    oidc_jwks_url: str | None = None
    archive_licence_url: str = "https://creativecommons.org/licenses/by/4.0/"
    public_base_url: str | None = Field(default=None, pattern=r"^https?://.*[^/]$")
    edge: bool = False
    edge_certificate_arn: str | None = Field(
        default=None, pattern=r"^arn:aws:acm:us-east-1:\d{12}:certificate/.+$"
    )
    edge_requests_per_address: int = Field(default=2_000, ge=10)
    edge_posts_per_address: int = Field(default=600, ge=10)
    origin_secret_edition: int = Field(default=1, ge=1)
    head_keys: EarlierKeys = ()
    log_retention_days: int = 30
    archive_retention_days: int = Field(default=1, ge=1)
    copy_region: str | None = None
    comments_writes_per_second: int = Field(default=40_000, ge=4_000)
    submissions_per_account: int = Field(default=30, ge=1, le=500)
    submissions_per_address: int = Field(default=120, ge=1, le=500)
    challenge: Literal["none", "proof-of-work"] = "none"
    emails_per_second: int = Field(default=1, ge=1)
    texts_per_second: int = Field(default=20, ge=1)
    api_requests_per_second: int = Field(default=2_000, ge=1)

    @model_validator(mode="before")
    @classmethod
    def _stage_defaults(cls, values: dict[str, Any]) -> dict[str, Any]:
        stage = values.get("stage", "dev")
        if stage == "local":
            return _LOCAL | values
        if stage == "prod":
            return _PROD | values
        return values

    @field_validator("login_callback_urls", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return value.split() if isinstance(value, str) else value

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed: tuple[str, ...] = () if self.stage == "local" else _REQUIRED_OUTSIDE_LOCAL
        needed += _REQUIRED_AT_THE_EDGE if self.edge else ()
        missing = [_PREFIX + name.upper() for name in needed if not getattr(self, name)]
        if missing:
            edge = " with an edge" if self.edge else ""
            raise ValueError(f"stage {self.stage}{edge} needs {', '.join(missing)}")
        if len({getattr(self, name) is None for name in _OIDC}) > 1:
            raise ValueError("an issuer needs all of OIDC_ISSUER, OIDC_AUDIENCE and OIDC_JWKS_URL")
        if self.copy_region is not None and self.copy_region == self.region:
            raise ValueError("COPY_REGION must be another region than REGION")
        if not self._sender_belongs_to_identity():
            raise ValueError("OUTREACH_SENDER does not belong to OUTREACH_IDENTITY")
        if self.log_retention_days not in LOG_RETENTIONS:
            raise ValueError(f"LOG_RETENTION_DAYS must be one of {LOG_RETENTIONS}")
        return self

    def _sender_belongs_to_identity(self) -> bool:
        identity, (_, _, domain) = self.outreach_identity, self.outreach_sender.partition("@")
        if identity is None or "@" in identity:
            return identity in (None, self.outreach_sender)
        return f".{domain}".endswith(f".{identity}")

    @property
    def is_protected(self) -> bool:
        """Whether what is stored must survive a mistaken deletion."""
        return self.stage == "prod"

    @property
    def removal(self) -> "RemovalPolicy":
        """What becomes of that when its stack is deleted."""
        from aws_cdk import RemovalPolicy

        return RemovalPolicy.RETAIN if self.is_protected else RemovalPolicy.DESTROY

    @classmethod
    def load(cls) -> Self:
        """Read the settings from the environment, e.g. ``TASHAWUR_REGION``.

        Raises
        ------
        pydantic.ValidationError
            If a required one is missing or one does not fit; the text names the variables.
        """
        found: dict[str, Any] = {
            field: os.environ[_PREFIX + field.upper()]
            for field in cls.model_fields
            if _PREFIX + field.upper() in os.environ
        }
        return cls.model_validate(found)
