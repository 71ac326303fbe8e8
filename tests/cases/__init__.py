"""Small repositories, and what is found and fixed in each."""
