"""Themes become a comparison of years."""
