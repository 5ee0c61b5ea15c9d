"""Privacy: the policy as a program.

Every clause of the policy names the feature that keeps it and the test that proves it; the promise board shows both to
anyone, and says "partly" or "not yet" where the house is not finished. The account holder's center lies here: what we
hold, export, deletion with grace. This room imports no other room's models: it walks `core.personal_data`.
Words: clause, promise, tile, export, grace.
"""
