"""Measuring the rules against labelled texts; for laptops, no function ships it."""
