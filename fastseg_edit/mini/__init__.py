"""The mini pack: small models of a drawn world, for trying things out without a download.

They know nothing of the real world. `python -m fastseg_edit.mini evaluate` measures them.
"""
