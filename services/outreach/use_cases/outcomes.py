"""What became of a comment, as its author is told."""

from services.outreach.mails import bilingual
from services.outreach.model.asker import Disposition
from services.outreach.model.notice import Bilingual


def what_became(disposition: Disposition) -> Bilingual:
    """Outcome and reason, and the words of the decision that they come from."""
    outcome = bilingual(f"outcome_{disposition.outcome}")
    if not disposition.clauses:
        return bilingual("outcome_told", outcome=outcome, reason=disposition.reason)
    clauses = Bilingual(
        ar=" ".join(clause.ar for clause in disposition.clauses),
        en=" ".join(clause.en for clause in disposition.clauses),
    )
    return bilingual(
        "outcome_by_clause", outcome=outcome, reason=disposition.reason, clauses=clauses
    )
