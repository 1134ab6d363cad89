"""What the city offers: base items, standards, items; publishing, search, the guide. GB/T 39046-2020.

Beside models, queries and actions: `packs` reads a folder, `offers` applies what a division adds, `search` finds by people's
words, `guide` derives the office guide, `forms` prints it and its blank form, `door` draws the visit count.
"""
