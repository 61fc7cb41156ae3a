"""One function per verb of the archive service."""
