"""What can be added to the weights of a diffusion model."""
