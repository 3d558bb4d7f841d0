"""What browsers load of a theme, and the page where it is made."""
