"""Workers: how items are done, and by which processes or machines."""
