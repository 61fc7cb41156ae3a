"""Where the real comments are that quality is measured on; they are no part of the project."""

import os
from pathlib import Path

DATA = Path(os.environ.get("SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
