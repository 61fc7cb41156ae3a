"""What several figures need: a round that collects, Isso beside it, AWS emulated and metered."""
