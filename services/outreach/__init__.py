"""Outreach [S2, S5]: tells people over the channels, and keeps who asked to be told."""
