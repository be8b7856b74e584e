"""Templates become drafts, drafts are checked and approved, and what was approved is kept byte for byte."""
