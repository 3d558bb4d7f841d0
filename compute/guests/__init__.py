"""Setting guests up: what may be asked of them, and what their config drives say. Values in, values out."""
