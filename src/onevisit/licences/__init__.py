"""E-licences (电子证照): their catalogue, the library, numbers, files, verification, revocation.

GB/T 36901 to 36906-2018; 行政许可法 arts. 39, 69, 70. Besides models, queries, actions and invariants: `packs` (types as
a pack brings them), `layout` (what is printed, what lies inside the file), `jobs` (the file is made), `standing` (is it valid
on a day), `verification` (a file, without a database).
"""
