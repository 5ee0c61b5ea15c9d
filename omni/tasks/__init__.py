"""Tasks: what is to be done for a contact, by whom and on which day.

Words: a *task* is a promise to oneself; the earliest open one is the contact's *next step*.
Rules: `due_on` is a calendar day of the studio and never shifts; `due_at` is its last instant; each open task has one
row in contacts' `next_action`, written in the same transaction.
"""
