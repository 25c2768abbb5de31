"""The inventory: listing what a sign-in reaches, at the pace that AWS allows, into the cache."""
