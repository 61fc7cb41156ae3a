"""Rules of a topic: definition, plan, stages, schedule. Pure: no clock, no network."""
