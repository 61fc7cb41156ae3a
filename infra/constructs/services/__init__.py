"""One construct per service: its functions, what starts them, and exactly what each may do."""
