"""The firewall at the edge: what AWS knows to be an attack, and too many requests at once."""

import json
from typing import Any

from aws_cdk import Duration, Fn
from aws_cdk import aws_logs as logs
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from infra.constructs.function import log_group

LOGGED_DAYS = 30
"""A log of attacks names addresses, so that it is kept for a month whatever others are."""
_WINDOW = Duration.minutes(5)
_BODY_RULES = (
    "CrossSiteScripting_BODY",
    "EC2MetaDataSSRF_BODY",
    "GenericLFI_BODY",
    "GenericRFI_BODY",
    "SizeRestrictions_BODY",
)
"""Counted, not enforced: a body is a comment, an import or a definition. It may be longer than the
8 KB at which the size rule begins, and a citizen may well quote a script or a path; the functions
limit its size themselves and never interpret it."""
_GROUPS: dict[str, tuple[str, ...]] = {
    "AWSManagedRulesAmazonIpReputationList": (),
    "AWSManagedRulesKnownBadInputsRuleSet": (),
    "AWSManagedRulesCommonRuleSet": _BODY_RULES,
}
"""AWS's own rules in the order in which they are tried, and those of them that only count."""
# In the form of the gateway's own 429, since the firewall can send no application/problem+json, and
# in both languages, since it cannot choose by Accept-Language.
_TOO_MANY = {
    "message": "طلبات كثيرة: أعد المحاولة بعد دقائق. | Too many requests: please try again in a few"
    " minutes."
}


class Firewall(Construct):
    """Web ACL for CloudFront; only us-east-1 has such.

    Parameters
    ----------
    stage : str
        Part of its name.
    requests_per_address, posts_per_address : int
        Requests in five minutes after which an address has to wait: of all, and of those that send
        something.
    """

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        stage: str,
        requests_per_address: int,
        posts_per_address: int,
    ) -> None:
        super().__init__(scope, construct_id)
        self.acl = waf.CfnWebACL(
            self,
            "Acl",
            name=f"tashawur-{stage}",
            scope="CLOUDFRONT",
            default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
            custom_response_bodies={
                "too-many": waf.CfnWebACL.CustomResponseBodyProperty(
                    content=json.dumps(_TOO_MANY, ensure_ascii=False),
                    content_type="APPLICATION_JSON",
                )
            },
            rules=[
                _rate("rate", requests_per_address, priority=0),
                _rate("posts", posts_per_address, priority=1, only=_POSTS),
                *_managed(),
            ],
            visibility_config=_visible(f"tashawur-{stage}"),
        )
        self._log(stage)

    def _log(self, stage: str) -> None:
        """Write down what was stopped, without tokens and without what was asked for."""
        group: logs.LogGroup = log_group(
            self, "Logs", name=f"aws-waf-logs-tashawur-{stage}", days=LOGGED_DAYS
        )
        hidden = waf.CfnLoggingConfiguration.FieldToMatchProperty
        waf.CfnLoggingConfiguration(
            self,
            "Logging",
            resource_arn=self.acl.attr_arn,
            # The log group's own attribute ends in ":*", which WAF does not take.
            log_destination_configs=[Fn.select(0, Fn.split(":*", group.log_group_arn))],
            redacted_fields=[
                hidden(single_header={"Name": "authorization"}),
                hidden(query_string={}),
            ],
            logging_filter=_ONLY_STOPPED,
        )


_ONLY_STOPPED: dict[str, Any] = {
    "DefaultBehavior": "DROP",
    "Filters": [
        {
            "Behavior": "KEEP",
            "Requirement": "MEETS_ANY",
            "Conditions": [{"ActionCondition": {"Action": "BLOCK"}}],
        }
    ],
}


_POSTS = waf.CfnWebACL.StatementProperty(
    byte_match_statement=waf.CfnWebACL.ByteMatchStatementProperty(
        field_to_match=waf.CfnWebACL.FieldToMatchProperty(method={}),
        positional_constraint="EXACTLY",
        search_string="POST",
        text_transformations=[
            waf.CfnWebACL.TextTransformationProperty(priority=0, type="NONE"),
        ],
    )
)


def _rate(
    name: str, limit: int, *, priority: int, only: waf.CfnWebACL.StatementProperty | None = None
) -> waf.CfnWebACL.RuleProperty:
    acl = waf.CfnWebACL
    response = acl.CustomResponseProperty(
        response_code=429,
        custom_response_body_key="too-many",
        response_headers=[
            acl.CustomHTTPHeaderProperty(name="Retry-After", value=str(_WINDOW.to_seconds()))
        ],
    )
    return acl.RuleProperty(
        name=name,
        priority=priority,
        action=acl.RuleActionProperty(block=acl.BlockActionProperty(custom_response=response)),
        statement=acl.StatementProperty(
            rate_based_statement=acl.RateBasedStatementProperty(
                aggregate_key_type="IP",
                limit=limit,
                evaluation_window_sec=_WINDOW.to_seconds(),
                scope_down_statement=only,
            )
        ),
        visibility_config=_visible(name),
    )


def _managed() -> list[waf.CfnWebACL.RuleProperty]:
    acl = waf.CfnWebACL
    return [
        acl.RuleProperty(
            name=group,
            priority=priority,
            override_action=acl.OverrideActionProperty(none={}),
            statement=acl.StatementProperty(
                managed_rule_group_statement=acl.ManagedRuleGroupStatementProperty(
                    vendor_name="AWS",
                    name=group,
                    rule_action_overrides=[
                        acl.RuleActionOverrideProperty(
                            name=rule, action_to_use=acl.RuleActionProperty(count={})
                        )
                        for rule in counted
                    ],
                )
            ),
            visibility_config=_visible(group),
        )
        for priority, (group, counted) in enumerate(_GROUPS.items(), start=2)
    ]


def _visible(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
