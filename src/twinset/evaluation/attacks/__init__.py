"""Attacks on a twin: what somebody who holds it could find out about the rows it was learned from.

Each attack asks the same question of rows that were learned from (members) and of rows that were not (strangers): what
succeeds equally with both is knowledge about people in general, and what succeeds with members alone is a leak.
"""
