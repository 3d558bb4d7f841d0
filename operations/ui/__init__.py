"""Pages of operations: the task drawer and the activity of an enterprise."""
