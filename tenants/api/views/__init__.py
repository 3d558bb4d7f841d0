"""Views of tenants, one module per resource."""
