"""What SES tells of mails that came back, as it documents it, and what the queue gets of it."""

import copy
from typing import Any

_MAIL = {
    "timestamp": "2026-12-01T09:00:01.000Z",
    "source": "consultations@example.org",
    "sourceArn": "arn:aws:ses:me-south-1:123456789012:identity/consultations@example.org",
    "sendingAccountId": "123456789012",
    "messageId": "0100018f00000000-00000000-0000-0000-0000-000000000000-000000",
    "destination": ["noor@example.com"],
    "headersTruncated": False,
    "headers": [{"name": "To", "value": "noor@example.com"}],
    "commonHeaders": {"to": ["noor@example.com"], "subject": "…"},
    "tags": {
        "ses:configuration-set": ["outreach"],
        "ses:source-ip": ["192.0.2.1"],
        "ses:from-domain": ["example.org"],
        "ses:caller-identity": ["outreach-deliver"],
    },
}
_ENVELOPE = {
    "version": "0",
    "id": "7bf73129-1428-4cd3-a780-95db273d1602",
    "source": "aws.ses",
    "account": "123456789012",
    "time": "2026-12-01T09:00:05Z",
    "region": "me-south-1",
    "resources": ["arn:aws:ses:me-south-1:123456789012:configuration-set/outreach"],
}
BOUNCE: dict[str, Any] = {
    **_ENVELOPE,
    "detail-type": "Email Bounced",
    "detail": {
        "eventType": "Bounce",
        "bounce": {
            "feedbackId": "0100018f00000000-bounce",
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": "noor@example.com",
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
            ],
            "timestamp": "2026-12-01T09:00:05.000Z",
            "reportingMTA": "dsn; a1.smtp-out.amazonses.com",
        },
        "mail": _MAIL,
    },
}
COMPLAINT: dict[str, Any] = {
    **_ENVELOPE,
    "detail-type": "Email Complaint Received",
    "detail": {
        "eventType": "Complaint",
        "complaint": {
            "feedbackId": "0100018f00000000-complaint",
            "complainedRecipients": [{"emailAddress": "noor@example.com"}],
            "timestamp": "2026-12-01T09:30:00.000Z",
            "userAgent": "Mail/1.0",
            "complaintFeedbackType": "abuse",
            "arrivalDate": "2026-12-01T09:00:03.000Z",
        },
        "mail": _MAIL,
    },
}


def returned(event: dict[str, Any], request: dict[str, Any], **bounce: str) -> dict[str, Any]:
    """An event about the mail that a request to SES sent."""
    about = copy.deepcopy(event)
    tags = {tag["Name"]: [tag["Value"]] for tag in request["EmailTags"]}
    about["detail"]["mail"]["tags"] |= tags
    if bounce:
        about["detail"]["bounce"] |= bounce
    return about


def passed_on(event: dict[str, Any]) -> dict[str, Any]:
    """What the rules on the bus make of an event; see `tests.infra.test_flows`."""
    detail = event["detail"]
    message = {"kind": detail["eventType"].lower(), "tags": detail["mail"]["tags"]}
    return message | ({"bounce": detail["bounce"]["bounceType"]} if "bounce" in detail else {})
