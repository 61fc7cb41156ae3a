"""What can be done with a topic: one function per verb."""
