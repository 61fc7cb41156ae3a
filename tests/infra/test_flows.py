"""Streams and queues: nothing that fails is lost, and somebody is told."""

import json
from typing import Any

from local.events import transformed
from services.outreach.transport import SENDERS_AT_ONCE
from tests.infra.architecture import definition, documented, states
from tests.infra.assembly import Assembly
from tests.support.returned_mail import BOUNCE, COMPLAINT, passed_on

STREAM_TRIGGER = " stream"


def test_streams_bisect_retry_five_times_and_park(dev: Assembly) -> None:
    streams = {n: m for n, m in dev.mappings().items() if "StartingPosition" in m}
    assert set(streams) == {n for n, e in documented().items() if STREAM_TRIGGER in e.trigger}
    for name, mapping in streams.items():
        assert mapping["BisectBatchOnFunctionError"] is True, name
        assert mapping["MaximumRetryAttempts"] == 5
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        assert mapping["StartingPosition"] == "TRIM_HORIZON"
        parked = dev.text(mapping["DestinationConfig"]["OnFailure"]["Destination"])
        assert parked.startswith("${ParkedBucket")


def test_a_function_reads_its_own_services_stream(dev: Assembly) -> None:
    for name, entry in documented().items():
        if STREAM_TRIGGER in entry.trigger:
            stream = dev.text(dev.mappings()[name]["EventSourceArn"])
            assert stream.startswith(f"${{{entry.service.capitalize()}Table")
            assert stream.endswith(".StreamArn}")


def test_relays_get_what_is_inserted_and_the_bell_gets_everything(dev: Assembly) -> None:
    for name, mapping in dev.mappings().items():
        if name.endswith("-relay"):
            (pattern,) = _patterns(mapping)
            assert pattern["eventName"] == ["INSERT"]
            assert ("dynamodb" in pattern) == (name == "comments-relay")
    assert "FilterCriteria" not in dev.mappings()["topics-bell"]


def test_what_is_counted_of_senders_wakes_nobody(dev: Assembly) -> None:
    (pattern,) = _patterns(dev.mappings()["comments-relay"])
    letters = {entry["prefix"] for entry in pattern["dynamodb"]["Keys"]["pk"]["S"]}
    # Comments, and the partitions that have audit items.
    assert letters == {"T#", "C#", "W#", "G#", "E#", "F#", "Q#"}


def test_screening_gets_new_comments_that_wait_for_it(dev: Assembly) -> None:
    mapping = dev.mappings()["comments-screen"]
    (pattern,) = _patterns(mapping)
    assert pattern["eventName"] == ["INSERT"]
    assert pattern["dynamodb"]["NewImage"]["status"]["S"] == ["screening"]
    assert mapping["BatchSize"] + 1 <= 100


def test_queues_report_single_failures(dev: Assembly) -> None:
    queues = {n: m for n, m in dev.mappings().items() if "StartingPosition" not in m}
    assert set(queues) == {n for n, e in documented().items() if "SQS" in e.trigger}
    for mapping in queues.values():
        assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


def test_messages_stay_hidden_six_times_as_long_as_their_function_may_run(dev: Assembly) -> None:
    queues = dev.of_type("AWS::SQS::Queue")
    for name, mapping in dev.mappings().items():
        source = mapping["EventSourceArn"].get("Fn::GetAtt", [""])[0]
        if source in queues:
            hidden = queues[source]["VisibilityTimeout"]
            assert hidden >= 6 * dev.functions()[name]["Timeout"]


def test_every_queue_has_a_dead_letter_queue_after_five_receives(dev: Assembly) -> None:
    queues = dev.of_type("AWS::SQS::Queue")
    for name in set(queues) - _dead_letter_queues(dev):
        policy = queues[name]["RedrivePolicy"]
        assert policy["maxReceiveCount"] == 5
        assert policy["deadLetterTargetArn"]["Fn::GetAtt"][0] in queues


def test_every_rule_target_has_a_dead_letter_queue(dev: Assembly) -> None:
    for rule in dev.of_type("AWS::Events::Rule").values():
        for target in rule["Targets"]:
            assert target["DeadLetterConfig"]["Arn"]["Fn::GetAtt"][0] in _dead_letter_queues(dev)


def test_every_queue_is_encrypted_and_takes_tls_only(dev: Assembly) -> None:
    policies = _queue_policies(dev)
    for name, queue in dev.of_type("AWS::SQS::Queue").items():
        assert queue["SqsManagedSseEnabled"] is True
        refusals = [s for s in policies[name] if s["Effect"] == "Deny"]
        assert [s["Condition"] for s in refusals] == [{"Bool": {"aws:SecureTransport": "false"}}]


def test_the_bus_may_fill_a_rules_queue_and_its_dead_letters(dev: Assembly) -> None:
    policies = _queue_policies(dev)
    for name, rule in dev.of_type("AWS::Events::Rule").items():
        for target in rule["Targets"]:
            for arn in (target["Arn"], target["DeadLetterConfig"]["Arn"]):
                source = {"aws:SourceArn": {"Fn::GetAtt": [name, "Arn"]}}
                allowed = [s for s in policies[arn["Fn::GetAtt"][0]] if s["Effect"] == "Allow"]
                assert {s["Principal"]["Service"] for s in allowed} == {"events.amazonaws.com"}
                (of_rule,) = (s for s in allowed if s["Condition"] == {"ArnEquals": source})
                assert "sqs:SendMessage" in of_rule["Action"]


def test_rules_select_the_events_that_the_architecture_names(dev: Assembly) -> None:
    targets: dict[str, list[dict[str, Any]]] = {}
    for each in dev.of_type("AWS::Events::Rule").values():
        targets.setdefault(each["Targets"][0]["Arn"]["Fn::GetAtt"][0], []).append(each)
    for name, entry in documented().items():
        if "SQS" in entry.trigger:
            rule, *more = targets[dev.mappings()[name]["EventSourceArn"]["Fn::GetAtt"][0]]
            if "ScheduleExpression" in rule:
                assert entry.trigger == f"SQS (every {rule['ScheduleExpression'][5:-1]})"
                continue
            pattern = rule["EventPattern"]
            named = entry.trigger.partition("(")[2].rstrip(")").split(", ")
            if named == ["every event"]:
                assert pattern == {"source": [{"prefix": "tashawur."}]}
            else:
                types = [t for one in (rule, *more) for t in one["EventPattern"]["detail-type"]]
                assert sorted(types) == sorted(named)
            if pattern["source"] not in (["aws.states"], ["aws.ses"]):
                assert dev.text(rule["EventBusName"]).startswith("${ConsultationsBus")


def test_what_comes_back_of_mails_reaches_its_queue_without_the_address(dev: Assembly) -> None:
    for event in (BOUNCE, COMPLAINT):
        (rule,) = (
            rule
            for rule in dev.of_type("AWS::Events::Rule").values()
            if rule.get("EventPattern", {}).get("detail-type") == [event["detail-type"]]
        )
        pattern = rule["EventPattern"]["detail"]
        named = dev.functions()["outreach-deliver"]["Environment"]["Variables"]
        set_ = named["OUTREACH_CONFIGURATION_SET"]
        assert pattern == {"mail": {"tags": {"ses:configuration-set": [set_]}}}
        message = transformed(rule["Targets"][0]["InputTransformer"], event)
        assert message == passed_on(event)
        assert "noor@example.com" in json.dumps(event)
        assert "noor" not in json.dumps(message)
    (destination,) = dev.of_type("AWS::SES::ConfigurationSetEventDestination").values()
    assert destination["ConfigurationSetName"] == set_
    assert destination["EventDestination"]["MatchingEventTypes"] == ["bounce", "complaint"]
    bus = destination["EventDestination"]["EventBridgeDestination"]["EventBusArn"]
    assert dev.text(bus).endswith(":event-bus/default")


def test_what_never_reached_its_queue_with_addresses_in_it_is_kept_encrypted_and_for_days(
    dev: Assembly,
) -> None:
    kept = {
        queue["QueueName"].removeprefix("tashawur-dev-"): queue
        for queue in dev.of_type("AWS::SQS::Queue").values()
    }
    of_mail = {name for name in kept if name.startswith("outreach-feedback")}
    assert of_mail == {f"outreach-feedback{part}" for part in ("", "-dead-letters", "-undelivered")}
    for name, queue in kept.items():
        days = queue["MessageRetentionPeriod"] / 86_400
        assert days == (4 if name in of_mail else 14), name
        assert queue["SqsManagedSseEnabled"] is True


def test_a_notice_that_takes_long_puts_off_no_other(dev: Assembly) -> None:
    mapping = dev.mappings()["outreach-notify"]
    assert mapping["BatchSize"] == 1
    assert {m["BatchSize"] for n, m in dev.mappings().items() if n == "outreach-consume"} == {10}


def test_few_at_once_record_events_of_a_topic_and_as_many_send_as_share_the_rates(
    dev: Assembly,
) -> None:
    limited = {n: m["ScalingConfig"] for n, m in dev.mappings().items() if "ScalingConfig" in m}
    assert limited == {
        "archive-audit": {"MaximumConcurrency": 2},
        "outreach-notify": {"MaximumConcurrency": SENDERS_AT_ONCE},
    }
    senders = [state for name, state in states(definition()) if name.startswith("DeliverParts")]
    assert senders
    assert {state["MaxConcurrency"] for state in senders} == {SENDERS_AT_ONCE}


def test_only_outreach_knows_how_many_messages_the_account_may_send(
    dev: Assembly, prod: Assembly, local: Assembly
) -> None:
    def rates(assembly: Assembly) -> set[tuple[str, str]]:
        return {
            (variables["EMAILS_PER_SECOND"], variables["TEXTS_PER_SECOND"])
            for variables in (f["Environment"]["Variables"] for f in assembly.functions().values())
            if "EMAILS_PER_SECOND" in variables
        }

    assert rates(dev) == {("1", "20")}
    assert rates(prod) == {("14", "20")}
    assert rates(local) == {("10000", "10000")}


def test_every_queue_stream_function_and_execution_is_watched(dev: Assembly) -> None:
    watched = {_watched(dev, alarm) for alarm in dev.of_type("AWS::CloudWatch::Alarm").values()}
    for identifier, queue in dev.of_type("AWS::SQS::Queue").items():
        dead = identifier in _dead_letter_queues(dev)
        depth, age = "ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"
        assert (depth if dead else age, queue["QueueName"]) in watched
    named = {dev.function_id(name): f["FunctionName"] for name, f in dev.functions().items()}
    assert {("Errors", name) for name in named.values()} <= watched
    for identifier, mapping in dev.of_type("AWS::Lambda::EventSourceMapping").items():
        if "StartingPosition" in mapping:
            assert ("IteratorAge", named[mapping["FunctionName"]["Ref"]]) in watched
            assert ("OnFailureDestinationDeliveredEventCount", f"${{{identifier}}}") in watched
            assert mapping["MetricsConfig"] == {"Metrics": ["EventCount"]}
    (machine,) = dev.of_type("AWS::StepFunctions::StateMachine").values()
    of_machine = {metric: value for metric, value in watched if metric.startswith("Executions")}
    for metric in ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"):
        assert of_machine[metric].endswith(f":stateMachine:{machine['StateMachineName']}")
    assert ("ExecutionsLost", "topics") in watched
    assert {("CasesLate", "moderation"), ("CasesDueSoon", "moderation")} <= watched
    assert {("DecisionsLate", "topics"), ("DecisionsDueSoon", "topics")} <= watched
    (api,) = dev.of_type("AWS::ApiGatewayV2::Api")
    assert ("5xx", f"${{{api}}}") in watched


def test_every_alarm_reaches_the_topic_and_alarms_may_publish(dev: Assembly) -> None:
    (topic,) = dev.of_type("AWS::SNS::Topic")
    for alarm in dev.of_type("AWS::CloudWatch::Alarm").values():
        assert alarm["AlarmActions"] == [{"Ref": topic}]
        assert alarm["TreatMissingData"] == "notBreaching"
    (policy,) = dev.of_type("AWS::SNS::TopicPolicy").values()
    allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    assert {"Service": "cloudwatch.amazonaws.com"} in [s["Principal"] for s in allowed]


def _patterns(mapping: dict[str, Any]) -> list[dict[str, Any]]:
    return [json.loads(entry["Pattern"]) for entry in mapping["FilterCriteria"]["Filters"]]


def _dead_letter_queues(dev: Assembly) -> set[str]:
    sources = dev.of_type("AWS::SQS::Queue").values()
    redriven = [q["RedrivePolicy"]["deadLetterTargetArn"] for q in sources if "RedrivePolicy" in q]
    rules = dev.of_type("AWS::Events::Rule").values()
    undelivered = [t["DeadLetterConfig"]["Arn"] for rule in rules for t in rule["Targets"]]
    return {arn["Fn::GetAtt"][0] for arn in [*redriven, *undelivered]}


def _queue_policies(dev: Assembly) -> dict[str, list[dict[str, Any]]]:
    return {
        policy["Queues"][0]["Ref"]: policy["PolicyDocument"]["Statement"]
        for policy in dev.of_type("AWS::SQS::QueuePolicy").values()
    }


def _watched(dev: Assembly, alarm: dict[str, Any]) -> tuple[str, str]:
    (dimension,) = alarm["Dimensions"]
    return str(alarm["MetricName"]), dev.text(dimension["Value"])
