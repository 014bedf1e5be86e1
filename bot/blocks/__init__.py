"""The nouns as Slack shows them: Block Kit and plain text, pure."""
