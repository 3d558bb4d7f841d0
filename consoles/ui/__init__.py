"""The console page and the request for a ticket."""
