"""What a job has done so far, and who may write it down."""
