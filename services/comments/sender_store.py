"""What senders have sent lately, in the comments table; `store` has the rest of its keys.

``pk = L#<sender>``, ``sk = <period>``: `seen` (a set of ids' beginnings), `texts` (a set of marks
of what an account wrote), `expires_at`.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.comments.model.senders import Allowance
from services.shared import aws
from services.shared.table import Table

_MARK_LENGTH = 10
"""Letters of an id or a mark that are kept: 50 bits tell some hundred apart."""
_KEPT = timedelta(hours=1)


class NotCounted(Exception):
    """A submission could not be counted with its sender's others."""


class SenderStore:
    """Counts of submissions by sender.

    Parameters
    ----------
    table : Table
        The comments table.
    """

    def __init__(self, table: Table) -> None:
        self._table = table

    def admit(
        self, allowance: Allowance, comment_id: str, *, text: str | None, at: datetime
    ) -> bool:
        """Count a submission, once however often it is sent.

        A set of what was seen is kept instead of a number: adding the same again changes nothing.

        Parameters
        ----------
        text : str, optional
            Mark of what it says, where its sender is known to be one person.

        Returns
        -------
        bool
            Whether the sender has sent the same text in another submission of this allowance.

        Raises
        ------
        TashawurError
            If the allowance is used up by other submissions.
        NotCounted
            If it could not be counted now, whatever the cause.
        """
        from botocore.exceptions import BotoCoreError, ClientError

        client = aws.client("dynamodb", waits=False)
        mark = comment_id[:_MARK_LENGTH]
        said = text and text[:_MARK_LENGTH]
        expires_at = int((allowance.until + _KEPT).timestamp())
        try:
            reply = client.update_item(
                TableName=self._table.name,
                Key={"pk": {"S": f"L#{allowance.sender}"}, "sk": {"S": allowance.since}},
                UpdateExpression=f"ADD seen :marks{', texts :texts' if said else ''}"
                " SET expires_at = :expires_at",
                ReturnValues="ALL_OLD" if said else "NONE",
                ConditionExpression="attribute_not_exists(seen) OR contains(seen, :mark)"
                " OR size(seen) < :most",
                ExpressionAttributeValues={
                    ":marks": {"SS": [mark]},
                    ":mark": {"S": mark},
                    ":most": {"N": str(allowance.most)},
                    ":expires_at": {"N": str(expires_at)},
                    **({":texts": {"SS": [said]}} if said else {}),
                },
            )
        except client.exceptions.ConditionalCheckFailedException as error:
            raise allowance.refusal(at=at) from error
        except (BotoCoreError, ClientError) as error:
            raise NotCounted(aws.error_code(error) or type(error).__name__) from error
        before = reply.get("Attributes", {})
        return said in _set(before, "texts") and mark not in _set(before, "seen")


def _set(item: Mapping[str, Any], name: str) -> Sequence[str]:
    found: Sequence[str] = item.get(name, {}).get("SS", ())
    return found
