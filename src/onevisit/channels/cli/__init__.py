"""The command line: contracts that others script against. One module a noun; `main` loads the one that is called."""
