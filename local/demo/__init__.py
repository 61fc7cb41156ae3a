"""The demonstration: one consultation through all six steps, over HTTP, as its users would."""
