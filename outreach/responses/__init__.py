"""What came back: mail and notes, matched to the letters they answer, and who is late."""
