"""What several tests share: real servers, and waiting for a condition."""
