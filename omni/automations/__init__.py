"""Automations: what happens by itself, in the one room that may see two siblings.

Words: a *join* is an act between rooms that everyone expects, such as a new member's card in Keep; its *switch* turns
it off; a *role* is how it knows a stage, whatever the studio calls that.
Rules: these joins act inside the move that calls them, in its transaction and change batch, so one Undo takes all back;
what a join lands starts no join; each act is a line of the timeline with its reason. Off means that nothing more
happens, and nothing is taken back.
"""
