"""The Quo API: what it accepts, what it answers, and how we call it. Plain Python, no pages."""
