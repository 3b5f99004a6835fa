"""Select an object in a photo, then remove, fill or replace it."""
