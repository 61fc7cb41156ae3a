"""The rules of the archive: what a record is and when it is sound. Standard library only."""
