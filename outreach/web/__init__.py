"""The desk in the browser: a handler fetches, calls one verb, shows."""
