"""Avatars, tracks, covers and other files."""
