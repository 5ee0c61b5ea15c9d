"""Referral links: one short address that looks good in every chat and turns a tap into a lead.

Words: a *hit* is one request to a link, a *visit* a hit judged human, a *touch* a contact meeting a link, a
*submission* a form sent from a link's page. People see Taps (visits), Shares (hits of class preview, "about 12"),
Leads, Joined.

Rules: a public page is the same bytes for everyone, sets no cookie and writes no row; what it counts goes through the
spool. A slug never points at a second link.
"""
