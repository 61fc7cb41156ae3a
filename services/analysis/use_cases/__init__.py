"""One function per verb of the analysis service."""
