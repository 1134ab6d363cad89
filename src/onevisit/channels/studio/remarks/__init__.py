"""What readers say is wrong with guides (报错), answered by editors."""
