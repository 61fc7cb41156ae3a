"""Write the OpenAPI document that the API serves; ``--check`` only compares.

``python -m scripts.openapi [--check]``
"""

import json
import sys
from pathlib import Path

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
    if arguments == ["--check"]:
        fresh = target.is_file() and target.read_text("utf-8") == wanted
        if not fresh:
            print(f"{target.name} differs from the code: python -m scripts.openapi")
        return 0 if fresh else 1
    target.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
