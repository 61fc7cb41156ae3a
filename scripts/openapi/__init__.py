"""The OpenAPI document of the whole API, made from what the code has."""
