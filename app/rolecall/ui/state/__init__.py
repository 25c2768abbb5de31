"""What the screens show. Each field has one writer."""
