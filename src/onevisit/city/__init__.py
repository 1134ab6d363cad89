"""The city (市): its divisions to the village, departments and their offices, halls, and the days on which it works.

`queries` reads, `actions` founds a city from `data/`; `divisions` reads the packed table of all China, `demo` makes up
what a demo city needs beside it.
"""
