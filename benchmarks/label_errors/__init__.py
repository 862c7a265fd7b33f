"""Which way of looking for label errors lists more of them first."""
