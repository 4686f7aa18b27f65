"""What the service answers, as frozen dataclasses. All times are aware ``datetime`` objects of
whole seconds.

Words such as ``status`` are plain text, not enumerations: the service may learn new ones.
"""
