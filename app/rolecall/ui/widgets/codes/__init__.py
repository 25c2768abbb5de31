"""What a sign-in shows: the code, the link and the QR code."""
