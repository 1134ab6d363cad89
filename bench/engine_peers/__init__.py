"""The peers' legs of `engine.py`, a module each, run as `python -m engine_peers.bare` in the peers' environment.

Each does the same six steps, a commit a step: submitted by the applicant, reviewed by two side by side, decided, made, delivered.
A step begins from the database, as it does where each is a request of its own.
"""
