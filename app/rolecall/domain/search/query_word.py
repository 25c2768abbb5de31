"""One word of a search query, and the rows that have it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from rolecall.domain.inventory.annotations import GROUP_PREFIX
from rolecall.domain.records import NamedTuple
from rolecall.domain.search.folding import NAME, OTHER, SearchIndex, apart, fold, plain

_ID_BEING_TYPED = r"\d{4}-(?:\d{0,4}|\d{4}-\d{0,4})"
# Thai, Lao, Burmese, Khmer, kana and Han: no spaces show where a word ends.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"


class QueryWord(NamedTuple):
    """One word of a query. `forms` are the spellings that match, folded and without accents.

    `accented` requires the accents that were typed. A word from an ARN or a link is `preferred`:
    rows without it are dropped only if some rows have it. `group:NAME` finds the rows of the group
    or, if there is none of that name, of those that begin so: it may still be being typed.
    """

    forms: tuple[str, ...]
    accented: re.Pattern[str] | None = None
    preferred: bool = False

    @classmethod
    def typed(cls, text: str) -> QueryWord:
        """Return the word as it was typed."""
        folded = fold(text)
        bare = plain(folded)
        if bare != folded and bare:
            return cls((bare,), _accents_as_typed(folded))
        if re.fullmatch(_ID_BEING_TYPED, folded):
            return cls((folded, folded.replace("-", "")))
        return cls((folded,))

    @property
    def is_group(self) -> bool:
        return self.forms[0].startswith(GROUP_PREFIX) and len(self.forms[0]) > len(GROUP_PREFIX)

    def select(self, fields: Sequence[str], within: Sequence[int] | None) -> list[int]:
        """Return the rows within (all, if None) that have the word, by index."""
        if self.is_group:
            return self._of_group(fields, within)
        if self.accented is not None:
            search = self.accented.search
            return [i for i, row in rows_within(fields, within) if search(row)]
        if len(self.forms) == 1:
            (form,) = self.forms
            return [i for i, row in rows_within(fields, within) if form in row]
        return sorted(
            {i for form in self.forms for i, row in rows_within(fields, within) if form in row}
        )

    def _of_group(self, fields: Sequence[str], within: Sequence[int] | None) -> list[int]:
        form = self.forms[0]
        apart, last = f"{form} ", f"{form}\n"
        begun = [(i, row) for i, row in enumerate(fields) if form in row]
        whole = [i for i, row in begun if apart in row or last in row or row.endswith(form)]
        found = whole or [i for i, _ in begun]
        return found if within is None else sorted(set(found).intersection(within))

    def is_whole(self, fields: str, words: str) -> bool:
        """Return whether a row that has the word has it as a whole word or several: `prod`,
        `ReadOnly` and `read-only` of `prod-ReadOnly`, but not `pro`. A group, and what comes from
        an ARN or a link, is a whole name. `fields` and `words` are the row's of `SearchIndex`.
        """
        if self.preferred:
            return self.forms[0] in fields.split("\n")
        if self.is_group:
            return self.forms[0] in fields.split()
        form = self.forms[-1]
        return f" {form} " in words or re.search(_whole(form), words) is not None

    @property
    def start(self) -> str:
        """What `SearchIndex.words` has where a word begins with this one."""
        return f" {apart(self.forms[-1]).strip()}"

    def costs(self, index: SearchIndex, rows: Sequence[int]) -> list[int]:
        """Return how far each row with the word is from the best match.

        The start of a name is better than the start of a word in it, and that is better than the
        inside of one. Then come the other fields in their order. A whole word is a little better
        than the start of one.
        """
        start, form = self.start, self.forms[-1]
        name_start, whole = f"{NAME}{start}", f"{start} "
        all_fields, names = index.fields, index.names
        costs = []
        for i, words in rows_within(index.words, rows):
            if name_start in words:
                costs.append(0 if whole in words else 1)
            elif (at := words.find(start)) >= 0 and at < words.find(OTHER):
                costs.append(2 if whole in words else 3)
            else:
                fields = all_fields[i]
                number = fields.count("\n", 0, max(0, fields.find(form))) - names
                costs.append(4 if number < 0 else 6 + 2 * number - (at >= 0))
        return costs

    def implied_by(self, other: QueryWord) -> bool:
        """Return whether every row that has the other word has this one too."""
        if self.accented is not None or self.is_group or other.is_group:
            return self == other
        return all(any(mine in form for mine in self.forms) for form in other.forms)


def rows_within(column: Sequence[str], within: Sequence[int] | None) -> Iterable[tuple[int, str]]:
    """Return the index and the text of the rows within (of all, if None)."""
    if within is None:
        return enumerate(column)
    return zip(within, map(column.__getitem__, within), strict=True)


@lru_cache(maxsize=64)
def _whole(form: str) -> str:
    """Return a pattern for the words of a row: from the start of a word to the end of one."""
    letters = re.sub(r"[\W_]+", "", form)
    if not letters:
        return r"(?!)"
    first, last = (re.match(f"[{_UNSPACED}]", letters[i]) is not None for i in (0, -1))
    start = "" if first else f"(?<![^ {_UNSPACED}])"
    end = "" if last else f"(?![^ {_UNSPACED}])"
    return start + " ?".join(letters) + end


def _accents_as_typed(folded: str) -> re.Pattern[str]:
    """Return a pattern for the folded word. A letter without an accent also matches one with."""
    letters = re.findall("[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", folded)
    return re.compile(
        "".join(
            re.escape(letter) if len(letter) > 1 else f"{re.escape(letter)}[\u0300-\u036f]*+"
            for letter in letters
        )
    )
