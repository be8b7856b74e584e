"""An office that can be moved: the whole of it into one archive, and out of one again, from either database to either."""
