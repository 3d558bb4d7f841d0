"""The messages between the server and the remote services, and the words both need."""
