"""Rules of the comments service, pure: no clock, no network, no AWS."""
