"""The person: contact, timeline, notes, consent and its gate, search, import, undo, Today.

Words: a *contact* is a person; *activity* is one line of the timeline; *consent* is their yes, an *opt-out* their stop.
Rules: a stage of life changes only by `actions.set_lifecycle`; a message may go only with a permit from `gate`.
"""
