"""Texts of a model beside texts of people: how varied they are, whether they repeat, what they leak, what they are good
for.
"""
