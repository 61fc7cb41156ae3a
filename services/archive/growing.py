"""What signs heads and has trees grow, as the settings name it."""

from datetime import datetime

from services.archive.handlers import tree_store
from services.archive.head_key import HeadKey
from services.archive.leaves import CommentLeaves
from services.archive.settings import settings
from services.archive.use_cases.grow import Grounds
from services.shared import clock
from services.shared.head_keys import begin_of_present


def head_key(at: datetime) -> HeadKey:
    """The key that signs heads of an instant.

    A key is listed before its time comes, so that everybody knows it by then; until then the one
    before it signs. KMS is asked anew each time, as an alias may have moved on.
    """
    found = settings()
    if clock.to_text(at) < begin_of_present(found.head_keys):
        return HeadKey(found.former_head_key_arn, earlier=found.head_keys[:-1])
    return HeadKey(found.head_key_arn, earlier=found.head_keys)


def grounds(at: datetime) -> Grounds:
    """What growing trees at an instant needs."""
    leaves = CommentLeaves(settings().comments_leaves_function_name)
    return Grounds(trees=tree_store(), signer=head_key(at), leaves=leaves)
