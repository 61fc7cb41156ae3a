"""One script per chore."""
