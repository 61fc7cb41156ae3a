"""What signs heads and has trees grow, as the settings name it."""

from services.archive.handlers import tree_store
from services.archive.head_key import HeadKey
from services.archive.leaves import CommentLeaves
from services.archive.settings import settings
from services.archive.use_cases.grow import Grounds


def head_key() -> HeadKey:
    """The key that signs heads; asked for anew each time, as an alias may have moved on."""
    return HeadKey(settings().head_key_arn, earlier=settings().head_keys)


def grounds() -> Grounds:
    """What growing trees needs."""
    leaves = CommentLeaves(settings().comments_leaves_function_name)
    return Grounds(trees=tree_store(), signer=head_key(), leaves=leaves)
