"""Where a panel meets its service: gestures become service calls, changes become `show_…`."""
