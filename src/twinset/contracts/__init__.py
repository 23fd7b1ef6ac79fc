"""What a team already has, turned into a plan: descriptions of tables that are no data. One format a module."""
