"""What the office holds about a person: handed out, erased, and listed when it was kept long enough."""
