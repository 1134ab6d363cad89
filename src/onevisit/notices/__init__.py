"""What the city says to people: receipt, decision; the inbox."""
