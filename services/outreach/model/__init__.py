"""Rules of outreach, pure: notices, outcomes, addresses, tokens."""
