"""The shadow audit: how well somebody who can run the same engine tells whether a record was learned from.

An engine is fitted again and again on random halves of a table (shadows), so that of every record it is known from which
twins it is in and from which it is out. From those an attacker learns what a twin looks like with the record and without it,
and judges a twin that it has not seen by the likelihood ratio of the two (Carlini et al., Membership inference attacks from
first principles, IEEE S&P 2022). What runs the shadows is :mod:`twinset.pipeline`'s to know.
"""
