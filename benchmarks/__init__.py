"""What is measured, one script a question, the numbers last printed beside it."""
