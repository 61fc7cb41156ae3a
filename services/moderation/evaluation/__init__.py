"""Measuring the rules against texts that people have judged; it runs on a laptop, without AWS."""
