"""A file on its way in: the row `import_job` is the job, from received to done, and back."""
