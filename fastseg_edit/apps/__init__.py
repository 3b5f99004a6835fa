"""Ways to run a pipeline. Nothing imports them."""
