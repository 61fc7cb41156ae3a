"""People who ask again where something went wrong, as people and their browsers do."""

from typing import Any

from local.demo.client import Answer, Client, Unexpected
from local.stack import LocalStack

_PATIENCE = 12
_PASSES = frozenset({429, 500, 502, 503, 504})


class Patient(Client):
    """A caller who sends what failed once more, until it is answered.

    What was asked twice may have been done the first time: then the second answer says that it is
    done (`already`), which is as good.
    """

    def send(
        self,
        method: str,
        path: str,
        *,
        expect: int,
        body: Any = None,
        headers: dict[str, str] | None = None,
        already: tuple[int, ...] = (),
    ) -> Answer:
        """Send a request until it gets the status that is due.

        Raises
        ------
        Unexpected
            If it gets another one, or fails all the time.
        """
        wanted = {expect}
        for _ in range(_PATIENCE):
            answer = self.ask(method, path, body=body, headers=headers)
            if answer.status in wanted:
                return answer
            if answer.status not in _PASSES:
                break
            wanted |= set(already)
        raise Unexpected(f"{method} {path}: {answer.status}, not {wanted}: {answer.text[:300]}")


class People:
    """Everybody whom the stages of a consultation need, on one standing stack."""

    def __init__(self, stack: LocalStack) -> None:
        def signed_in(role: str, subject: str, agency: str | None = None) -> Patient:
            return Patient(stack.url, token=stack.token(role, agency, subject))

        self.officer = signed_in("officer", "officer-1", "health")
        self.approver = signed_in("approver", "approver-1")
        self.moderator = signed_in("moderator", "moderator-1")
        self.senior = signed_in("senior_moderator", "senior-1")
        self.operator = signed_in("operator", "operator-1")
        self.auditor = signed_in("auditor", "auditor-1")
        self.participant = signed_in("participant", "SENTINEL-subject")
        self.citizen = Patient(stack.url)
