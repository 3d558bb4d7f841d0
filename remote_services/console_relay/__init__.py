"""Joins a ticketed connection from the server to a machine's console. It knows no users and no rights:
whoever holds a fresh request signed with the datacenter's key may see the machine."""
