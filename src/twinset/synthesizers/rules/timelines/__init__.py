"""What happens to a parent over time: streams of events, and histories of what changed."""
