"""Where photos lie and results go: folders, and stores at URLs."""
