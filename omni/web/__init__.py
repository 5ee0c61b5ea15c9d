"""How a request is answered: rights, forgery walls, sessions, headers, forms, fragments and errors.

Flask lives here. Rooms bring routes; this package decides in which order a request is judged
(specs/security.md, "Request order") and what every answer carries. It knows no room: who is signed in it asks by
the port `identity`.
"""
