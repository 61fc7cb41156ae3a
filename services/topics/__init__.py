"""Topics: what is consulted on, by which plan, and where each consultation stands."""
