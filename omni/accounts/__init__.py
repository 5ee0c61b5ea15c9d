"""Who may enter, and as what.

A **user** is a person with a password; a **teammate** is that user in one workspace, with a role. A **session** is one
signed-in device, an **invitation** a door into a workspace, a **notice** one line a teammate is told in the product.
A user is global, whatever they do in a workspace is done by their teammate there.

Rules: a role gives no right its giver lacks; an admin does not change an owner; a workspace always has an owner; a
link opens once; a changed password ends every other session.
"""
