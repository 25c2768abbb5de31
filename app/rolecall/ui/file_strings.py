MALFORMED: dict[str, str] = {}
REFUSED: dict[str, str] = {}
