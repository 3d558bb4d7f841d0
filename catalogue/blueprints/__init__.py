"""What a blueprint holds, by value: its content, its form as YAML, and how two contents differ."""
