"""Texts: one shared inbox, sent and received so that none is lost and none is sent twice.

Words: a *conversation* is the thread between one of our numbers (*sender*) and one address; a *message* is one text in
it; a *segment* is what the carrier bills. A message has one of five words for people and one inner state for us.

Rules: a text is posted only under a committed claim; a post nobody answered is *unknown* until a witness settles it;
who said stop hears nothing more; practice texts never reach a carrier, real ones never the practice phone.
"""
