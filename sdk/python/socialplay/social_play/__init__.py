"""SocialPlay: posts, comments, follows, messages, notifications, moderation."""
