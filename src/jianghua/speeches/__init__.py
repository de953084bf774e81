"""A file of unknown origin becomes a dated Speech in a Corpus."""
