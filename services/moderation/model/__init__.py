"""The rules of moderation, pure: no clock, no network."""
