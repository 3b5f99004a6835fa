"""From weights to a pipeline of diffusers that is ready to paint."""
