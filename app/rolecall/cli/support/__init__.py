"""What several commands share: errors, questions, tables, and the sessions they work on."""
