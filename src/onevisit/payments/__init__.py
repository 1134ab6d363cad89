"""Payments (缴费): bills, orders by which they are paid at a gateway, what the gateway really took, and its double entry.

`actions` opens, starts, settles, voids · `states` the moves of a bill and an order · `statement` what a gateway's answer must
look like · `booking` how an answer becomes money in the books · `gateway` the calls out · `jobs` asking again · `invariants`
9, 14, 15, 16.
"""
