"""What the service promises to whoever calls it or listens to it; no function reads this."""
