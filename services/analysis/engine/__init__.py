"""The computing of an analysis: pure functions over arrays, that handlers and the CLI share."""
