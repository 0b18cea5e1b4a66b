"""PostgreSQL: tables, migrations, the unit of work."""
