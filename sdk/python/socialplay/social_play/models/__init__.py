"""What SocialPlay answers. Times have milliseconds and a time zone."""
