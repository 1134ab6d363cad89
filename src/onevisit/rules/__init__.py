"""Rule sets in force and their runs (规则, 秒批); nothing else knows zen.

Modules: engine (a decision, pure), doubt (what unknown facts leave open), golden (cases computed by hand).
"""
