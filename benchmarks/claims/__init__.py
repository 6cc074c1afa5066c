"""What is often said of focal loss, held against measurements: a page of computed verdicts."""
