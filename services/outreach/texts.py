"""Text messages out of templates: short, and in the recipient's language alone."""

from services.outreach.links import Links
from services.outreach.model.notice import Notice, PublicTopic, closing_text
from services.outreach.model.subscription import Subscriber
from services.outreach.templating import render
from services.outreach.texter import TextMessage
from services.shared.language import Language
from services.shared.lines import one_line

_SUMMARY_LENGTH = 160
_TITLE_LENGTH = 100
"""A message in Arabic has 70 characters, a longer one 67 a part, and each part is paid for."""


def notice_text(notice: Notice, topic: PublicTopic, *, to: Subscriber, links: Links) -> TextMessage:
    """Text message that tells somebody of a notice, with the way out for whoever subscribed."""
    text = render(
        f"sms/{notice.notice}.{to.language}.txt",
        title=_short(notice.title.of(to.language), _TITLE_LENGTH),
        summary=_short(notice.summary.of(to.language), _SUMMARY_LENGTH),
        closes=closing_text(topic, to.language),
        link=notice.link,
        way_out=links.unsubscribe(to.key) if to.key else None,
    )
    return TextMessage(to=to.address, text=text.strip())


def code_text(code: str, *, to: str, language: Language) -> TextMessage:
    """Text message with the code that confirms a number."""
    return TextMessage(to=to, text=render(f"sms/code.{language}.txt", code=code).strip())


def _short(text: str, most: int) -> str:
    line = one_line(text)
    # Cut first, and closed after: what ended a direction may be in what is cut off.
    return line if len(line) <= most else one_line(line[: most - 1]) + "…"
