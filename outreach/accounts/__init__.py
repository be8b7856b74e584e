"""The people of the office and what each may do."""
