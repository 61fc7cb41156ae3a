"""Least privilege: what each function may do, and that nobody may do more."""

import re

from tests.infra.architecture import documented
from tests.infra.assembly import Assembly, as_list

ANY_RESOURCE = {
    "cloudwatch:GetMetricData": "CloudWatch takes no resource; metrics are counts and ages",
    "dynamodb:ListStreams": "AWS takes no stream's ARN here; a stream mapping needs it",
    "logs:CreateLogDelivery": "vended logs of the state machine: AWS takes no resource",
    "logs:DeleteLogDelivery": "as above",
    "logs:DescribeLogGroups": "as above",
    "logs:DescribeResourcePolicies": "as above",
    "logs:GetLogDelivery": "as above",
    "logs:ListLogDeliveries": "as above",
    "logs:PutResourcePolicy": "as above",
    "logs:UpdateLogDelivery": "as above",
    "sns:Publish": "a telephone has no ARN; topics, which have one, are refused",
    "xray:GetSamplingRules": "X-Ray knows no resources",
    "xray:GetSamplingTargets": "X-Ray knows no resources",
    "xray:PutTelemetryRecords": "X-Ray knows no resources",
    "xray:PutTraceSegments": "X-Ray knows no resources",
}
"""Actions on all resources, and why."""
OBJECTS = {
    "analysis/*": "results of any topic",
    "work/analysis/*": "what steps of an analysis of any topic leave for each other",
    "work/analysis/*/items.json": "the shards of any topic's comments, as a map goes through them",
    "aws/lambda/*": "the prefix under which Lambda itself parks batches",
    "aws/lambda/{mapping}/*": "what the readers of one table's stream parked",
    "work/comments/*": "leaves of any topic's comments, on their way to the archive",
    "trees/*": "tiles of any topic's trees, and of the log",
    "comments/*": "comments export of any topic",
    "parts/*": "parts of any topic's record, to be sealed",
    "records/*": "sealed records",
    "tashawur-dev-consultation:*": "executions of the one state machine, named after their topics",
    **{
        f"parts/*/*/{service}/*": "one service's part of any topic's record"
        for service in ("topics", "comments", "moderation", "analysis", "outreach")
    },
}
"""Object keys and executions with a wildcard, and why."""
KEYS_OF_SECRET = {
    "topics-read",
    "topics-operate",
    "comments-submit",
    "comments-read",
    "comments-manage",
    "comments-access",
    "comments-forget",
    "moderation-queue",
    "analysis-dispositions",
    "analysis-themes",
    "outreach-deliver",
    "outreach-notify",
    "outreach-read",
    "outreach-subscriptions",
    "outreach-webhooks",
    "archive-read",
    "archive-seal",
    "archive-trail",
}
"""Functions that sign cursors, receipts or links, or derive ids or salts."""
_TABLE = re.compile(r"^\$\{(\w+?)Table\w+\.(?:Arn|StreamArn)\}(/index/\w+)?$")
WRITES = {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:ConditionCheckItem"}
READS = {"dynamodb:BatchGetItem", "dynamodb:GetItem", "dynamodb:Query", "dynamodb:Scan"}
TABLE_ACTIONS = WRITES | READS
STREAM_ACTIONS = {
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}


def test_no_action_has_a_wildcard(dev: Assembly) -> None:
    for role in dev.of_type("AWS::IAM::Role"):
        for grant in dev.role_grants(role):
            assert "*" not in grant.action


def test_no_resource_has_a_wildcard_without_a_reason(dev: Assembly) -> None:
    for role in dev.of_type("AWS::IAM::Role"):
        for grant in dev.role_grants(role):
            if grant.resource == "*":
                assert grant.action in ANY_RESOURCE, (role, grant)
            elif "*" in grant.resource:
                assert _pattern(grant.resource) in OBJECTS, (role, grant)


def test_every_reason_is_needed(dev: Assembly) -> None:
    grants = [grant for role in dev.of_type("AWS::IAM::Role") for grant in dev.role_grants(role)]
    assert {grant.action for grant in grants if grant.resource == "*"} == set(ANY_RESOURCE)
    keys = {_pattern(g.resource) for g in grants if "*" in g.resource[1:]}
    assert keys == set(OBJECTS)


def test_what_an_analysis_leaves_is_listed_by_who_takes_it_up_and_who_tells_how_far_it_is(
    dev: Assembly,
) -> None:
    listing = {
        name
        for name in documented()
        for statement in dev.role_statements(dev.functions()[name]["Role"]["Fn::GetAtt"][0])
        if statement["Action"] == "s3:ListBucket"
        and statement.get("Condition") == {"StringLike": {"s3:prefix": ["work/analysis/*"]}}
    }
    assert listing == {"analysis-run", "analysis-read"}


def test_a_function_touches_no_table_but_its_services(dev: Assembly) -> None:
    for name, entry in documented().items():
        for grant in dev.grants(name):
            if grant.action in TABLE_ACTIONS | STREAM_ACTIONS and grant.resource != "*":
                match = _TABLE.match(grant.resource)
                assert match, grant
                assert match[1].lower() == entry.service, (name, grant)


def test_nothing_is_ever_deleted_and_only_reconciliation_scans(dev: Assembly) -> None:
    allowed = TABLE_ACTIONS | STREAM_ACTIONS
    assert _holders(dev, "dynamodb:Scan") == {n for n in dev.functions() if _reconciles(n)}
    for name in dev.functions():
        tables = {g.action for g in dev.grants(name) if g.action.startswith("dynamodb:")}
        assert tables <= allowed
        objects = {g.action for g in dev.grants(name) if g.action.startswith("s3:")}
        uploads = {"s3:PutObject", "s3:AbortMultipartUpload"}
        assert objects <= {"s3:GetObject", "s3:ListBucket", *uploads}


def test_functions_that_only_read_cannot_write(dev: Assembly) -> None:
    only_reading = ("-read", "-serve", "-report", "-count", "-calendar")
    readers = [name for name in dev.functions() if name.endswith(only_reading)]
    for name in readers:
        assert not {grant.action for grant in dev.grants(name)} & WRITES, name


def test_relays_only_read_the_stream_and_publish(dev: Assembly) -> None:
    for name in dev.functions():
        actions = {grant.action for grant in dev.grants(name)}
        publishes = name.endswith("-relay") or _reconciles(name)
        assert ("events:PutEvents" in actions) == publishes, name
        if name.endswith("-relay"):
            assert {a for a in actions if a.startswith("dynamodb:")} == STREAM_ACTIONS


def test_only_stream_readers_may_read_a_stream_and_park(dev: Assembly) -> None:
    streams = {name for name, mapping in dev.mappings().items() if "StartingPosition" in mapping}
    for name in dev.functions():
        grants = dev.grants(name)
        reads = {grant.action for grant in grants} >= STREAM_ACTIONS
        parks = any(grant.resource.endswith("/aws/lambda/*") for grant in grants)
        assert reads == parks == (name in streams), name


def test_reconciliation_reads_what_its_own_streams_readers_parked(dev: Assembly) -> None:
    streams = {n: m for n, m in dev.mappings().items() if "StartingPosition" in m}
    mappings = dev.of_type("AWS::Lambda::EventSourceMapping")
    for name in filter(_reconciles, dev.functions()):
        service = name.partition("-")[0]
        own = {
            key
            for n, m in streams.items()
            for key in mappings
            if mappings[key] is m and n.startswith(service)
        }
        prefixes = {f"aws/lambda/${{{key}}}/*" for key in own}
        parked = [g for g in dev.grants(name) if g.resource.startswith("${ParkedBucket")]
        read = {g.resource.partition("/")[2] for g in parked if g.action == "s3:GetObject"}
        assert read == prefixes
        assert {g.action for g in parked} == {"s3:GetObject", "s3:ListBucket"}
        role = dev.functions()[name]["Role"]["Fn::GetAtt"][0]
        (listing,) = (s for s in dev.role_statements(role) if s["Action"] == "s3:ListBucket")
        listed = as_list(listing["Condition"]["StringLike"]["s3:prefix"])
        assert {dev.text(prefix) for prefix in listed} == prefixes
        variables = dev.functions()[name]["Environment"]["Variables"]
        told = {dev.text(v) for k, v in variables.items() if k.endswith("_MAPPING_ID")}
        assert told == {f"${{{key}}}" for key in own}


def test_functions_invoke_what_the_architecture_says(dev: Assembly) -> None:
    for name, entry in documented().items():
        invoked = {
            grant.resource.rpartition(":")[2]
            for grant in dev.grants(name)
            if grant.action == "lambda:InvokeFunction"
        }
        expected = {f"tashawur-dev-{each.replace('_', '-')}" for each in entry.invokes}
        assert invoked == expected, name


def test_only_the_bell_starts_and_wakes_executions_of_this_machine(dev: Assembly) -> None:
    looking = {
        "topics-operate": {"states:DescribeExecution", "states:GetExecutionHistory"},
        "topics-sweep": {"states:ListExecutions", "states:DescribeExecution"},
    }
    acting = {"topics-bell": {"states:StartExecution", "states:SendTaskSuccess"}}
    for name in dev.functions():
        found = {g for g in dev.grants(name) if g.action.startswith("states:")}
        assert {g.action for g in found} == (looking | acting).get(name, set()), name
        machine, executions = ":stateMachine:tashawur-dev-consultation", ":execution:tashawur-dev-"
        assert all(machine in g.resource or executions in g.resource for g in found)


def test_queues_are_operated_by_name_and_filled_by_nobody_else(dev: Assembly) -> None:
    queues = dev.of_type("AWS::SQS::Queue")
    names = {f"${{{key}.Arn}}": str(queue["QueueName"]) for key, queue in queues.items()}
    aside = {arn for arn, n in names.items() if n.endswith(("-dead-letters", "-undelivered"))}
    expected = {
        "sqs:GetQueueAttributes": set(names),
        "sqs:GetQueueUrl": set(names),
        "sqs:ChangeMessageVisibility": aside,
        "sqs:DeleteMessage": aside,
        "sqs:ReceiveMessage": aside,
        "sqs:SendMessage": set(names) - aside,
    }
    found = [grant for grant in dev.grants("topics-queues") if grant.action.startswith("sqs:")]
    for action, resources in expected.items():
        assert {grant.resource for grant in found if grant.action == action} == resources, action
    assert {grant.action for grant in found} == set(expected)
    assert _holders(dev, "sqs:SendMessage") == {"topics-queues"}
    told = dev.functions()["topics-queues"]["Environment"]["Variables"]["TOPICS_QUEUES"]
    assert set(told.split(",")) == {names[arn] for arn in set(names) - aside}


def test_the_service_secret_is_for_those_who_need_it(dev: Assembly) -> None:
    holders = _holders(dev, "secretsmanager:GetSecretValue", on="${KeysServiceSecret")
    assert holders == KEYS_OF_SECRET


def test_intake_and_check_read_the_receipt_keys_and_the_rotation_alone_writes_them(
    dev: Assembly,
) -> None:
    held = {
        name: {
            grant.action.partition(":")[2]
            for grant in dev.grants(name)
            if grant.resource.startswith("${KeysReceiptKeys")
        }
        for name in dev.functions()
    }
    assert {name: actions for name, actions in held.items() if actions} == {
        "comments-submit": {"GetSecretValue"},
        "comments-read": {"GetSecretValue"},
        "comments-rotate": {
            "DescribeSecret",
            "GetSecretValue",
            "PutSecretValue",
            "UpdateSecretVersionStage",
        },
    }


def test_addresses_of_participants_are_given_to_the_one_function_that_tells_them(
    dev: Assembly,
) -> None:
    name = dev.functions()["comments-contacts"]["FunctionName"]
    asking = {
        function
        for function in dev.functions()
        for grant in dev.grants(function)
        if grant.action == "lambda:InvokeFunction" and grant.resource.endswith(f":{name}")
    }
    assert asking == {"outreach-notify"}


def test_personal_data_is_opened_by_intake_for_authors_for_who_tells_them_and_to_count_alone(
    dev: Assembly,
) -> None:
    for name in dev.functions():
        found = {g.action for g in dev.grants(name) if g.resource.startswith("${KeysTopics")}
        expected = {
            "comments-access": {"kms:Decrypt"},
            "comments-contacts": {"kms:Decrypt"},
            "comments-export": {"kms:Decrypt"},
            "comments-inclusion": {"kms:Decrypt"},
            "comments-submit": {"kms:Decrypt"},
            "comments-set_window": {"kms:GenerateDataKey"},
        }
        assert found == expected.get(name, set()), name


def test_the_data_key_is_used_only_through_the_service_that_stores(dev: Assembly) -> None:
    for role in dev.of_type("AWS::IAM::Role"):
        for statement in dev.role_statements(role):
            resources = [dev.text(resource) for resource in as_list(statement["Resource"])]
            if any(resource.startswith("${KeysData") for resource in resources):
                via = statement["Condition"]["StringEquals"]["kms:ViaService"]
                assert dev.text(via).partition(".")[0] in {"dynamodb", "s3", "secretsmanager"}


def test_mail_is_sent_from_the_one_address_by_three_functions(dev: Assembly) -> None:
    assert _holders(dev, "ses:SendEmail") == {
        "outreach-deliver",
        "outreach-notify",
        "outreach-subscriptions",
    }
    (identity,) = dev.of_type("AWS::SES::EmailIdentity").values()
    sender = identity["EmailIdentity"]
    variables = dev.functions()["outreach-deliver"]["Environment"]["Variables"]
    assert variables["OUTREACH_SENDER"] == sender
    configuration_set = variables["OUTREACH_CONFIGURATION_SET"]
    for role in dev.of_type("AWS::IAM::Role"):
        for statement in dev.role_statements(role):
            if statement["Action"] == "ses:SendEmail":
                assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": sender}}
                used = {dev.text(each).rpartition(":")[2] for each in statement["Resource"]}
                assert used == {f"identity/{sender}", f"configuration-set/{configuration_set}"}


def test_text_messages_are_sent_by_those_who_send_mail_and_to_telephones_alone(
    dev: Assembly,
) -> None:
    assert _holders(dev, "sns:Publish") == _holders(dev, "ses:SendEmail")
    for name in _holders(dev, "sns:Publish"):
        role = dev.functions()[name]["Role"]["Fn::GetAtt"][0]
        refused = [s for s in dev.role_statements(role) if s["Effect"] == "Deny"]
        assert [(s["Action"], dev.text(s["Resource"])) for s in refused] == [
            ("sns:Publish", "arn:${AWS::Partition}:sns:*:*:*")
        ]


def test_a_service_writes_its_own_part_of_the_record_and_no_other(dev: Assembly) -> None:
    for name in dev.functions():
        service, _, handler = name.partition("-")
        written = {
            grant.resource.partition("/")[2]
            for grant in dev.grants(name)
            if grant.action == "s3:PutObject" and "/parts/" in grant.resource
        }
        assert written == ({f"parts/*/*/{service}/*"} if handler == "export" else set()), name


def test_an_upload_is_taken_back_by_who_may_write_there_and_nowhere_else(dev: Assembly) -> None:
    taking_back = _holders(dev, "s3:AbortMultipartUpload")
    exporting = {name for name in dev.functions() if name.endswith("-export")}
    growing = {"archive-grow", "archive-seal", "comments-leaves"}
    assert taking_back == exporting | growing | {"analysis-run"}
    for name in taking_back:
        places = {
            action: {grant.resource for grant in dev.grants(name) if grant.action == action}
            for action in ("s3:AbortMultipartUpload", "s3:PutObject")
        }
        whole = {p for p in places["s3:PutObject"] if "/work/analysis/" in p or "/records/" in p}
        assert places["s3:AbortMultipartUpload"] == places["s3:PutObject"] - whole


def test_only_sealing_writes_records_and_trees_and_growing_trees_alone(dev: Assembly) -> None:
    for name in dev.functions():
        archive = {g.action for g in dev.grants(name) if g.resource.startswith("${ArchiveBucket")}
        expected = {
            "archive-grow": {"s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"},
            "archive-prove": {"s3:GetObject"},
            "archive-seal": {"s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"},
            "archive-read": {"s3:GetObject"},
        }
        assert archive == expected.get(name, set()), name
    written = {
        name: {
            grant.resource.rpartition("}/")[2]
            for grant in dev.grants(name)
            if (grant.action, grant.resource[:15]) == ("s3:PutObject", "${ArchiveBucket")
        }
        for name in ("archive-grow", "archive-seal")
    }
    assert written == {"archive-grow": {"trees/*"}, "archive-seal": {"records/*", "trees/*"}}


def test_participants_words_beside_records_are_written_by_sealing_and_erasing(
    dev: Assembly,
) -> None:
    for name in dev.functions():
        texts = {g.action for g in dev.grants(name) if g.resource.startswith("${TextsBucket")}
        expected = {
            "archive-seal": {"s3:GetObject", "s3:PutObject"},
            "archive-consume": {"s3:GetObject", "s3:PutObject"},
            "archive-read": {"s3:GetObject"},
        }
        assert texts == expected.get(name, set()), name


def test_the_key_of_heads_signs_trees_and_texts_and_is_shown_by_one_function(
    dev: Assembly,
) -> None:
    for name in dev.functions():
        found = {g.action for g in dev.grants(name) if g.resource.startswith("${KeysHeads")}
        expected = {
            "archive-grow": {"kms:GetPublicKey", "kms:Sign"},
            "archive-seal": {"kms:GetPublicKey", "kms:Sign"},
            "archive-consume": {"kms:GetPublicKey", "kms:Sign"},
            "comments-read": {"kms:GetPublicKey"},
        }
        assert found == expected.get(name, set()), name


def test_entries_of_the_audit_trail_are_put_by_one_function_and_changed_by_none(
    dev: Assembly,
) -> None:
    for name in (name for name in dev.functions() if name.startswith("archive-")):
        partitions = _partitions(dev, name)
        entries = {action for action, keys in partitions.items() if keys & {"AUDIT#*", ""}}
        allowed = {"dynamodb:PutItem"} if name == "archive-audit" else set()
        assert entries & WRITES == allowed, name
    assert _partitions(dev, "archive-audit") == {
        "dynamodb:GetItem": {"AUDITED#*", "AUDITHEAD#*"},
        "dynamodb:PutItem": {"AUDIT#*", "AUDITED#*"},
        "dynamodb:UpdateItem": {"AUDITHEAD#*"},
    }


def test_the_audit_trail_is_read_by_auditors_and_the_sealing_alone(dev: Assembly) -> None:
    readers = {
        name
        for name in dev.functions()
        if name.startswith("archive-")
        and _partitions(dev, name).get("dynamodb:Query", set()) & {"AUDIT#*", ""}
    }
    assert readers == {"archive-seal", "archive-trail"}


def _partitions(dev: Assembly, name: str) -> dict[str, set[str]]:
    """Partition keys to which a function's grants on its table are limited (``""``: to none)."""
    found: dict[str, set[str]] = {}
    for statement in dev.role_statements(dev.functions()[name]["Role"]["Fn::GetAtt"][0]):
        limits = statement.get("Condition", {}).get("ForAllValues:StringLike", {})
        keys = set(as_list(limits.get("dynamodb:LeadingKeys", "")))
        for action in TABLE_ACTIONS & set(as_list(statement["Action"])):
            if "/index/" not in dev.text(statement["Resource"]):
                found[action] = found.get(action, set()) | keys
    return found


def _pattern(resource: str) -> str:
    """What of a resource says which of many: an object's key, or an execution."""
    pattern = resource.partition("/")[2] or resource.rpartition(":execution:")[2]
    return re.sub(r"\$\{\w+\}", "{mapping}", pattern)


def _reconciles(name: str) -> bool:
    return name.endswith("-reconcile")


def _holders(dev: Assembly, action: str, *, on: str = "") -> set[str]:
    """Functions that may act so on some resource, or on one that begins with `on`."""
    return {
        name
        for name in dev.functions()
        if any(g.action == action and g.resource.startswith(on) for g in dev.grants(name))
    }
