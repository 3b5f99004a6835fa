"""A job at work: items given to workers, and results given their names."""
