"""Forms in, pages out: channels hold no rules and no tables."""
