"""What became of a comment, as its author is told, and how that was corrected."""

from collections.abc import Mapping

from services.outreach.mails import bilingual
from services.outreach.model.asker import Answered, Disposition
from services.outreach.model.notice import Bilingual
from services.outreach.model.subscription import Way
from services.shared.texts import Text


def what_became(disposition: Disposition, clauses: Mapping[str, Text]) -> Bilingual:
    """Outcome and reason, and the words of the decision that they come from."""
    outcome = _outcome(disposition)
    cited = [clauses[each] for each in disposition.clause_ids if each in clauses]
    if not cited:
        return bilingual("outcome_told", outcome=outcome, reason=disposition.reason)
    words = Bilingual(
        ar=" ".join(clause.ar for clause in cited),
        en=" ".join(clause.en for clause in cited),
    )
    return bilingual("outcome_by_clause", outcome=outcome, reason=disposition.reason, clauses=words)


def what_changed(answered: Answered, clauses: Mapping[str, Text], way: Way) -> Bilingual | None:
    """What holds now, why that was corrected, and what was told before; ``None`` if nothing was.

    A text message has the two outcomes before the explanation, and no reasons: what does not fit
    is cut off.
    """
    if answered.corrected is None:
        return None
    why, former = answered.corrected.explanation, answered.former
    if way == "sms":
        before = _outcome(former) if former else bilingual("outcome_none")
        return bilingual(
            "corrected_shortly", outcome=_outcome(answered), before=before, explanation=why
        )
    before = what_became(former, clauses) if former else bilingual("outcome_none")
    now = what_became(answered, clauses)
    return bilingual("corrected_told", now=now, before=before, explanation=why)


def _outcome(disposition: Disposition) -> Bilingual:
    return bilingual(f"outcome_{disposition.outcome}")
