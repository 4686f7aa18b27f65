"""Profiles, follows and the activity feed of musicians."""
