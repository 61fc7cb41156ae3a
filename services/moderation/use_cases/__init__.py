"""What the moderation service does, one function per verb."""
