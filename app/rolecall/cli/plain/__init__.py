"""The plain mode: questions with numbered answers, in lines that are only appended."""
