"""What staff do with webhooks."""
