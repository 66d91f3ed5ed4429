"""HTML for pages: pure functions from notes, links and modules to strings."""
