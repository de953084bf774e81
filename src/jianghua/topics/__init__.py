"""A Bag becomes a TopicModel, and a TopicModel becomes Themes."""
