"""Mails out of templates: both languages in each, the recipient's first, Arabic from the right."""

from typing import Any

from services.outreach.links import Links
from services.outreach.mailer import Mail
from services.outreach.model.notice import Bilingual, Notice, PublicTopic, closing_text
from services.outreach.model.subscription import Subscriber
from services.outreach.templating import render
from services.shared.language import LANGUAGES, Language, message
from services.shared.lines import one_line
from services.shared.texts import Title

_SUBJECT_SEPARATOR = " | "


def notice_mail(notice: Notice, topic: PublicTopic, *, to: Subscriber, links: Links) -> Mail:
    """Mail that tells somebody of a notice.

    Whoever subscribed finds the way out in the mail and in the headers that mail programs turn into
    a button (RFC 2369, RFC 8058); the topic's contact did not subscribe and gets none.
    """
    headers = {}
    way_out = links.unsubscribe(to.key) if to.key else None
    if way_out:
        headers = {
            "List-Unsubscribe": f"<{way_out}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }
    texts = {
        "notice": notice,
        "topic": topic,
        "closes": Bilingual(ar=closing_text(topic, "ar"), en=closing_text(topic, "en")),
        "way_out": way_out,
    }
    return _mail(notice.notice, title=notice.title, to=to, headers=headers, **texts)


def confirmation_mail(about: Title | Bilingual, *, to: Subscriber, link: str) -> Mail:
    """Mail that asks whether the mailbox's owner wants to be told about something."""
    title = bilingual("confirm_subscription", title=about)
    return _mail("confirmation", title=title, to=to, headers={}, about=about, link=link)


def confirmed_page(language: Language, *, unsubscribe: str) -> str:
    """Page for whoever followed the link in a confirmation mail."""
    return _page("confirmed", language, unsubscribe=unsubscribe)


def ending_page(language: Language, *, unsubscribe: str) -> str:
    """Page that asks whoever followed the way out to press the button that ends it."""
    return _page("ending", language, unsubscribe=unsubscribe)


def ended_page(language: Language) -> str:
    """Page for whoever unsubscribed."""
    return _page("ended", language)


def bilingual(code: str, **texts: Any) -> Bilingual:
    """Message of the catalogue in both languages, filled with texts in both languages."""
    ar = message("outreach", code, language="ar", values={k: t.ar for k, t in texts.items()})
    en = message("outreach", code, language="en", values={k: t.en for k, t in texts.items()})
    return Bilingual(ar=ar, en=en)


def _mail(
    template: str, *, title: Bilingual, to: Subscriber, headers: dict[str, str], **texts: Any
) -> Mail:
    languages = _in_order(to.language)
    subject = _SUBJECT_SEPARATOR.join(one_line(title.of(language)) for language in languages)
    context = texts | {"languages": languages, "subject": subject}
    return Mail(
        to=to.address,
        subject=subject,
        text=render(f"{template}.txt", **context),
        html=render(f"{template}.html", **context),
        headers=headers,
    )


def _page(template: str, language: Language, **texts: Any) -> str:
    return render(f"{template}.html", **texts, languages=_in_order(language))


def _in_order(first: Language) -> tuple[Language, ...]:
    return (first, *(language for language in LANGUAGES if language != first))
