"""What is looked at before a model is loaded and before anything is written."""
