"""What each type of resource becomes, a file for each family."""
