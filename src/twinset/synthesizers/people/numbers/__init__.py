"""Numbers that states, banks and makers give out: with valid check digits, and nobody's where that can be had."""
