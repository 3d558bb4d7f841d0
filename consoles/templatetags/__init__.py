"""What the console's fragment needs wherever it is included."""
