"""What every service speaks: errors, events, ids, clock, settings, HTTP, table, observability."""
