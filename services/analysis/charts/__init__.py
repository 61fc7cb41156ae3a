"""Charts of results: accessible SVG in Arabic and English, and the tables that say the same."""
