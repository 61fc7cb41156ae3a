"""Who signs in: a Cognito user pool with a group per role, or any OIDC issuer by settings."""

from collections.abc import Sequence
from dataclasses import dataclass

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from infra.constructs.reasons import explain
from infra.settings import InfraSettings
from services.shared.permissions import ROLES

_PASSWORD_CHARACTERS = 12
_SECOND_FACTOR = (
    "Everybody may take part, also without a second device, so that it is offered and not demanded;"
    " Cognito cannot demand it of a group alone, and staff are told to turn it on."
)
_THREATS = (
    "The plus tier is priced per participant and scores sign-ins by their addresses; the firewall"
    " in front limits requests by address, and wrong passwords lock an account for a while anyway."
)


@dataclass(frozen=True, kw_only=True)
class Issuer:
    """What the functions and the gateway need to verify an access token."""

    issuer: str
    audience: str
    jwks_url: str


class UserPool(Construct):
    """Accounts of participants and staff; roles are groups, which no user can change.

    A group ``agency.<name>`` is made by whoever makes the agency's first officer.
    """

    def __init__(self, scope: Construct, construct_id: str, *, settings: InfraSettings) -> None:
        super().__init__(scope, construct_id)
        self.pool = self._make_pool(settings)
        self.client = self._make_client(settings.login_callback_urls)
        explain(self.pool, "COG2", _SECOND_FACTOR)
        explain(self.pool, "COG8", _THREATS)
        for role in ROLES:
            cognito.CfnUserPoolGroup(
                self, role, user_pool_id=self.pool.user_pool_id, group_name=role
            )
        login = self._make_login(settings.stage)
        for name, value in (
            ("PoolId", self.pool.user_pool_id),
            ("ClientId", self.client.user_pool_client_id),
            ("LoginUrl", login.base_url()),
        ):
            CfnOutput(self, name, value=value).override_logical_id(name)

    def _make_pool(self, settings: InfraSettings) -> cognito.UserPool:
        return cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=True,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            auto_verify=cognito.AutoVerifiedAttrs(email=True),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=cognito.Mfa.OPTIONAL,
            mfa_second_factor=cognito.MfaSecondFactor(otp=True, sms=False),
            password_policy=cognito.PasswordPolicy(
                min_length=_PASSWORD_CHARACTERS,
                require_lowercase=True,
                require_uppercase=True,
                require_digits=True,
                require_symbols=True,
            ),
            deletion_protection=settings.is_protected,
            removal_policy=settings.removal,
        )

    def _make_login(self, stage: str) -> cognito.UserPoolDomain:
        """Cognito's own pages for signing up and in; the account keeps their name unique."""
        prefix = f"tashawur-{stage}-{Stack.of(self).account}"
        return self.pool.add_domain(
            "Login", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=prefix)
        )

    def _make_client(self, callback_urls: Sequence[str]) -> cognito.UserPoolClient:
        return self.pool.add_client(
            "Portal",
            auth_flows=cognito.AuthFlow(user_srp=True),
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[cognito.OAuthScope.OPENID, cognito.OAuthScope.EMAIL],
                callback_urls=list(callback_urls),
            ),
            generate_secret=False,
            prevent_user_existence_errors=True,
            enable_token_revocation=True,
            access_token_validity=Duration.hours(1),
            refresh_token_validity=Duration.days(1),
        )

    @property
    def issuer(self) -> Issuer:
        """The pool as an issuer; Cognito's access tokens name the client as their audience."""
        region = Stack.of(self).region
        url = f"https://cognito-idp.{region}.amazonaws.com/{self.pool.user_pool_id}"
        return Issuer(
            issuer=url,
            audience=self.client.user_pool_client_id,
            jwks_url=f"{url}/.well-known/jwks.json",
        )


def issuer_of(scope: Construct, settings: InfraSettings) -> Issuer:
    """The issuer that the settings name, or a user pool made for it."""
    if settings.oidc_issuer and settings.oidc_audience and settings.oidc_jwks_url:
        return Issuer(
            issuer=settings.oidc_issuer,
            audience=settings.oidc_audience,
            jwks_url=settings.oidc_jwks_url,
        )
    return UserPool(scope, "Identity", settings=settings).issuer
