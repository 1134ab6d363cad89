"""Deliveries (送达): results brought by courier, handed over against a signature, or laid into the licence library.

`actions` sends, asks, hears, redirects, hands over · `states` the moves of a delivery and a parcel · `tracking` what a courier's
answer must look like · `progress` how an answer becomes rows and events · `courier` the calls out · `jobs` asking again and
reminding · `invariants` 9 and 10.
"""
