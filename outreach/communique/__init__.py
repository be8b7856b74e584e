"""The communiqué: versions, paragraphs bound to their source passages, annexes, exports."""
