"""The workbench (工作台): where window clerks, approvers and chiefs spend their day. Forms in, pages out; no rules, no tables."""
