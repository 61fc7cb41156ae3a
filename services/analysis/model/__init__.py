"""The rules of the analysis: pure, the same result to the byte for the same comments."""
