"""Text messages out of templates: short, and in the recipient's language alone."""

from services.outreach.links import Links
from services.outreach.model.notice import Notice, PublicTopic, closing_text
from services.outreach.model.segments import is_gsm7, plain, segments
from services.outreach.model.subscription import Subscriber
from services.outreach.templating import render
from services.outreach.texter import TextMessage
from services.shared.language import Language
from services.shared.lines import one_line

MOST_SEGMENTS = 4
"""Each is paid for. Two links and a closing time take most of three in Arabic (67 characters each),
so that a fourth is what leaves a title its words."""
_SUMMARY_LENGTH = 160
_TITLE_LENGTH = 100
_SHARES = range(100, 0, -5)
"""Per cent of these lengths, tried in turn until the text fits."""


def notice_text(notice: Notice, topic: PublicTopic, *, to: Subscriber, links: Links) -> TextMessage:
    """Text message that tells somebody of a notice, with the way out for whoever subscribed.

    It takes `MOST_SEGMENTS` at most: title and summary give way, the links and times do not.
    """
    for share in _SHARES:
        text = _notice_text(notice, topic, to=to, links=links, share=share)
        if segments(text) <= MOST_SEGMENTS:
            break
    return TextMessage(to=to.address, text=text)


def code_text(code: str, *, to: str, language: Language) -> TextMessage:
    """Text message with the code that confirms a number."""
    return TextMessage(to=to, text=render(f"sms/code.{language}.txt", code=code).strip())


def _notice_text(
    notice: Notice, topic: PublicTopic, *, to: Subscriber, links: Links, share: int
) -> str:
    text = render(
        f"sms/{notice.notice}.{to.language}.txt",
        title=_short(notice.title.of(to.language), _TITLE_LENGTH * share // 100),
        summary=_short(notice.summary.of(to.language), _SUMMARY_LENGTH * share // 100),
        closes=closing_text(topic, to.language),
        link=notice.link,
        way_out=links.stop(to.key) if to.key else None,
    )
    return plain(text.strip())


def _short(text: str, most: int) -> str:
    """At most so many characters of a text, cut between words."""
    line = one_line(text)
    if len(line) <= most:
        return line
    mark = "..." if is_gsm7(plain(line)) else "…"
    room = max(most - len(mark), 0)
    words = line[: room + 1].rsplit(maxsplit=1)
    kept = words[0] if len(words) > 1 else line[:room]
    # Cut first, and closed after: what ended a direction may be in what is cut off.
    return one_line(kept) + mark
