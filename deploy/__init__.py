"""How Atrium is started and shipped; nothing here is imported by the product itself."""
