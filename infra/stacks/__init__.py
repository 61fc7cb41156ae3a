"""The two stacks; they only compose constructs."""
