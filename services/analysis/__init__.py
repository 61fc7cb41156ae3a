"""Analysis: what was said, counted and grouped, and the answer that each comment gets."""
