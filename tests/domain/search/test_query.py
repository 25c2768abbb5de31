"""Search queries. Property tests cover any text; the examples show why."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rolecall.domain.search.folding import SearchIndex, fold, plain
from rolecall.domain.search.query import Query
from tests.support.for_each import for_each

ACCOUNTS = [
    ("audit", "111122223333", "aws+audit@example.com"),
    ("Prod-Audit", "123456789012", "aws+pa@example.com"),
    ("claudite", "444455556666", "aws+3@example.com"),
    ("auditors", "777788889999", "aws+4@example.com"),
    ("ログ アーカイブ", "012345678901", "log@example.com"),
    ("Événements", "210987654321", "ev@example.com"),
    ("dev (1212-3434-5656)", "999900001111", "dev@example.com"),
]
HAYS = SearchIndex.of(ACCOUNTS)


def found(query: str) -> list[str]:
    return [ACCOUNTS[i][0] for i in Query.parse(query).select(HAYS).rows]


def marked(query: str, text: str) -> list[str]:
    return [text[start:end] for start, end in Query.parse(query).spans(text)]


# Matching


@for_each(
    ("query", "names"),
    [
        ("prod audit", ["Prod-Audit"]),
        ("audit prod", ["Prod-Audit"]),
        ("  AUDIT\t prod\n", ["Prod-Audit"]),
        ("aws+pa@example.com", ["Prod-Audit"]),
        ("123456789012", ["Prod-Audit"]),
        ("1234-5678-9012", ["Prod-Audit"]),
        ("1234-56", ["Prod-Audit", "ログ アーカイブ"]),
        ("121234345656", ["dev (1212-3434-5656)"]),
        ("1212-3434-5656", ["dev (1212-3434-5656)"]),
        ("dev (1212", ["dev (1212-3434-5656)"]),
        ("ｱｰｶｲﾌﾞ", ["ログ アーカイブ"]),
        ("アーカイフ", []),
        ("ａｕｄｉｔ ｐｒｏｄ", ["Prod-Audit"]),
        ("１２３４５６７８９０１２", ["Prod-Audit"]),
        ("evenements", ["Événements"]),
        ("ÉVÉ", ["Événements"]),
        ("éve", ["Événements"]),
        ("evé", ["Événements"]),
        ("èv", []),
        ("E\u0301ve\u0301", ["Événements"]),
        ("no-such-thing", []),
        ("audit audit audit", ["audit", "auditors", "Prod-Audit", "claudite"]),
    ],
)
def test_all_words_must_match(query: str, names: list[str]) -> None:
    assert found(query) == names


ROLE = "AWSReservedSSO_ReadOnly_0123456789abcdef"
SETS = [
    ("Prod", "123456789012", "ReadOnly"),
    ("Prod", "123456789012", "Read_Only.x"),
    ("Dev", "210987654321", "ReadOnly"),
]


@for_each(
    "pasted",
    [
        f"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/eu-west-1/{ROLE}",
        f"arn:aws:iam::123456789012:role/aws-reserved/sso.amazonaws.com/{ROLE}",
        f"arn:aws:sts::123456789012:assumed-role/{ROLE}/jo@example.com",
        f"arn:aws-us-gov:sts::123456789012:assumed-role/{ROLE}/jo",
        f"  arn:aws-cn:iam::123456789012:role/x/{ROLE} \n",
        "https://d-1.awsapps.com/start/#/console?account_id=123456789012&role_name=ReadOnly",
        "https://aws.example.com/start#/console?role_name=ReadOnly&account_id=123456789012",
        " https://d-1.awsapps.com/start/#/console?account_id=123456789012&role_name=Read%4Fnly"
        "&destination=https%3A%2F%2Fx ",
    ],
)
def test_a_role_arn_or_a_portal_link_finds_its_permission_set(pasted: str) -> None:
    index = SearchIndex.of(SETS)
    assert Query.parse(pasted).select(index).rows == [0]
    accounts = SearchIndex.of(fields[:2] for fields in SETS)
    assert Query.parse(pasted).select(accounts).rows == [0, 1]


def test_a_role_name_alone_finds_its_permission_set() -> None:
    index = SearchIndex.of(SETS)
    assert Query.parse(ROLE).select(index).rows == [0, 2]
    assert Query.parse("AWSReservedSSO_Read_Only.x_0123456789abcdef").select(index).rows == [1]


def test_an_arn_of_another_kind_finds_its_account() -> None:
    index = SearchIndex.of(SETS)
    assert Query.parse("arn:aws:iam::210987654321:root").select(index).rows == [2]


# Ranking


def test_the_start_of_a_name_comes_before_the_start_of_a_word_and_that_before_an_inside() -> None:
    assert found("audit") == ["audit", "auditors", "Prod-Audit", "claudite"]


def ranked(query: str, *rows: str) -> list[str]:
    """Return the rows in the order of the query. Each has its fields between commas."""
    index = SearchIndex.of([row.split(",") for row in rows])
    return [rows[i] for i in Query.parse(query).select(index).rows]


def test_a_name_that_begins_with_a_word_comes_before_one_that_only_has_all_words() -> None:
    rows = ["sre-prod-dev-ops", "ops-prod-admin", "ops-production", "devops-nonprod"]
    assert ranked("ops prod", *rows) == [
        *("ops-prod-admin", "ops-production", "sre-prod-dev-ops", "devops-nonprod")
    ]


def test_a_whole_word_comes_before_the_start_of_one_in_the_same_place() -> None:
    assert ranked("dev", "x-developer", "developer", "x-dev", "dev-x") == [
        *("dev-x", "developer", "x-dev", "x-developer")
    ]


def test_the_name_comes_before_the_id_and_that_before_the_address() -> None:
    rows = ["b,220184000000,b@x", "c,220000000000,c+184@x", "a184,220000000000,a@x"]
    assert ranked("184", *rows) == [rows[2], rows[0], rows[1]]
    rows = ["audit,1,aws+prod@x", "reproduction,2,aws+re@x", "x-prod,3,aws+x@x"]
    assert ranked("prod", *rows) == [rows[2], rows[1], rows[0]]


def test_a_row_can_have_several_names() -> None:
    index = SearchIndex.of([["prod", "ReadOnly", "reads"], ["prod", "Admin", "read"]], names=2)
    assert Query.parse("read").select(index).rows == [0, 1]


def test_rows_with_all_words_whole_come_before_those_with_one() -> None:
    index = SearchIndex.of([["nonprod audit"], ["prod auditors"], ["audit prod"]])
    assert Query.parse("prod audit").select(index).rows == [2, 1, 0]


def test_a_lower_case_name_is_found_without_its_accents() -> None:
    index = SearchIndex.of([["événements"]])
    for query in ("evenements", "événements"):
        assert Query.parse(query).best_matches_only(index).scattered is False


def test_a_capital_letter_starts_a_word() -> None:
    index = SearchIndex.of([name] for name in ("Readministered", "AWSAdministratorAccess", "Admin"))
    assert Query.parse("admin").select(index).rows == [2, 1, 0]
    assert Query.parse("awsadmin").select(index).rows == [1]


def test_a_name_in_capitals_is_one_word() -> None:
    index = SearchIndex.of([["PROD2EU"], ["prod-europe"]])
    assert Query.parse("eu").select(index).rows == [1, 0]


def test_scattered_letters_match_only_if_nothing_else_does() -> None:
    selection = Query.parse("pdadt").select(HAYS)
    assert [ACCOUNTS[i][0] for i in selection.rows] == ["Prod-Audit"]
    assert selection.scattered
    assert not Query.parse("aud").select(HAYS).scattered


@pytest.mark.parametrize(("length", "rows"), [(64, [0]), (65, [])])
def test_the_letters_of_a_very_long_word_are_not_looked_for_one_by_one(
    length: int, rows: list[int]
) -> None:
    index = SearchIndex.of([["-".join("a" * length)]])
    assert Query.parse("a" * length).select(index).rows == rows


def test_closer_scattered_letters_rank_higher() -> None:
    index = SearchIndex.of([["p-r-o-d"], ["p-rod"], ["pr-od"]])
    assert Query.parse("prd").select(index).rows == [1, 2, 0]


def test_scattered_letters_stay_within_one_field() -> None:
    index = SearchIndex.of([["abc", "def"]])
    assert Query.parse("adf").select(index).rows == []
    assert Query.parse("ac").select(index).rows == [0]


# Spans


@for_each(
    ("query", "text", "spans"),
    [
        ("audit", "Prod-Audit", ["Audit"]),
        ("udi", "Prod-Audit", ["udi"]),
        ("prod audit", "Prod-Audit", ["Prod", "Audit"]),
        ("od-au d-a", "Prod-Audit", ["od-Au"]),
        ("a", "banana a", ["a"]),
        ("1234-5678-9012", "123456789012", ["123456789012"]),
        ("1234-5", "123456789012", ["12345"]),
        ("123456789012", "x 1234-5678-9012", ["1234-5678-9012"]),
        ("67", "x 1234-5678-9012", ["67"]),
        ("4567", "x 1234-5678-9012", ["4-567"]),
        ("45678", "1-2-3-4-5-6-7-8", []),
        ("ｱ", "アーカイブ", ["ア"]),
        ("ブ", "ｱｰｶｲﾌﾞ!", ["ﾌﾞ"]),
        ("strasse", "Hauptstraße 1", ["straße"]),
        ("株式", "㍿ x", ["㍿"]),
        ("fi", "ﬁn", ["ﬁ"]),
        ("evene", "E\u0301ve\u0301nements", ["E\u0301ve\u0301ne"]),
        ("éve", "Événements", ["Évé"]),
        ("각", "가각", ["각"]),
        ("i", "İx", ["İ"]),
        ("lodz", "Łódź", ["Łódź"]),
        ("", "x", []),
        ("x", "", []),
    ],
)
def test_what_matches_is_highlighted(query: str, text: str, spans: list[str]) -> None:
    assert marked(query, text) == spans


def test_the_start_of_a_word_is_highlighted_and_not_an_earlier_inside() -> None:
    assert Query.parse("audit").spans("xaudit audit") == [(7, 12)]


def test_scattered_letters_are_highlighted_one_by_one() -> None:
    assert Query.parse("pda").spans("Prod-Audit", scattered=True) == [(0, 1), (3, 4), (5, 6)]
    assert Query.parse("pdz").spans("Prod-Audit", scattered=True) == []


# Properties

letters = st.text(
    st.sampled_from("abAB1-_. é\u0301ÈøŁｱアｶﾞがㅏ가각ﬁß㍿İı１👩\u200d💻❤\ufe0f")
    | st.characters(codec="utf-8"),
    max_size=12,
)
rows = st.lists(st.lists(letters, min_size=1, max_size=3), max_size=12)


@st.composite
def rows_and_queries(draw: st.DrawFn) -> tuple[list[list[str]], str]:
    """Rows, and words of which most are parts of one of them."""
    found = draw(rows)
    if not found or draw(st.integers(0, 4)) == 0:
        return found, draw(letters)
    texts = st.sampled_from(draw(st.sampled_from(found)))
    pieces = [_piece(draw, text) for text in draw(st.lists(texts, min_size=1, max_size=3))]
    return found, " ".join(pieces)


def _piece(draw: st.DrawFn, text: str) -> str:
    start = draw(st.integers(0, len(text)))
    return text[start : draw(st.integers(start, len(text)))]


@st.composite
def texts_and_queries(draw: st.DrawFn) -> tuple[str, str]:
    """A text, and often a part of it."""
    text = draw(letters)
    return text, draw(letters) if draw(st.integers(0, 4)) == 0 else _piece(draw, text)


def contains(fields: list[str], word: str) -> bool:
    """The rule in its simplest form, for words without dashes between digits."""
    wanted = fold(word)
    for folded in map(fold, fields):
        if wanted in folded:
            return True
        if wanted == plain(wanted) and wanted in plain(folded):
            return True
    # Accents on some letters only.
    bare = [field for field in map(plain, map(fold, fields)) if plain(wanted) in field]
    return bool(bare) and wanted != plain(wanted)


@given(rows_and_queries())
def test_selected_rows_have_every_word(searched: tuple[list[list[str]], str]) -> None:
    rows, query = searched
    selection = Query.parse(query).select(SearchIndex.of(rows))
    assert len(set(selection.rows)) == len(selection.rows)
    if selection.scattered:
        return
    for i in selection.rows:
        for word in query.split():
            digits = word.replace("-", "")
            assert contains(rows[i], word) or (digits.isdigit() and contains(rows[i], digits))


@given(rows_and_queries())
def test_rows_with_every_word_are_selected(searched: tuple[list[list[str]], str]) -> None:
    rows, query = searched
    selected = Query.parse(query).select(SearchIndex.of(rows)).rows
    for i, fields in enumerate(rows):
        if all(any(fold(word) in fold(field) for field in fields) for word in query.split()):
            assert i in selected


@given(rows, letters, letters)
@example([["ab"], ["ba"]], "a", "b")
@example([["axb"], ["ab"]], "ab", "c")
@example([["a-1-b"]], "1234-5", "6")
def test_narrowing_equals_a_new_search(rows: list[list[str]], first: str, more: str) -> None:
    index = SearchIndex.of(rows)
    previous = Query.parse(first).select(index)
    for query in (first + more, f"{first} {more}", more):
        parsed = Query.parse(query)
        assert parsed.select(index, previous) == parsed.select(index)


@given(st.text("abAB1-_. ", min_size=2, max_size=12))
def test_typing_on_narrows(query: str) -> None:
    folded = fold(query)
    for end in range(1, len(folded)):
        if not re.search(r"\d-", folded):
            assert Query.parse(folded[: end + 1]).narrows(Query.parse(folded[:end]))


@given(texts_and_queries())
@example(("가", "ᄀ"))
def test_spans_are_in_bounds_and_contain_the_words(searched: tuple[str, str]) -> None:
    text, query = searched
    parsed = Query.parse(query)
    spans = parsed.spans(text)
    ends = [place for span in spans for place in span]
    assert ends == sorted(ends)
    assert all(0 <= start < end <= len(text) for start, end in spans)
    if len(query.split()) == 1 and spans:
        (start, end) = spans[0]
        assert _bare(query.strip()) in _bare(text[start:end])


def _bare(text: str) -> str:
    return plain(fold(text)).replace("-", "")


@given(texts_and_queries())
def test_a_text_that_has_the_word_is_highlighted(searched: tuple[str, str]) -> None:
    text, query = searched
    words = query.split()
    if len(words) == 1 and fold(words[0]) and fold(words[0]) in fold(text):
        assert Query.parse(query).spans(text)


@given(letters, letters)
def test_folding_is_idempotent_and_ignores_only_form_and_case(text: str, other: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text))
    assert fold(text.upper().lower()) == fold(text.lower().upper().lower())


# Odd patterns give the right result. The benchmark measures their speed.


@for_each("query", ["a" * 10_000, "a " * 5_000, "ab" * 32, "(" * 50, "\\", "[", ".*"])
def test_odd_patterns_match_all_rows_or_none(query: str) -> None:
    index = SearchIndex.of([["a" * 60 + "b", "banana"]] * 200)
    rows = Query.parse(query).select(index).rows
    assert rows in ([], list(range(200)))
    Query.parse(query).spans("a" * 200)


def test_a_query_of_very_many_words_is_cut() -> None:
    query = Query.parse(" ".join(f"w{i}" for i in range(5_000)))
    assert len(query.words) == 32


# Boosts


def boosted(query: str, boosts: dict[int, float]) -> list[str]:
    return [ACCOUNTS[i][0] for i in Query.parse(query).select(HAYS, boosts=boosts).rows]


def test_a_boost_moves_a_row_up_among_equal_matches() -> None:
    assert boosted("dit", {}) == ["audit", "Prod-Audit", "claudite", "auditors"]
    assert boosted("dit", {2: 1.0}) == ["claudite", "audit", "Prod-Audit", "auditors"]
    assert boosted("dit", {2: 1.0, 3: 2.0}) == ["auditors", "claudite", "audit", "Prod-Audit"]
    # The start of a name still comes before the start of a word, and that before the rest.
    assert boosted("audit", {1: 9.0, 2: 9.0}) == ["audit", "auditors", "Prod-Audit", "claudite"]
    assert boosted("aws", {3: 1.0, 2: 2.0})[:2] == ["claudite", "auditors"]


@given(st.text(max_size=5), st.dictionaries(st.integers(0, 6), st.floats(0, 1)))
def test_a_boost_neither_adds_nor_loses_rows(query: str, boosts: dict[int, float]) -> None:
    parsed = Query.parse(query)
    assert sorted(parsed.select(HAYS, boosts=boosts).rows) == sorted(parsed.select(HAYS).rows)


@for_each(
    ("query", "names", "scattered"),
    [
        ("audit", ["audit", "Prod-Audit"], False),  # whole words
        ("auditor", ["auditors"], False),  # the start of one
        ("udit", ["audit", "Prod-Audit", "claudite", "auditors"], False),  # the rest
        ("prod aud", ["Prod-Audit"], False),
        ("pda", ["Prod-Audit"], True),
        ("zzz", [], True),
        ("", [account[0] for account in ACCOUNTS], False),
    ],
)
def test_the_best_matches_are_those_of_the_first_kind_that_exists(
    query: str, names: list[str], scattered: bool
) -> None:
    best = Query.parse(query).best_matches_only(HAYS)
    assert ([ACCOUNTS[i][0] for i in best.rows], best.scattered) == (names, scattered)


def test_an_accented_word_is_implied_by_itself_only() -> None:
    assert Query.parse("é").narrows(Query.parse("é"))
    assert not Query.parse("é").narrows(Query.parse("è"))
    assert not Query.parse("éa").narrows(Query.parse("é"))


def test_words_of_a_text_can_be_dropped_from_a_query() -> None:
    query = Query.parse("prod pda x")
    assert query.without_words_in(["Prod-Audit"]) == Query.parse("pda x")
    assert query.without_words_in(["Prod-Audit"], scattered=True) == Query.parse("x")


@given(rows_and_queries())
def test_whole_words_are_among_what_is_shown(searched: tuple[list[list[str]], str]) -> None:
    rows, query = searched
    index, parsed = SearchIndex.of(rows), Query.parse(query)
    shown = parsed.select(index)
    whole = parsed.in_whole_words(index).rows
    assert set(whole) <= set(shown.rows)
    assert not (whole and shown.scattered and not parsed.is_empty)


@given(st.lists(st.sampled_from(["prod", "Read", "Only", "7", "基盤"]), min_size=1, max_size=4))
def test_each_word_of_a_name_is_whole_and_a_part_of_one_is_not(names: list[str]) -> None:
    index = SearchIndex.of([["-".join(names)]])
    for name in names:
        assert Query.parse(name).in_whole_words(index).rows == [0]
        if name.isascii() and len(name) > 1:
            assert Query.parse(name[:-1]).in_whole_words(index).rows == []


@for_each(
    ("text", "query", "is_whole"),
    [
        ("AWSReadOnlyAccess", "readonly", True),
        ("AWSReadOnlyAccess", "read", True),
        ("AWSReadOnlyAccess", "awsreadonlyaccess", True),
        ("AWSReadOnlyAccess", "only-access", False),
        ("AWSReadOnlyAccess", "rea", False),
        ("prod-audit", "prod-audit", True),
        ("prod-audit", "prod-aud", False),
        ("prod-audit", "-", False),
        ("prod1", "prod", False),
        ("preprod", "prod", False),
        ("本番環境", "本番", True),  # no spaces between words
        ("本番Admin", "admin", True),
        ("本番Admin", "adm", False),
        ("Zoë", "zoe", True),
        ("Zoë", "zoë", True),
        ("1234-5678-9012", "123456789012", True),
        ("123456789012", "1234-5678-9012", True),
        ("123456789012", "1234-5678", False),
    ],
)
def test_words_are_whole_from_the_start_of_one_to_the_end_of_one(
    text: str, query: str, is_whole: bool
) -> None:
    index = SearchIndex.of([[text]])
    assert bool(Query.parse(query).in_whole_words(index).rows) == is_whole
