"""Languages that are written like Arabic: Persian, Urdu, Kurdish.

Folding makes their letters Arabic ones, and then some of their plainest words (کسی "somebody", نیک
"good") spell an insult. A text that has two marks of such a language, its commonest words as only
it writes them, is of that language: there those words are what they are. Everything else that is
abuse stays abuse, whoever adds foreign words around it. The words are data (`languages.json`).
"""

import json
import re
from collections.abc import Set as AbstractSet
from functools import cache

from services.moderation.model.data_files import read_data
from services.moderation.model.fold import folded_text

FILE = "languages.json"
FORMAT = "tashawur-languages/1"
_LEAST_MARKS = 2
_LETTER = re.compile("[\u06a9\u06cc\u06c1\u06d2\u06ba\u0679\u0688\u0691\u06af\u0686\u06d5\u06be]")
"""Letters of those languages; a text without any is not looked at further."""
_WORD = re.compile(r"[^\W\d_]+")


def plain_words(text: str) -> AbstractSet[str]:
    """Folded words that are no insult in the language of a text; none if it is Arabic."""
    if not _LETTER.search(text):
        return frozenset()
    words = set(_WORD.findall(text))
    found = [plain for marks, plain in _languages() if len(marks & words) >= _LEAST_MARKS]
    return frozenset().union(*found)


@cache
def _languages() -> tuple[tuple[frozenset[str], frozenset[str]], ...]:
    document = json.loads(read_data(FILE))
    return tuple(
        (frozenset(each["marks"]), frozenset(map(folded_text, each["words"])))
        for each in document["languages"]
    )
