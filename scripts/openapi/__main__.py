"""Write the OpenAPI document that the API serves; ``--check`` only compares.

``python -m scripts.openapi [--check]``
"""

import json
import sys
from pathlib import Path

from scripts.generated import keep
from scripts.openapi.declared import ROOT, Undescribed
from scripts.openapi.document import document

TARGET = ROOT / "services" / "topics" / "openapi.json"


def text() -> str:
    """The document as it is committed and served."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def main(arguments: list[str], *, target: Path = TARGET) -> int:
    """Write or check the document; 1 if something is not described or the check finds drift."""
    try:
        wanted = text()
    except Undescribed as error:
        print(error)
        return 1
    return keep(target, wanted, arguments, program="scripts.openapi")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
