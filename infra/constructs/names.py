"""Names that follow from a function's in ``docs/architecture.md`` (``comments-set_window``)."""

import re

from aws_cdk import ArnFormat, Stack
from constructs import Construct


def function_name(stage: str, function: str) -> str:
    """Physical name, e.g. ``tashawur-dev-comments-set-window``."""
    return f"tashawur-{stage}-{function.replace('_', '-')}"


def function_variable(function: str) -> str:
    """Variable that names it to its callers, e.g. ``COMMENTS_SET_WINDOW_FUNCTION_NAME``."""
    return f"{function.replace('-', '_').upper()}_FUNCTION_NAME"


def mapping_variable(function: str) -> str:
    """Variable that names a function's reading of a stream, e.g. ``TOPICS_RELAY_MAPPING_ID``."""
    return f"{function.replace('-', '_').upper()}_MAPPING_ID"


def function_arn(scope: Construct, stage: str, function: str) -> str:
    """ARN of a function of this stack, known before the function is made."""
    return Stack.of(scope).format_arn(
        service="lambda",
        resource="function",
        resource_name=function_name(stage, function),
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def machine_name(stage: str) -> str:
    """Physical name of the state machine."""
    return f"tashawur-{stage}-consultation"


def machine_arn(scope: Construct, stage: str) -> str:
    """ARN of the state machine, known before it is made: it and topics need each other."""
    return Stack.of(scope).format_arn(
        service="states",
        resource="stateMachine",
        resource_name=machine_name(stage),
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def executions_arn(scope: Construct, stage: str) -> str:
    """ARN that stands for every execution of the state machine."""
    return Stack.of(scope).format_arn(
        service="states",
        resource="execution",
        resource_name=f"{machine_name(stage)}:*",
        arn_format=ArnFormat.COLON_RESOURCE_NAME,
    )


def pascal(function: str) -> str:
    """Name in PascalCase, e.g. ``CommentsSetWindow``; construct ids and ASL placeholders."""
    return "".join(word.capitalize() for word in re.split(r"[-_]", function))
