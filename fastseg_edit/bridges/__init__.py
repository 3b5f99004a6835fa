"""Our stages in the pipelines of other libraries."""
