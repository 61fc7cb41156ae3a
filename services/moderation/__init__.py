"""Moderation: screens every comment within seconds; a person decides what the rules held."""
