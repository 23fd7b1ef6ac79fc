"""What a text claims that can be looked up: quotations, dates, numbers, names; found by rules, without a model.

Each kind is read from text and source alike and compared by what it means, not by how it is written. English is understood
best; digits, dates in figures and months of some languages are in any.
"""
