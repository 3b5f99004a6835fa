"""From holes to calls of a pipeline, and back to pictures."""
