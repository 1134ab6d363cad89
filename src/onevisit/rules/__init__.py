"""Rule sets in force and their runs; nothing else knows zen."""
