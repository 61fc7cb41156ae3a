"""The results of a run as people read them."""
