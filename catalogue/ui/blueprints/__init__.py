"""Pages of blueprints. Where they are made into appliances, or of them, are pages of compute."""
