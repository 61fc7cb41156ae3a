"""Whether files of data fit the schemas that lie in the record, and their CSV copies fit them.

Each function is a check of `services.archive.model.soundness`: it says what it looked at, and
raises `Broken` at the first thing that is wrong.
"""

from services.archive.model.opened import Opened
from services.archive.model.reading import Broken
from services.archive.model.record import JSON_LINES, measured
from services.archive.model.schemas import schema_path, table_path
from services.archive.model.shapes import compiled
from services.shared import spreadsheet


def shapes(record: Opened) -> str:
    """Each document, and each row, is as its schema in the record says."""
    looked = 0
    for path, schema in record.described():
        document = record.document(schema)
        fits = compiled(document, document)
        for number, value in enumerate(record.documents(path), start=1):
            looked += 1
            if fault := fits(value):
                place = f"line {number}" if path.endswith(JSON_LINES) else "it"
                raise Broken(path, f"{place} is not as its schema says: ${fault}")
    return f"{looked} documents"


def copies(record: Opened) -> str:
    """Each CSV file is the copy of a file of rows, which has one where any has."""
    tables = {table_path(path): path for path, _ in record.described() if path.endswith(JSON_LINES)}
    listed = {file.path: file for file in record.files if file.path.startswith("csv/")}
    for place in sorted(listed.keys() | (tables.keys() if listed else set())):
        if place not in tables:
            raise Broken(place, "a copy of no file in the record")
        if place not in listed:
            raise Broken(place, "missing")
        columns = list(record.document(str(schema_path(tables[place])))["properties"])
        copy = spreadsheet.table(record.rows(tables[place]), columns)
        if measured(place, copy) != listed[place]:
            raise Broken(place, f"not a copy of {tables[place]}")
    return f"{len(listed)} copies"
