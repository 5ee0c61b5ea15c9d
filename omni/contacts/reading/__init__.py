"""From the bytes of a file to people, without a database: what a file says, and what would become of each row."""
