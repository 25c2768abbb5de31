"""The only importer of boto3, which it imports late: importing this room costs nothing."""
