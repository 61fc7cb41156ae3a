"""What stands in front of the API in prod: CloudFront and the firewall, and nothing past them."""

import json
from typing import Any

import pytest

from services.shared.contracts.problem import GatewayMessage
from services.shared.origin import VIEWER_HEADER
from services.shared.permissions import PERMISSIONS
from tests.infra.assembly import REQUIRED, REQUIRED_AT_THE_EDGE, Assembly, synthesize

EDGE = "Tashawur-prod-Edge"
HTTP = {permission.function for permission in PERMISSIONS}
READ = "secretsmanager:GetSecretValue"


def test_the_edge_stands_in_us_east_1_where_its_firewall_must(prod: Assembly) -> None:
    (acl,) = prod.of_type("AWS::WAFv2::WebACL").values()
    assert acl["Scope"] == "CLOUDFRONT"
    assert "AWS::WAFv2::WebACL" in {
        resource["Type"] for resource in prod.templates[EDGE]["Resources"].values()
    }
    region = prod.environments[EDGE]
    assert region == "aws://unknown-account/us-east-1"


def test_dev_has_no_edge_unless_asked(dev: Assembly) -> None:
    assert not dev.of_type("AWS::CloudFront::Distribution")
    for function in dev.functions().values():
        assert "ORIGIN_SECRET_ARN" not in function["Environment"]["Variables"]


def test_the_firewall_tries_repute_bad_inputs_and_common_rules_after_the_rate(
    prod: Assembly,
) -> None:
    rules = sorted(_rules(prod), key=lambda rule: rule["Priority"])
    assert [rule["Name"].removeprefix("AWSManagedRules") for rule in rules] == [
        "rate",
        "posts",
        "AmazonIpReputationList",
        "KnownBadInputsRuleSet",
        "CommonRuleSet",
    ]
    assert all(rule["OverrideAction"] == {"None": {}} for rule in rules[2:])


@pytest.mark.parametrize(("name", "limit"), [("rate", 2_000), ("posts", 600)])
def test_an_address_that_asks_or_sends_too_often_is_told_to_wait(
    prod: Assembly, name: str, limit: int
) -> None:
    (rate,) = (rule for rule in _rules(prod) if rule["Name"] == name)
    statement = rate["Statement"]["RateBasedStatement"]
    assert (statement["Limit"], statement["AggregateKeyType"]) == (limit, "IP")
    scope = statement.get("ScopeDownStatement", {}).get("ByteMatchStatement", {})
    assert scope.get("SearchString") == ("POST" if name == "posts" else None)
    answer = rate["Action"]["Block"]["CustomResponse"]
    assert answer["ResponseCode"] == 429
    (acl,) = prod.of_type("AWS::WAFv2::WebACL").values()
    body = acl["CustomResponseBodies"][answer["CustomResponseBodyKey"]]["Content"]
    # As the contract has it of every 429, and as the gateway itself says it: no problem document.
    (message,) = json.loads(body).values()
    assert GatewayMessage.model_validate_json(body).message == message
    assert "Too many requests" in message
    assert "طلبات كثيرة" in message


def test_long_comments_and_quoted_scripts_are_counted_and_not_stopped(prod: Assembly) -> None:
    (common,) = (rule for rule in _rules(prod) if rule["Name"].endswith("CommonRuleSet"))
    overrides = common["Statement"]["ManagedRuleGroupStatement"]["RuleActionOverrides"]
    counted = {one["Name"] for one in overrides if one["ActionToUse"] == {"Count": {}}}
    assert {"SizeRestrictions_BODY", "CrossSiteScripting_BODY"} <= counted
    assert all(name.endswith("_BODY") for name in counted)


def test_what_was_stopped_is_written_down_without_token_and_query(prod: Assembly) -> None:
    (logging,) = prod.of_type("AWS::WAFv2::LoggingConfiguration").values()
    assert {"SingleHeader": {"Name": "authorization"}} in logging["RedactedFields"]
    assert {"QueryString": {}} in logging["RedactedFields"]
    assert logging["LoggingFilter"]["DefaultBehavior"] == "DROP"


def test_the_public_speaks_tls_1_2_and_passes_the_firewall(prod: Assembly) -> None:
    config = _distribution(prod)
    assert config["Aliases"] == ["consultations.example.gov"]
    certificate = config["ViewerCertificate"]
    assert certificate["MinimumProtocolVersion"] == "TLSv1.2_2021"
    assert certificate["AcmCertificateArn"] == REQUIRED_AT_THE_EDGE["edge_certificate_arn"]
    assert prod.text(config["WebACLId"]).startswith("${FirewallAcl")
    assert config["DefaultCacheBehavior"]["ViewerProtocolPolicy"] == "redirect-to-https"


def test_the_api_behind_is_asked_over_tls_1_2_with_the_secret(prod: Assembly) -> None:
    (origin,) = _distribution(prod)["Origins"]
    assert origin["CustomOriginConfig"]["OriginProtocolPolicy"] == "https-only"
    assert origin["CustomOriginConfig"]["OriginSSLProtocols"] == ["TLSv1.2"]
    (header,) = origin["OriginCustomHeaders"]
    assert header["HeaderName"] == "x-tashawur-origin"
    secret = "{{resolve:secretsmanager:tashawur-prod-origin:SecretString:::}}"
    assert header["HeaderValue"] == secret
    assert origin["DomainName"]["Fn::Join"][1][1] == ".execute-api.me-south-1.amazonaws.com"


def test_nothing_is_cached_but_what_the_api_allows(prod: Assembly) -> None:
    (policy,) = prod.of_type("AWS::CloudFront::CachePolicy").values()
    config = policy["CachePolicyConfig"]
    assert (config["MinTTL"], config["DefaultTTL"]) == (0, 0)
    assert config["MaxTTL"] > 0
    errors = _distribution(prod)["CustomErrorResponses"]
    assert {error["ErrorCachingMinTTL"] for error in errors} == {0}
    assert {403, 404, 500, 503} <= {error["ErrorCode"] for error in errors}


def test_no_answer_is_kept_for_another_language_or_another_token(prod: Assembly) -> None:
    (policy,) = prod.of_type("AWS::CloudFront::CachePolicy").values()
    key = policy["CachePolicyConfig"]["ParametersInCacheKeyAndForwardedToOrigin"]
    assert {"Accept-Language", "Authorization"} <= set(key["HeadersConfig"]["Headers"])
    assert key["QueryStringsConfig"] == {"QueryStringBehavior": "all"}
    assert key["CookiesConfig"] == {"CookieBehavior": "none"}


def test_every_header_and_method_reaches_the_api_but_the_host(prod: Assembly) -> None:
    behavior = _distribution(prod)["DefaultCacheBehavior"]
    all_but_host = "b689b0a8-53d0-40ab-baf2-68738e2966ac"  # as AWS names its managed policy
    assert behavior["OriginRequestPolicyId"] == all_but_host
    assert {"DELETE", "PATCH", "POST", "PUT"} <= set(behavior["AllowedMethods"])


def test_browsers_are_told_to_stay_on_https_and_not_to_guess_types(prod: Assembly) -> None:
    (policy,) = prod.of_type("AWS::CloudFront::ResponseHeadersPolicy").values()
    headers = policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    assert headers["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 365 * 24 * 3600
    assert headers["ContentTypeOptions"] == {"Override": True}


def test_access_logs_name_neither_caller_nor_path_nor_query(prod: Assembly) -> None:
    (delivery,) = prod.of_type("AWS::Logs::Delivery").values()
    logged = set(delivery["RecordFields"])
    assert {"date", "time", "sc-status", "cs-method"} <= logged
    telling = ("ip", "user-agent", "referer", "cookie", "uri", "query", "forwarded", "asn")
    assert not [field for field in logged if any(word in field for word in telling)]
    (source,) = prod.of_type("AWS::Logs::DeliverySource").values()
    assert source["LogType"] == "ACCESS_LOGS"


@pytest.mark.parametrize("name", sorted(HTTP))
def test_every_http_function_knows_the_secret_and_may_read_it(prod: Assembly, name: str) -> None:
    ((secret, _),) = _origin_secret(prod).items()
    variables = prod.functions()[name]["Environment"]["Variables"]
    assert prod.text(variables["ORIGIN_SECRET_ARN"]) == f"${{{secret}}}"
    read = {grant.resource for grant in prod.grants(name) if grant.action == READ}
    assert f"${{{secret}}}" in read
    assert all("*" not in resource for resource in read)


def test_no_other_function_may_read_the_secret(prod: Assembly) -> None:
    ((secret, _),) = _origin_secret(prod).items()
    for name in set(prod.functions()) - HTTP:
        assert f"${{{secret}}}" not in {grant.resource for grant in prod.grants(name)}, name


def test_the_secret_is_generated_and_copied_to_the_edge(prod: Assembly) -> None:
    ((_, secret),) = _origin_secret(prod).items()
    assert secret["Name"] == "tashawur-prod-origin"
    assert secret["ReplicaRegions"] == [{"Region": "us-east-1"}]
    assert secret["GenerateSecretString"]["PasswordLength"] == 64


def test_after_a_change_of_the_secret_a_deployment_reads_it_again(
    prod: Assembly, tmp_path_factory: pytest.TempPathFactory
) -> None:
    settings = REQUIRED | REQUIRED_AT_THE_EDGE | {"origin_secret_edition": 2}
    outdir = tmp_path_factory.mktemp("edition")
    changed = synthesize(outdir, stage="prod", **settings)
    assert _distribution(changed) != _distribution(prod)


def test_in_us_east_1_itself_nothing_is_copied(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = REQUIRED | REQUIRED_AT_THE_EDGE | {"region": "us-east-1", "edge": True}
    near = synthesize(tmp_path_factory.mktemp("near"), stage="dev", **settings)
    ((_, secret),) = _origin_secret(near).items()
    assert "ReplicaRegions" not in secret
    assert not near.of_type("Custom::CrossRegionExportWriter")
    assert near.of_type("AWS::CloudFront::Distribution")


def _rules(prod: Assembly) -> list[dict[str, Any]]:
    (acl,) = prod.of_type("AWS::WAFv2::WebACL").values()
    return list(acl["Rules"])


def _distribution(prod: Assembly) -> dict[str, Any]:
    (distribution,) = prod.of_type("AWS::CloudFront::Distribution").values()
    return dict(distribution["DistributionConfig"])


def _origin_secret(prod: Assembly) -> dict[str, dict[str, Any]]:
    secrets = prod.of_type("AWS::SecretsManager::Secret")
    return {name: secret for name, secret in secrets.items() if name.startswith("Origin")}


def test_the_edge_tells_the_api_who_asks_whatever_the_viewer_says(prod: Assembly) -> None:
    (function,) = prod.of_type("AWS::CloudFront::Function").values()
    code = function["FunctionCode"]
    assert f'headers["{VIEWER_HEADER}"] = {{ value: event.viewer.ip }}' in code
    (distribution,) = prod.of_type("AWS::CloudFront::Distribution").values()
    behavior = distribution["DistributionConfig"]["DefaultCacheBehavior"]
    (association,) = behavior["FunctionAssociations"]
    assert association["EventType"] == "viewer-request"
