"""The words of the app: pure values that every floor shares."""
