"""How services describe their part of the API; no function reads this."""
