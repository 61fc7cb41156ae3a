"""What several figures need: a round that collects, its neighbour Isso, AWS emulated and metered."""
