"""What the AWS files say."""
