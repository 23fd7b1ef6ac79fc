"""What is known of countries and languages in a few lines each; words themselves come from installed packages."""
