"""What the comments service does: one function per verb."""
