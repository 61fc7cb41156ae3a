"""A little template with one of everything, as CDK would write it."""

import json
from typing import Any

from local.assembly import Assembly

_ROLE = {"Fn::GetAtt": ["Role", "Arn"]}


def _function(handler: str, **variables: Any) -> dict[str, Any]:
    return {
        "Type": "AWS::Lambda::Function",
        "Properties": {
            "FunctionName": f"little-{handler}",
            "Handler": f"tests.local.functions.{handler}",
            "Role": _ROLE,
            "Runtime": "python3.13",
            "Code": {"S3Bucket": "assets", "S3Key": "code.zip"},
            "Environment": {"Variables": variables},
        },
    }


def _task(seconds: Any, *, resource: str = "arn:aws:states:::lambda:invoke", **more: Any) -> Any:
    return {
        "Type": "Task",
        "Resource": resource,
        "Parameters": {"FunctionName": "${Task}", "Payload.$": "$"},
        "ResultPath": "$.result",
        "TimeoutSeconds": seconds,
        **more,
    }


MACHINE: dict[str, Any] = {
    "StartAt": "Choose",
    "States": {
        "Choose": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.do", "StringEquals": name, "Next": name}
                for name in ("Ring", "Retry", "Wait", "All", "Loop", "Grow", "Spread", "Tolerate")
            ],
        },
        "Ring": _task(
            3600,
            resource="arn:aws:states:::lambda:invoke.waitForTaskToken",
            Parameters={"FunctionName": "${Task}", "Payload": {"token.$": "$$.Task.Token"}},
            Catch=[{"ErrorEquals": ["States.Timeout"], "ResultPath": None, "Next": "TimedOut"}],
            End=True,
        ),
        "TimedOut": {"Type": "Succeed"},
        "Retry": _task(
            60,
            Retry=[
                {
                    "ErrorEquals": ["TransientError"],
                    "IntervalSeconds": 100,
                    "MaxAttempts": 3,
                    "BackoffRate": 2,
                }
            ],
            End=True,
        ),
        "Wait": {"Type": "Wait", "Seconds": 86400, "End": True},
        "All": _task(60, Catch=[{"ErrorEquals": ["States.ALL"], "Next": "TimedOut"}], End=True),
        "Loop": {"Type": "Pass", "Next": "Loop"},
        "Grow": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "Iterator": {
                "StartAt": "Step",
                "States": {"Step": _task(60, End=True)},
            },
            "End": True,
        },
        "Spread": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "MaxConcurrency": 2,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Part",
                "States": {"Part": _task(60, End=True)},
            },
            "Catch": [
                {
                    "ErrorEquals": ["States.ExceedToleratedFailureThreshold"],
                    "ResultPath": "$.error",
                    "Next": "TimedOut",
                }
            ],
            "End": True,
        },
        "Tolerate": {
            "Type": "Map",
            "ItemsPath": "$.items",
            "ToleratedFailureCount": 2,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "TolerablePart",
                "States": {"TolerablePart": _task(60, End=True)},
            },
            "End": True,
        },
    },
}

STATE: dict[str, Any] = {
    "Parameters": {"BootstrapVersion": {"Type": "String", "Default": "/cdk-bootstrap/version"}},
    "Resources": {
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": "little",
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                "AttributeDefinitions": [
                    {"AttributeName": "pk", "AttributeType": "S"},
                    {"AttributeName": "sk", "AttributeType": "S"},
                ],
                "BillingMode": "PAY_PER_REQUEST",
                "StreamSpecification": {"StreamViewType": "NEW_AND_OLD_IMAGES"},
                "TimeToLiveSpecification": {"AttributeName": "expires_at", "Enabled": True},
            },
        },
        "Parked": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "parked"}},
        "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "little-bus"}},
    },
    "Outputs": {
        "StreamArn": {
            "Value": {"Fn::GetAtt": ["Table", "StreamArn"]},
            "Export": {"Name": "State:StreamArn"},
        },
        "Bus": {"Value": {"Ref": "Bus"}, "Export": {"Name": "State:Bus"}},
    },
}

SERVICES: dict[str, Any] = {
    "Resources": {
        "Role": {
            "Type": "AWS::IAM::Role",
            "Properties": {
                "AssumeRolePolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Action": "sts:AssumeRole",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                        }
                    ],
                }
            },
        },
        "Echo": _function("echo", GREETING="hello"),
        "Queue_": _function("queue"),
        "Stream": _function("stream"),
        "Task": _function("task"),
        "Ended": _function("ended"),
        "Now": _function("now"),
        "Variable": _function("variable", LITTLE_TABLE_NAME="little"),
        "Writes": _function("writes"),
        "Dead": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "dead"}},
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "QueueName": "work",
                "VisibilityTimeout": 180,
                "RedrivePolicy": {
                    "deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]},
                    "maxReceiveCount": 3,
                },
            },
        },
        "FromQueue": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::GetAtt": ["Queue", "Arn"]},
                "FunctionName": {"Ref": "Queue_"},
                "BatchSize": 10,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        },
        "FromStream": {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "EventSourceArn": {"Fn::ImportValue": "State:StreamArn"},
                "FunctionName": {"Ref": "Stream"},
                "BatchSize": 8,
                "StartingPosition": "TRIM_HORIZON",
                "BisectBatchOnFunctionError": True,
                "MaximumRetryAttempts": 5,
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
                "DestinationConfig": {"OnFailure": {"Destination": "arn:aws:s3:::parked"}},
                "FilterCriteria": {"Filters": [{"Pattern": json.dumps({"eventName": ["INSERT"]})}]},
            },
        },
        "Rule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventBusName": {"Fn::ImportValue": "State:Bus"},
                "EventPattern": {
                    "source": ["tashawur.little"],
                    "detail": {"data": {"n": [{"numeric": [">", 1]}]}},
                },
                "Targets": [{"Id": "q", "Arn": {"Fn::GetAtt": ["Queue", "Arn"]}}],
            },
        },
        "Hourly": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "ScheduleExpression": "rate(1 hour)",
                "Targets": [
                    {"Id": "q", "Arn": {"Fn::GetAtt": ["Timed", "Arn"]}},
                    {
                        "Id": "said",
                        "Arn": {"Fn::GetAtt": ["Timed", "Arn"]},
                        "Input": json.dumps({"said": "so"}),
                    },
                ],
            },
        },
        "Timed": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "timed"}},
        "EndedRule": {
            "Type": "AWS::Events::Rule",
            "Properties": {
                "EventPattern": {
                    "source": ["aws.states"],
                    "detail": {"status": ["FAILED", "TIMED_OUT", "ABORTED"]},
                },
                "Targets": [{"Id": "f", "Arn": {"Fn::GetAtt": ["Ended", "Arn"]}}],
            },
        },
        "Machine": {
            "Type": "AWS::StepFunctions::StateMachine",
            "Properties": {
                "StateMachineName": "little",
                "RoleArn": _ROLE,
                "DefinitionString": json.dumps(MACHINE),
                "DefinitionSubstitutions": {"Task": {"Fn::GetAtt": ["Task", "Arn"]}},
            },
        },
        "Api": {
            "Type": "AWS::ApiGatewayV2::Api",
            "Properties": {
                "Name": "little",
                "CorsConfiguration": {"AllowOrigins": ["https://portal.test"]},
            },
        },
        "Integration": {
            "Type": "AWS::ApiGatewayV2::Integration",
            "Properties": {
                "ApiId": {"Ref": "Api"},
                "IntegrationUri": {"Fn::GetAtt": ["Echo", "Arn"]},
                "PayloadFormatVersion": "2.0",
            },
        },
        "Authorizer": {
            "Type": "AWS::ApiGatewayV2::Authorizer",
            "Properties": {
                "JwtConfiguration": {
                    "Issuer": "http://localhost/_local/oidc",
                    "Audience": ["tashawur-local"],
                }
            },
        },
        **{
            f"Route{n}": {
                "Type": "AWS::ApiGatewayV2::Route",
                "Properties": {
                    "ApiId": {"Ref": "Api"},
                    "RouteKey": key,
                    "Target": {"Fn::Join": ["", ["integrations/", {"Ref": "Integration"}]]},
                    **more,
                },
            }
            for n, (key, more) in enumerate(
                [
                    ("GET /v1/things", {}),
                    ("GET /v1/things/{thing}", {}),
                    ("GET /v1/things/latest", {}),
                    ("POST /v1/things", {}),
                    (
                        "GET /v1/secret",
                        {"AuthorizationType": "JWT", "AuthorizerId": {"Ref": "Authorizer"}},
                    ),
                ]
            )
        },
    }
}


def assembly() -> Assembly:
    """The two little stacks."""
    return Assembly(templates={"State": STATE, "Services": SERVICES}, assets={})
