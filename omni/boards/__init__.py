"""Boards: where a contact stands, and how it is moved.

Words: a *board* has *stages*, a *card* is one contact on one board, a *stay* is the time a card spent in a stage, the
*status line* is the one sentence a card says.
Rules: a card moves by `actions.move_card` alone; a move changes one card, closes one stay, opens one and renumbers
nothing; `stage_stat` counts the cards of its stage after every transaction.
"""
