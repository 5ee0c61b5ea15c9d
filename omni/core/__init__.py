"""Mechanisms that exist once, without Flask and without a word of the trade.

Database, tenancy, doors, ids, clock, words, queue, events, changes, ports, policies, personal data, egress, audit,
secrets, mail and log. Core imports no room and no web.
"""
