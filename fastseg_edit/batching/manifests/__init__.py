"""Jobs as documents, and the items that they stand for."""
