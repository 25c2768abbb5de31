"""Profiles in ~/.aws/config: saved, edited and compared with what AWS lists."""
