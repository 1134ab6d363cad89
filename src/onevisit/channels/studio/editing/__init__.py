"""A definition as forms (编辑): which part stands in which section, its controls, and the document again from what was typed.

Everything is read off the shape of the format (`core.shape`): a key that the format gets has its control without a line here.
"""
