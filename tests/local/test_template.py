from typing import Any

import pytest

from local.lambdas import DeploymentError
from local.template import Physical, Template

BODY: dict[str, Any] = {
    "Parameters": {"Colour": {"Type": "String", "Default": "red"}},
    "Mappings": {"Sizes": {"me-south-1": {"large": 3}}},
    "Conditions": {
        "Local": {"Fn::Equals": [{"Ref": "AWS::Region"}, "me-south-1"]},
        "Elsewhere": {"Fn::Not": [{"Condition": "Local"}]},
        "Both": {"Fn::And": [{"Condition": "Local"}, {"Condition": "Elsewhere"}]},
        "Either": {"Fn::Or": [{"Condition": "Local"}, {"Condition": "Elsewhere"}]},
    },
    "Resources": {
        "Reader": {"Type": "X", "Properties": {"Of": {"Fn::Sub": "${Table.Arn}/*"}}},
        "Elsewhere": {"Type": "X", "Condition": "Elsewhere"},
        "Late": {"Type": "X", "DependsOn": ["Reader"]},
        "Table": {"Type": "X"},
    },
    "Outputs": {"Arn": {"Value": {"Ref": "Table"}, "Export": {"Name": "State:Table"}}},
}


@pytest.fixture
def template() -> Template:
    made = Template("Stack", BODY, {"Other:Bus": "bus"})
    made.resources["Table"] = Physical(ref="table", attributes={"Arn": "arn:table"})
    return made


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Table"}, "table"),
        ({"Ref": "Colour"}, "red"),
        ({"Ref": "AWS::Region"}, "me-south-1"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "arn:table"),
        ({"Fn::GetAtt": "Table.Arn"}, "arn:table"),
        ({"Fn::Join": ["", ["arn:", {"Ref": "AWS::Partition"}, ":s3"]]}, "arn:aws:s3"),
        ({"Fn::Sub": "${Table}/${Table.Arn}/${!Kept}"}, "table/arn:table/${Kept}"),
        ({"Fn::Sub": ["${Own}-${Colour}", {"Own": {"Ref": "Table"}}]}, "table-red"),
        ({"Fn::Select": [1, {"Fn::Split": [":", "a:b:c"]}]}, "b"),
        ({"Fn::ImportValue": {"Fn::Sub": "Other:Bus"}}, "bus"),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "large"]}, 3),
        ({"Fn::If": ["Local", {"Ref": "Table"}, "no"]}, "table"),
        ({"Fn::If": ["Both", "yes", "no"]}, "no"),
        ({"Fn::If": ["Either", "yes", "no"]}, "yes"),
        ({"a": {"Ref": "AWS::NoValue"}, "b": [{"Ref": "AWS::NoValue"}, 1]}, {"b": [1]}),
        (
            {"Deep": [{"Ref": "Table"}, {"X": {"Ref": "Table"}}]},
            {"Deep": ["table", {"X": "table"}]},
        ),
    ],
)
def test_intrinsic_functions(template: Template, value: Any, expected: Any) -> None:
    assert template.resolve(value) == expected


@pytest.mark.parametrize(
    ("value", "named"),
    [
        ({"Ref": "Nowhere"}, "Nowhere"),
        ({"Fn::GetAtt": ["Table", "StreamArn"]}, "StreamArn"),
        ({"Fn::ImportValue": "Other:Missing"}, "Other:Missing"),
        ({"Fn::Cidr": ["10.0.0.0/16"]}, "Fn::Cidr"),
    ],
)
def test_what_cannot_be_resolved_is_named(template: Template, value: Any, named: str) -> None:
    with pytest.raises(DeploymentError, match=named):
        template.resolve(value)


def test_resources_come_after_what_they_refer_to_and_only_if_their_condition_holds(
    template: Template,
) -> None:
    assert [name for name, _ in template.in_order()] == ["Table", "Reader", "Late"]


def test_exports_are_there_for_other_stacks(template: Template) -> None:
    assert template.export() == {"Arn": "table"}
    other = Template("Other", {}, template.exports)
    assert other.resolve({"Fn::ImportValue": "State:Table"}) == "table"


def test_an_inert_resource_answers_for_any_attribute() -> None:
    assert "UserPool" in Physical(ref="UserPool", inert=True).attribute("ProviderURL")
