"""What is printed: codes that a scanner reads, and labels for containers and samples."""
