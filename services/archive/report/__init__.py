"""A record as people read it: the report and the data card."""
