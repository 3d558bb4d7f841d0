"""Views of infrastructure, one module for what administrators run and one for what tenants see."""
