"""Accounts and Permission sets: what they list first, and how they stay current."""

from __future__ import annotations

import asyncio
import re
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest
from textual.events import Key
from textual.widgets import Input

from rolecall.demo.faults import Fault
from rolecall.demo.organisation import Organisation
from rolecall.domain.model import Account, Assignment, PermissionSet
from rolecall.domain.records import replace
from rolecall.files.inventory.queries import INVENTORY
from rolecall.presentation.commands import BY_ID
from rolecall.services.inventory.inventory import InventoryService
from rolecall.services.sign_in.sign_in import SignInService
from rolecall.ui.app.app import RolecallApp
from rolecall.ui.screens.inventory.listing_changes import ListingChangesScreen
from rolecall.ui.state.events import RoleUsed, SessionSelected
from rolecall.ui.widgets.fields.input_field import FilterField
from tests.support.desk import Desk, save
from tests.support.gate import Gate
from tests.support.screens.full_screen import NAMES, open_full_screen


@pytest.mark.parametrize("place", ["1", "2"])
async def test_the_accounts_in_view_are_listed_first(tmp_path: Path, place: str) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.pilot.press(place, "j", "j")
        page = len(it.screen.table.visible_rows)
        assert page < len(NAMES)
        wanted = it.wanted
        highlighted = it.ids[2] if place == "1" else it.ids[1]
        assert wanted[0] == highlighted
        assert set(wanted) == set(it.ids[: page if place == "1" else (page + 1) // 2])
        await it.filter("o")
        assert len(it.screen.table.visible_rows) < len(it.screen.table.shown)
        found = [it.ids[NAMES.index(name)] for name in dict.fromkeys(it.shown)]
        assert [*dict.fromkeys(it.wanted)] == found


@pytest.mark.parametrize(("place", "noun"), [("1", "account"), ("2", "permission set")])
@pytest.mark.parametrize("is_kept", [True, False])
async def test_only_a_complete_listing_says_that_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, noun: str, is_kept: bool
) -> None:
    gate = Gate(monkeypatch, InventoryService, "is_due")
    if not is_kept:  # as without sqlite3
        monkeypatch.setitem(sys.modules, "rolecall.files.inventory.database", None)
    async with open_full_screen(tmp_path, [], lambda _: None) as it:
        await it.until(gate.entered.is_set)
        await it.press_until(lambda: it.screen.noun[0].endswith(noun), place)
        assert it.session_state.token is not None
        assert it.screen.placeholder() == "Asking the access portal for your accounts…"
        assert it.screen.count_text() == ""
        gate.open()
        await it.until(lambda: it.session_state.complete and not it.session_state.crawling)
        await it.until(lambda: it.screen.count_text() == f"0 {noun}s")
        await it.app.flows.inventory.load(it.desk.session)  # as once the listing is complete
        assert it.screen.placeholder().startswith(f"No {noun} is assigned to you")


async def test_nothing_is_counted_before_the_sessions_are_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gates: list[Gate] = []

    def prepare(_: Desk) -> None:
        gates.append(Gate(monkeypatch, SignInService, "sessions"))

    async with open_full_screen(tmp_path, before=prepare) as it:
        await it.until(gates[0].entered.is_set)
        assert it.screen.count_text() == ""
        gates[0].open()
        await it.until(lambda: it.screen.count_text() == f"{len(NAMES)} accounts")


async def test_details_appear_while_the_table_keeps_changing(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(120, 36)) as it:
        await it.pilot.press("j")

        def shows_details() -> bool:
            it.app.show_state()  # as while a listing runs
            return it.screen.detail.shown.title == NAMES[1]

        await it.until(shows_details)


async def test_an_opened_account_is_listed_first(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.press_until(lambda: it.wanted == [it.ids[2]], "j", "j", "enter")


async def test_favourites_and_recently_used_rows_rank_first_among_equals(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.filter("prod")
        assert it.shown == ["prod one", "prod two"]
        account = it.ids[NAMES.index("prod two")]
        await it.app.announce(RoleUsed(it.desk.session, (account, "B")))
        it.app.show_state()
        assert it.shown == ["prod one", "prod two"]  # no row moves after a save
        await it.app.announce(SessionSelected(it.desk.session))
        assert it.shown == ["prod two", "prod one"]
        await it.pilot.press("2")
        await it.filter("prod")
        assert it.shown == ["prod two", "prod one", "prod one", "prod two"]
        await it.filter("rod")  # inside words
        assert it.shown[0] == "prod two"
        await it.press_until(lambda: len(it.shown) == len(NAMES), "1", "escape", "g")
        await it.press_until(lambda: it.shown[:2] == ["prod one", "prod two"], "G", "f")


@pytest.mark.quick
async def test_a_match_of_scattered_letters_is_called_that(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.filter("pro")
        assert "scattered" not in it.position_text
        await it.filter("gmm")
        assert it.shown == ["gamma"]
        assert it.position_text.startswith("1 of 8 accounts as scattered letters · ")


async def test_a_filter_without_a_match_names_what_aws_hides(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.filter("zzz")
        await it.until(lambda: "after the next sign-in" in it.screen.table.placeholder)
        assert "scattered" not in it.position_text


async def test_an_opened_account_shows_why_it_could_not_be_listed_again(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        it.desk.server.faults.add("ListAccountRoles", 400, account_id=it.ids[0])
        await it.pilot.press("r")
        await it.until(lambda: it.position_text.startswith("r tries again: ListAccountRoles was"))
        await it.press_until(lambda: len(it.shown) == 2, "enter")
        assert it.position_text.startswith("r tries again: ListAccountRoles was")
        await it.until(lambda: it.screen.status.text.startswith("ListAccountRoles was"))
        it.desk.server.faults.clear()
        await it.press_until(lambda: it.position_text.startswith("2 permission sets"), "r")


async def test_an_account_that_aws_refuses_is_opened_without_permission_sets(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path) as it:
        it.desk.server.faults.add("ListAccountRoles", 403, account_id=it.ids[0])
        await it.pilot.press("r")
        await it.until(lambda: it.position_text.startswith("r tries again: ListAccountRoles was"))
        await it.pilot.press("enter")
        await it.until(lambda: "ListAccountRoles was refused" in it.screen.table.placeholder)
        assert it.shown == []


async def test_an_old_listing_is_refreshed_automatically(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        assert it.count_listed() == len(NAMES)
        it.desk.clock.forward(23 * 3600)
        it.app.flows.inventory.tick()
        await it.pilot.pause(0.05)
        assert it.count_listed() == 0
        it.desk.clock.forward(2 * 3600)
        await it.until(lambda: it.desk.server.calls.count("ListAccountRoles") == len(NAMES))
        await it.until(lambda: not it.session_state.crawling)
        assert it.session_state.seen_at == it.desk.clock.now


async def test_a_listing_by_another_rolecall_is_shown(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.until(lambda: it.session_state.complete_at == it.desk.clock.now)
        kept = [(account, ("A",)) for account in it.desk.server.organisation.accounts[:3]]
        it.desk.server.organisation = Organisation(kept)
        it.desk.clock.forward(2 * 60)
        other = it.desk.another()
        other.inventory.list_everything(it.desk.session, lambda _: None, refresh=True)
        it.count_listed()
        it.desk.clock.forward(60)
        await it.until(lambda: it.shown == NAMES[:3])
        assert it.count_listed() == 0
        assert len(it.session_state.changes.gone_accounts) == len(NAMES) - 3


async def test_what_a_crawl_lists_stays_although_the_cache_was_read_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.until(lambda: it.session_state.complete_at == it.desk.clock.now)
        gate = Gate(monkeypatch, InventoryService, "changes")  # which is read last
        load = asyncio.create_task(it.app.flows.inventory.load(it.desk.session, replace=True))
        await it.until(gate.entered.is_set)
        new = Account("9" * 12, "new", "")
        before = it.desk.server.organisation
        known = [(each, before.permission_sets(each.id)) for each in before.accounts]
        it.desk.server.organisation = Organisation([*known, (new, ("A",))])
        await it.press_until(lambda: it.shown == sorted([*NAMES, "new"]), "R")
        gate.open()
        await load
        await it.until_work_is_done()
        assert it.shown == sorted([*NAMES, "new"])


async def test_the_cursor_stays_on_its_account_when_others_come_before_it(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:

        def is_on(name: str) -> bool:
            row = it.screen.current
            return row is not None and row.account.name == name

        await it.press_until(lambda: is_on(NAMES[1]), "j")
        before = it.desk.server.organisation
        known = [(each, before.permission_sets(each.id)) for each in before.accounts]
        first = Account("9" * 12, "aardvark", "")
        it.desk.server.organisation = Organisation([*known, (first, ("A",))])
        await it.press_until(lambda: it.shown == ["aardvark", *NAMES], "R")
        assert is_on(NAMES[1])


async def test_what_was_listed_before_a_sign_in_elsewhere_is_listed_again(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.until(lambda: it.session_state.complete_at == it.desk.clock.now)
        kept = [(account, ("A",)) for account in it.desk.server.organisation.accounts[:3]]
        it.desk.server.organisation = Organisation(kept)
        it.desk.sign_in()
        it.desk.clock.forward(60)
        await it.until(lambda: it.shown == NAMES[:3])


async def test_a_listing_that_the_cache_did_not_keep_is_made_again_only_once_it_is_old(
    tmp_path: Path,
) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.until(lambda: it.session_state.complete_at == it.desk.clock.now)
        it.count_listed()
        with closing(sqlite3.connect(it.desk.services.locations.cache / INVENTORY)) as other:
            other.execute("BEGIN IMMEDIATE")
            for hours, times in ((25, 1), (0.1, 1), (25, 2)):
                it.desk.clock.forward(hours * 3600)
                it.app.flows.inventory.tick()
                await it.until_work_is_done()
                await it.until(lambda: not it.session_state.crawling)
                await it.until_work_is_done()
                assert it.desk.server.calls.count("ListAccounts") == times


async def test_an_automatic_refresh_that_fails_shows_no_error(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        it.count_listed()
        it.desk.clock.forward(25 * 3600)
        it.desk.server.faults.add("ListAccounts", 403)
        await it.until(lambda: it.desk.server.calls.count("ListAccounts") == 1)
        await it.until(lambda: not it.session_state.crawling)
        assert it.session_state.crawl_problem == ""
        assert it.shown == NAMES
        it.desk.clock.forward(60)
        it.app.flows.inventory.tick()
        await it.pilot.pause(0.05)
        assert it.desk.server.calls.count("ListAccounts") == 1
        it.desk.server.faults.clear()
        it.desk.clock.forward(3600)
        await it.until(lambda: it.desk.server.calls.count("ListAccountRoles") == len(NAMES))


async def test_account_ids_and_role_arns_are_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied: list[str] = []
    monkeypatch.setattr(RolecallApp, "copy_to_clipboard", lambda _, text: copied.append(text))
    async with open_full_screen(tmp_path) as it:
        await it.pilot.press("j", "y")
        assert copied == [it.ids[1]]
        assert it.screen.status.text.startswith(f"Sent to the clipboard: {it.ids[1]}")
        await it.pilot.press("2", "space", "space", "space", "y")
        assert copied[1:] == ["\n".join(it.ids[:2])]
        assert it.screen.status.text.startswith("2 account IDs sent to the clipboard.")
        await it.pilot.press("A", "g", "Y")
        assert it.screen.status.text == "“copy role” no longer has a key: : finds it."
        it.screen.run_command(BY_ID["copy_role"])
        assert copied[2].startswith(f"arn:aws:iam::{it.ids[0]}:role/aws-reserved/")
        assert copied[2].endswith("/AWSReservedSSO_A_*")


async def test_a_match_in_a_hidden_column_is_shown_in_its_row(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        first = it.desk.server.organisation.accounts[0]
        accounts = [(replace(first, email="aws+ledger@example.com"), ("A",))]
        it.desk.server.organisation = Organisation(accounts)
        await it.press_until(lambda: len(it.shown) == 1 and not it.session_state.crawling, "R")
        await it.filter("ledger")
        await it.pilot.resize_terminal(40, 12)
        await it.until(lambda: it.screen.table.size.width == 40)
        assert it.screen.table.build_inner()[1].text.rstrip().endswith(" aws+ledger@example.com")


async def test_roles_are_counted_apart_from_permission_sets(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, with_roles=True) as it:
        await it.pilot.press("2")
        counts = re.compile(r"(?:0 of )?16 permission sets · \d roles")
        await it.until(lambda: counts.fullmatch(it.screen.count_text()) is not None)
        await it.filter("role")
        await it.until(lambda: it.screen.count_text().startswith("0 of 16 permission sets · "))


async def test_changes_that_break_a_profile_come_first(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path) as it:
        accounts = it.desk.server.organisation.accounts
        save(it.desk, "two-b", Assignment(accounts[5], PermissionSet("B")))
        new = Account("9" * 12, "brand new", "")
        kept = [(new, ("A",)), *((each, ("A",)) for each in accounts[4:])]
        it.desk.server.organisation = Organisation(kept)
        await it.press_until(lambda: len(it.session_state.changes.gone_accounts) == 4, "R")
        await it.press_until(lambda: bool(it.app.state.profiles), "3", "R")
        screen = await it.open_screen(ListingChangesScreen, "1", "w")
        first, second = screen.table.shown[:2]
        assert screen._profile(first) == "unassigned: two-b"
        assert (second.account, second.is_new) == (new, True)


@pytest.mark.parametrize("key", ["escape", "down", "enter"])
async def test_a_key_right_after_the_one_that_leaves_the_filter_is_not_typed(
    tmp_path: Path, key: str
) -> None:
    async with open_full_screen(tmp_path) as it:
        await it.press_until(lambda: it.screen.filter_bar.has_keyboard, "slash", "p")
        field = it.screen.focused
        assert isinstance(field, FilterField)
        leaving = Input.Submitted(field, "p") if key == "enter" else Key(key, None)
        await it.screen.filter_bar._dispatch_message(leaving)
        assert it.screen.focused is not field
        await it.until(lambda: it.screen.focused is it.screen.table)


async def test_the_filter_does_not_cover_the_counts_of_scattered_letters(tmp_path: Path) -> None:
    async with open_full_screen(tmp_path, size=(80, 20)) as it:
        await it.press_until(lambda: it.screen.table.scattered, "slash", *"esn")
        said = "1 of 8 accounts as scattered letters"
        await it.until(lambda: any(said in line for line in it.screen.painted_lines()))


async def test_a_column_that_says_the_same_goes_once_all_is_listed(tmp_path: Path) -> None:
    def hold_last(desk: Desk) -> None:
        last = desk.server.organisation.accounts[-1].id
        desk.server.faults.add("ListAccountRoles", Fault.HANG, account_id=last)

    async with open_full_screen(tmp_path, before=hold_last) as it:

        def shows_counts() -> bool:
            return "sets" in [column.key for column in it.screen.table.shown_columns]

        await it.until(shows_counts)
        it.desk.server.faults.clear()
        await it.until(lambda: not shows_counts())
