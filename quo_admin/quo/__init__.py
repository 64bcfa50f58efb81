"""The Quo API: what it accepts, what it returns, and how we call it. No pages."""
