"""What is measured, against what: `python -m bench` (see README.md)."""
