"""Every template uses what its composer gives, and all that whoever is told must find in it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
from jinja2 import meta, nodes

from services.outreach import mails, templating, texts
from services.outreach.links import Links
from services.outreach.model.delivery import NOTICES, NoticeKind
from services.outreach.model.notice import Bilingual, Notice, PublicTopic
from services.outreach.model.subscription import Subscriber
from services.outreach.model.tokens import Keyring
from services.shared.language import LANGUAGES, Language
from tests.integration.outreach.outreach_scene import TOPIC_ID, VIEW

FOLDER = Path(templating.__file__).parent / "templates"
LINKS = Links(
    "https://consultations.example.org",
    Keyring(recipient=b"r", confirmation=b"c", unsubscription=b"u", webhook=b"w"),
)
TOPIC = PublicTopic.model_validate(VIEW)
TEXTED = [notice for notice in NOTICES if notice != "inclusion_gap"]
TELL_WHEN = {"published", "extended", "reminder"}
TELL_WHEN_BY_TEXT = TELL_WHEN | {"inquiry_open"}
"""Whose closing time no summary tells that the text message has."""
TELL_WHAT_BY_TEXT = {"inquiry_answer", "moderated", "outcome", "corrected"}
Composed = dict[str, set[str]]


@pytest.fixture
def composed(monkeypatch: pytest.MonkeyPatch) -> Composed:
    """Names that composers give, by template."""
    given: Composed = {}

    def watched(template: str, **variables: Any) -> str:
        given[template] = set(variables)
        return templating.render(template, **variables)

    monkeypatch.setattr(mails, "render", watched)
    monkeypatch.setattr(texts, "render", watched)
    return given


def to(language: Language, way: str = "email") -> Subscriber:
    return Subscriber.model_validate(
        {"address": "a@b.example", "language": language, "channel": way}
        | {"scope": TOPIC_ID, "subscription_id": "s" * 26}
    )


def notice(kind: NoticeKind) -> Notice:
    return Notice(
        entry_id="tag:x",
        topic_id=TOPIC_ID,
        round=1,
        notice=kind,
        agency="health",
        title=Bilingual(ar="عنوان", en="A title"),
        summary=Bilingual(ar="ملخص", en="A summary"),
        link=LINKS.topic(TOPIC_ID),
        at=datetime(2026, 12, 1, 9, tzinfo=UTC),
    )


def mail(kind: NoticeKind, language: Language = "ar") -> list[str]:
    made = mails.notice_mail(notice(kind), TOPIC, to=to(language), links=LINKS)
    return [made.text, made.html]


def text(kind: NoticeKind, language: Language) -> str:
    return texts.notice_text(notice(kind), TOPIC, to=to(language, "sms"), links=LINKS).text


def compose_all() -> None:
    for language in LANGUAGES:
        for kind in NOTICES:
            mail(kind, language)
        for kind in TEXTED:
            text(kind, language)
        texts.code_text("123456", to="+97317000001", language=language)
        mails.confirmation_mail(Bilingual(ar="عن", en="about"), to=to(language), link="https://x")
        mails.confirmed_page(language, unsubscribe="https://x")
        mails.ending_page(language, unsubscribe="https://x")
        mails.ended_page(language)


def chain(template: str) -> Iterator[str]:
    """A template and all that it extends."""
    environment = templating.environment()
    source = environment.loader.get_source(environment, template)[0]
    yield template
    for parent in meta.find_referenced_templates(environment.parse(source)):
        yield from chain(cast("str", parent))


def used(template: str) -> set[str]:
    """Names that a template, or one that it extends, uses and does not set itself."""
    environment = templating.environment()
    sources = [environment.loader.get_source(environment, each)[0] for each in chain(template)]
    trees = [environment.parse(source) for source in sources]
    its_own = {node.target.name for tree in trees for node in tree.find_all(nodes.Assign)}
    return set().union(*map(meta.find_undeclared_variables, trees)) - its_own


def test_no_template_uses_what_its_composer_does_not_give(composed: Composed) -> None:
    compose_all()
    lacking = {template: used(template) - given for template, given in composed.items()}
    assert not any(lacking.values()), lacking


def test_every_template_is_somebodys(composed: Composed) -> None:
    compose_all()
    known = {each for template in composed for each in chain(template)}
    there = {path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.*")}
    assert there == known


@pytest.mark.parametrize("kind", NOTICES)
def test_a_mail_has_all_that_it_must_have(kind: NoticeKind) -> None:
    for ending in ("txt", "html"):
        must = {"notice", "topic", "way_out"} | ({"closes"} if kind in TELL_WHEN else set())
        assert must <= used(f"{kind}.{ending}")
    for made in mail(kind):
        for found in ("عنوان", "A title", "ملخص", "A summary", LINKS.topic(TOPIC_ID)):
            assert found in made
        assert "/unsubscription?token=" in made


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", TEXTED)
def test_a_text_message_has_all_that_it_must_have(kind: NoticeKind, language: Language) -> None:
    must = {"title", "link", "way_out"}
    must |= {"closes"} if kind in TELL_WHEN_BY_TEXT else set()
    must |= {"summary"} if kind in TELL_WHAT_BY_TEXT else set()
    assert must <= used(f"sms/{kind}.{language}.txt")
    made = text(kind, language)
    assert ("عنوان" if language == "ar" else "A title") in made
    assert ("2026" in made) == (kind in TELL_WHEN_BY_TEXT)
    assert LINKS.topic(TOPIC_ID) in made
    assert "/v1/stop/" in made


@pytest.mark.parametrize("template", ["sms/nothing.ar.txt", "sms/published.ar.txt"])
def test_a_template_that_cannot_be_filled_says_which(template: str) -> None:
    with pytest.raises(templating.TemplateFailed, match=template):
        templating.render(template)
