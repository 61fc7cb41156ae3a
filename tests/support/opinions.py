"""Comments that are for or against something, no two of them one letter."""

import random
from collections.abc import Sequence

from services.analysis.model.comment import ExportedComment

CUES = {
    "en": {
        "for": ("agree", "welcome", "finally", "needed", "approve", "yes"),
        "against": ("refuse", "never", "oppose", "scrap", "stop", "no"),
        "neutral": ("wonder", "when", "which", "how", "whether", "details"),
    },
    "ar": {
        "for": ("أوافق", "نرحب", "أخيرا", "نحتاج", "أؤيد", "نعم"),
        "against": ("أرفض", "أبدا", "أعارض", "ألغوا", "أوقفوا", "لا"),
        "neutral": ("أتساءل", "متى", "أين", "كيف", "هل", "تفاصيل"),
    },
}
_FILLERS = {
    "en": "bridge harbour market street school bus park tree shop night morning water road lamp "
    "wall child family neighbour office ticket price garden corner village summer winter",
    "ar": "جسر ميناء سوق شارع مدرسة حافلة حديقة شجرة متجر ليل صباح ماء طريق مصباح جدار طفل "
    "عائلة جار مكتب تذكرة سعر زاوية قرية صيف شتاء بحر",
}


def opinions(
    count: int, *, language: str = "en", stances: Sequence[str] = ("for", "against"), seed: int = 0
) -> list[ExportedComment]:
    """So many comments, of the stances in turn; the id tells which."""
    draw = random.Random(f"{language} {stances} {seed}")
    return [
        comment(f"{language}-{stance}-{seed}-{number:04d}", _text(draw, language, stance), language)
        for number in range(count)
        for stance in [stances[number % len(stances)]]
    ]


def stance_in(comment_id: str) -> str:
    """The stance that a comment of `opinions` was written with."""
    return comment_id.split("-")[1]


def comment(comment_id: str, text: str | None, language: str = "en") -> ExportedComment:
    """A published comment."""
    return ExportedComment(
        comment_id=comment_id,
        kind="comment",
        status="published",
        received_at="2026-11-20T08:00:00Z",
        language=language,
        channel="web",
        text=text,
    )


def _text(draw: random.Random, language: str, stance: str) -> str:
    words = draw.sample(_FILLERS[language].split(), 8) + draw.sample(CUES[language][stance], 2)
    draw.shuffle(words)
    return " ".join(words)
