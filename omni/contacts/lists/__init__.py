"""Lists of people: which fields there are, what an address asks of them, one page of the answer, and its cells."""
