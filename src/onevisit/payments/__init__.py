"""Bills, payments, double entry."""
