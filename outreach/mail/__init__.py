"""Mail on the wire: building MIME from a frozen letter, and reading whatever comes back."""
