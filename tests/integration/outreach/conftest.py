"""People subscribe and follow their links; what SES was asked is kept."""

from collections.abc import Callable, Iterator

import pytest

from services.outreach import handlers, sources, transport
from services.outreach.handlers import subscriptions
from tests.integration.outreach.outreach_scene import (
    SUBSCRIBE,
    TOPIC_ID,
    CommentsService,
    Ses,
    Sns,
    TopicsService,
    follow,
    link_in,
)
from tests.support.calls import Answer, http


@pytest.fixture
def comments(monkeypatch: pytest.MonkeyPatch) -> CommentsService:
    """The comments service, which knows who asked."""
    service = CommentsService()
    monkeypatch.setattr(sources, "invoke", service)
    return service


@pytest.fixture
def topics(comments: CommentsService, monkeypatch: pytest.MonkeyPatch) -> TopicsService:
    """The topics service that outreach asks."""
    service = TopicsService()
    monkeypatch.setattr(handlers, "invoke", service)
    return service


@pytest.fixture
def ses(account: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ses]:
    """SES; throttling makes nobody wait."""
    monkeypatch.setattr(handlers.mailer(), "_pause", lambda _seconds: None)
    watched = Ses()
    events = transport.client("sesv2").meta.events
    events.register("provide-client-params.sesv2.SendEmail", watched.notice)
    events.register("before-call.sesv2.SendEmail", watched.answer)
    yield watched
    events.unregister("provide-client-params.sesv2.SendEmail", watched.notice)
    events.unregister("before-call.sesv2.SendEmail", watched.answer)


@pytest.fixture
def sns(account: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sns]:
    """SNS; throttling makes nobody wait."""
    monkeypatch.setattr(handlers.texter(), "_pause", lambda _seconds: None)
    watched = Sns()
    events = transport.client("sns").meta.events
    events.register("provide-client-params.sns.Publish", watched.notice)
    events.register("before-call.sns.Publish", watched.answer)
    yield watched
    events.unregister("provide-client-params.sns.Publish", watched.notice)
    events.unregister("before-call.sns.Publish", watched.answer)


@pytest.fixture
def ask(topics: TopicsService, ses: Ses) -> Callable[..., Answer]:
    """Ask for a subscription."""

    def ask(email: str, *, topic: str = TOPIC_ID, language: str = "ar") -> Answer:
        body = {"email": email, "language": language}
        return http(subscriptions.handler, SUBSCRIBE, path={"topic": topic}, body=body)

    return ask


@pytest.fixture
def subscribed(ask: Callable[..., Answer], ses: Ses) -> Callable[..., Answer]:
    """Subscribe and follow the link in the mail."""

    def subscribed(email: str, *, language: str = "ar") -> Answer:
        subscription = ask(email, language=language).json["subscription_id"]
        answer = follow(subscription, link_in(ses.mail_to(email)))
        assert answer.status == 200, answer.text
        ses.requests.clear()
        ses.accepted.clear()
        return answer

    return subscribed
