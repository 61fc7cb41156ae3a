"""The services of the consultation programme; each owns its data and speaks by events."""
