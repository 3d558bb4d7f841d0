"""Views: who looks, what is read, which template. Rules live in compute.states and compute.services."""
