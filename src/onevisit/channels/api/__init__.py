"""Machine-readable doors: catalogue, guide, own case, health."""
