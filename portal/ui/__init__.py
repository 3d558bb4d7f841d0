"""Pages that belong to no single app: the dashboard and the command palette."""
