"""Coding agents, as the environment says."""

from __future__ import annotations

from rolecall.domain.process.agents import agent_in, mark_in


def test_an_agent_is_known_by_its_variable() -> None:
    assert (mark_in({"CLAUDECODE": "1"}), agent_in({"CLAUDECODE": "1"})) == ("CLAUDECODE", "claude")
    assert agent_in({"AI_AGENT": "goose"}) == "goose"
    assert agent_in({"CODEX_THREAD_ID": "abc"}) == "codex"


def test_other_environments_name_none() -> None:
    for environ in ({}, {"CLAUDECODE": ""}, {"CLAUDECODE": "0"}, {"SSH_AGENT_PID": "1"}):
        assert mark_in(environ) == agent_in(environ) == ""
