"""What `/digest` does, a file a family of commands."""
