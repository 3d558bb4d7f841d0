"""What a blueprint comes to in a virtual datacenter: pure decisions, by value."""
