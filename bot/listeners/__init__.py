"""What people type and press in Slack, and what they are answered."""
