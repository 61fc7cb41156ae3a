"""comments-manage: officers' answers, authors' withdrawals, appeals, erasures, readers' flags."""

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from services.comments.erasure_store import ErasureStore
from services.comments.handlers import keyring, store, windows
from services.comments.model.erasure import MOST_AT_ONCE
from services.comments.model.moderation import ReasonCode
from services.comments.model.shown import ShownReceipt
from services.comments.settings import settings
from services.comments.use_cases import contest
from services.comments.use_cases.erase import Eraser, ask_by_account, ask_by_receipts, state_of
from services.comments.use_cases.manage import (
    Claim,
    Desk,
    Reply,
    answer_inquiry,
    own_published,
    withdraw,
)
from services.shared import clock
from services.shared.http import Api, Request, Response
from services.shared.ids import ID_PATTERN
from services.shared.invoke import invoke
from services.shared.table import Table
from services.shared.texts import Statement, Text

api = Api("comments", settings)


class AnswerBody(BaseModel):
    """Body of an officer's answer.

    Attributes
    ----------
    replace : bool
        Whether it may take the place of another answer; without that nobody overwrites what a
        colleague has answered meanwhile.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    text: Text
    replace: Annotated[bool, Field(strict=True)] = False


class WithdrawalBody(BaseModel):
    """Body of a withdrawal; a signed-in author needs none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    receipt_secret: Annotated[str, Field(max_length=200)] | None = None


class AppealBody(WithdrawalBody):
    """Body of an appeal: what the author says against the decision."""

    statement: Statement


class ErasureBody(BaseModel):
    """Body of a request of erasure; without `comments`, all that the account sent in the topic."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic_id: Annotated[str, Field(pattern=ID_PATTERN)]
    comments: Annotated[
        tuple[ShownReceipt, ...] | None, Field(min_length=1, max_length=MOST_AT_ONCE)
    ] = None


class FlagBody(BaseModel):
    """Body of a flag: on which of the published grounds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reason_code: ReasonCode


@api.route("POST /v1/topics/{topic}/comments/{comment}/answer")
def post_answer(request: Request) -> Response:
    """Answer an inquiry."""
    topic_id, comment_id, at = request.path["topic"], request.path["comment"], clock.now()
    body = request.parse(
        AnswerBody,
        permit=lambda: own_published(
            _desk(), topic_id, comment_id=comment_id, caller=request.caller, at=at
        ),
    )
    view = answer_inquiry(
        _desk(),
        Reply(text=body.text, replaces=body.replace),
        topic_id=topic_id,
        comment_id=comment_id,
        caller=request.caller,
        at=at,
    )
    return Response(body=view)


@api.route("POST /v1/topics/{topic}/comments/{comment}/withdrawal")
def post_withdrawal(request: Request) -> Response:
    """Take a comment back."""
    body = request.parse(WithdrawalBody) if request.body else WithdrawalBody()
    answer = withdraw(
        _desk(),
        Claim(receipt_secret=body.receipt_secret, subject=request.caller.subject),
        topic_id=request.path["topic"],
        comment_id=request.path["comment"],
        at=clock.now(),
    )
    return Response(body=answer)


@api.route("POST /v1/topics/{topic}/comments/{comment}/appeal")
def post_appeal(request: Request) -> Response:
    """Contest a moderator's decision on one's own comment."""
    body = request.parse(AppealBody)
    answer = contest.appeal(
        _desk(),
        Claim(receipt_secret=body.receipt_secret, subject=request.caller.subject),
        body.statement,
        topic_id=request.path["topic"],
        comment_id=request.path["comment"],
        at=clock.now(),
        tell=tell_moderation,
    )
    return Response(status=202, body=answer)


@api.route("POST /v1/topics/{topic}/comments/{comment}/flag")
def post_flag(request: Request) -> Response:
    """Doubt a published comment."""
    body = request.parse(FlagBody)
    answer = contest.flag(
        _desk(),
        contest.Reader(subject=request.caller.subject, address=request.address),
        body.reason_code,
        topic_id=request.path["topic"],
        comment_id=request.path["comment"],
        at=clock.now(),
        tell=tell_moderation,
    )
    return Response(status=202, body=answer)


@api.route("POST /v1/erasure-requests")
def post_erasure_request(request: Request) -> Response:
    """Erase comments whose receipts are shown, or note that an account wants its own erased."""
    body, at = request.parse(ErasureBody), clock.now()
    if body.comments is None:
        subject = request.caller.subject
        answer = ask_by_account(_eraser(), body.topic_id, subject=subject, at=at)
        return Response(status=202, body=answer)
    answer = ask_by_receipts(_eraser(), body.topic_id, body.comments, at=at)
    return Response(status=202, body=answer)


@api.route("GET /v1/erasure-requests/{request}")
def get_erasure_request(request: Request) -> Response:
    """Tell how far a request of erasure is."""
    return Response(body=state_of(request.path["request"], requests=_eraser().requests))


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one HTTP request."""
    return api.handle(event, context)


def tell_moderation(payload: dict[str, Any]) -> dict[str, Any]:
    """Invoke moderation-contest."""
    return dict(invoke(settings().moderation_contest_function_name, payload))


@cache
def _eraser() -> Eraser:
    requests = ErasureStore(Table(settings().comments_table_name))
    return Eraser(store=store(), requests=requests, windows=windows(), keyring=keyring())


@cache
def _desk() -> Desk:
    return Desk(store=store(), windows=windows(), keyring=keyring())
