"""The door for applicants and their representatives."""
