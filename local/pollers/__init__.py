"""Event-source mappings: from a queue or a table's stream to a function."""
