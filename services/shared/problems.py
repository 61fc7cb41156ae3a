"""RFC 9457 problem documents in the caller's language."""

from typing import Any

from services.shared.errors import TashawurError
from services.shared.language import Language, message

PROBLEM_JSON = "application/problem+json"
MOST_FAULTS = 500
"""Faults that one problem lists; a body with more was not written by anybody who reads them."""


def problem(
    error: TashawurError, *, service: str, language: Language, instance: str
) -> dict[str, Any]:
    """Problem document of an error, all its faults listed.

    Parameters
    ----------
    error : TashawurError
        What was refused and why.
    service : str
        Whose message catalogue to use.
    language : {"ar", "en"}
        Language of title, detail and messages.
    instance : str
        Path of the request.
    """
    return {
        "type": f"/problems/{error.slug}",
        "title": message(
            service, error.slug, language=language, values={"limit": "", **error.values}
        ),
        "status": error.status,
        "code": error.code,
        "detail": message(service, error.code, language=language, values=error.values),
        "instance": instance,
        "errors": [
            {
                "field": fault.field,
                "code": fault.code,
                "message": message(service, fault.code, language=language, values=fault.values),
            }
            for fault in error.faults[:MOST_FAULTS]
        ],
        **error.extensions,
    }
