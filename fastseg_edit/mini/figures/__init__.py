"""What each mini model can do, measured on scenes that it has never seen.

Every module has one function `measure(seeds)` that goes the way of any user: through
`models.get` or `operations`.
"""
