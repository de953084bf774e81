"""A Corpus becomes a Bag: 提法 kept whole, empty words set aside with a reason."""
