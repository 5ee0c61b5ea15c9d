"""People as files: the same facts as a sheet (CSV), as contact cards (vCard 3.0) and as data (JSON).

`people` reads them, block by block; `sheets`, `cards` and `data` each write one format; `files` puts both together.
"""
