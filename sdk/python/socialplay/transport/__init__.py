"""How requests get to the service and answers back."""
