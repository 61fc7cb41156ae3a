"""Clauses that rules cite and the decision does not have, since a later version dropped them."""

from collections import Counter
from collections.abc import Collection
from typing import Any

from services.analysis.model.disposition import Disposition, Rules, TargetKey


def lost_clauses(rule: Disposition, known: Collection[str]) -> list[str]:
    """Clauses of a rule that the decision does not have, in the rule's order."""
    return [clause_id for clause_id in rule.clause_ids if clause_id not in known]


def lapsed_rules(rules: Rules, known: Collection[str]) -> frozenset[TargetKey]:
    """Targets whose rule cites a clause that the decision does not have.

    Such a rule answers nobody, and no wider one takes its place: officers must say anew what
    becomes of what it covers.
    """
    return frozenset(key for key, rule in rules.items() if lost_clauses(rule, known))


def unknown_clauses(rules: Rules, known: Collection[str]) -> list[dict[str, Any]]:
    """Each clause that rules cite and the decision does not have, and how many rules do."""
    counts = Counter(lost for rule in rules.values() for lost in lost_clauses(rule, known))
    return [{"clause_id": clause_id, "rules": counts[clause_id]} for clause_id in sorted(counts)]
