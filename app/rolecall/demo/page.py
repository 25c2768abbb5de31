"""The pages for a browser: approve a device code, allow a PKCE sign-in, the start URL.

They are plain HTML forms and work without JavaScript. All their texts are in this module.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from string import Template
from typing import Final
from urllib.parse import urlencode, urlsplit

from rolecall.demo import console_login, oidc
from rolecall.demo.identity_center import Approval, IdentityCenter
from rolecall.demo.organisation import USER
from rolecall.demo.wire import Rejected, Request, Response

Authorize = Callable[[IdentityCenter, dict[str, str]], str]
_PAGE: Final = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>$title</title>
<style>
:root { color-scheme: light dark; --ink: #1c2733; --dim: #5b6b7b; --paper: #f3f5f8;
  --card: #fff; --line: #d5dce4; --accent: #1f6feb; --on-accent: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4ebf2; --dim: #93a4b5; --paper: #10161d;
  --card: #18212b; --line: #2d3a48; --accent: #6ea8ff; --on-accent: #0b1420; } }
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1rem;
  background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
main { width: 100%; max-width: 26rem; background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; padding: 2rem; }
h1 { font-size: 1.35rem; line-height: 1.3; margin: 0 0 .75rem; }
p { margin: 0 0 1rem; }
main > :last-child { margin-bottom: 0; }
.demo { display: inline-block; margin-bottom: 1rem; padding: .1rem .6rem; font-size: .85rem;
  color: var(--dim); border: 1px solid var(--line); border-radius: 99px; }
.dim { color: var(--dim); font-size: .9rem; margin: 1.25rem 0 0; }
label { display: block; color: var(--dim); font-size: .9rem; }
input { width: 100%; margin: .25rem 0 1.25rem; padding: .5rem; text-align: center;
  text-transform: uppercase; letter-spacing: .12em; color: var(--ink); background: var(--paper);
  border: 1px solid var(--line); border-radius: 8px; font: 600 1.6rem ui-monospace, monospace; }
.buttons { display: flex; gap: .75rem; }
pre { margin: 0; padding: .75rem; white-space: pre-wrap; overflow-wrap: anywhere;
  background: var(--paper); border: 1px solid var(--line); border-radius: 8px;
  font: .95rem/1.4 ui-monospace, monospace; user-select: all; }
button { flex: 1; min-height: 2.75rem; border-radius: 8px; border: 1px solid var(--line);
  font: inherit; font-weight: 600; color: inherit; background: transparent; cursor: pointer; }
button.allow { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
</style>
</head>
<body><main>
<span class="demo">Demo, not AWS</span>
<h1>$title</h1>
$content
</main></body>
</html>
""")
_BUTTONS: Final = (
    '<div class="buttons">'
    '<button class="allow" name="decision" value="allow">Allow</button>'
    '<button name="decision" value="deny">Deny</button></div>'
)
_ASK_TITLE: Final = "Allow this sign-in?"
_ASK_CODE: Final = "Allow it only if your terminal shows the same code."
_ASK_BROWSER: Final = "A program on this machine wants to sign in."
_ASK_LOGIN: Final = "A program wants to use your console credentials on the command line."
_PASTE: Final = (
    "Almost done",
    "Copy this code, and paste it into your terminal. It is valid for five minutes.",
)
_AS_USER: Final = f"You are signed in as {USER}. This page is part of rolecall's demo."
_CODE_LABEL: Final = "Code"
_ALLOWED: Final = ("Allowed", "Go back to your terminal. You can close this page.")
_DENIED: Final = ("Denied", "The sign-in was denied. You can close this page.")
_NO_SUCH_CODE: Final = (
    "This code is not valid",
    "It has expired, was used already, or was mistyped. Get a new code in your terminal.",
)
_ELSEWHERE: Final = (
    "invalid_grant",
    "The Identity Center of this code is in another region. Get a code of that region.",
)
_BAD_LINK: Final = (
    "This link does not work",
    "It does not belong to a sign-in of this demo. Start the sign-in again.",
)
_START: Final = (
    "The demo's access portal",
    "This is the start URL of rolecall's demo. Sign in from your terminal.",
)


def start(_center: IdentityCenter, _request: Request) -> Response:
    return _message(_START)


def ask_device(center: IdentityCenter, request: Request) -> Response:
    user_code = request.query.get("user_code", "")
    waiting = center.find_waiting(user_code)
    if user_code and waiting is None:
        return _message(_NO_SUCH_CODE, 404)
    if waiting is not None and waiting.is_elsewhere:
        return _message(_ELSEWHERE, 400)
    return _ask(
        f"<p>{escape(_ASK_CODE)}</p>"
        f'<form method="post" action="/device"><label>{escape(_CODE_LABEL)}'
        f'<input name="user_code" value="{escape(user_code)}" required autocomplete="off"'
        f' spellcheck="false" maxlength="20"></label>{_BUTTONS}</form>'
    )


def decide_device(center: IdentityCenter, request: Request) -> Response:
    authorization = center.find_waiting(request.form.get("user_code", ""))
    if authorization is None:
        return _message(_NO_SUCH_CODE, 404)
    if authorization.is_elsewhere:
        return _message(_ELSEWHERE, 400)
    if request.form.get("decision") == "allow":
        authorization.approval = Approval.ALLOWED
        return _message(_ALLOWED)
    authorization.approval = Approval.DENIED
    return _message(_DENIED)


def confirm_login(_center: IdentityCenter, request: Request) -> Response:
    """Show the code that the user pastes in the terminal."""
    title, sentence = _PASTE
    if "code" not in request.query:
        return _message(_DENIED)
    code = escape(console_login.code_to_paste(request.query))
    return _html(title, f"<p>{escape(sentence)}</p><pre>{code}</pre>")


def _decided(authorize: Authorize, center: IdentityCenter, request: Request) -> Response:
    """Send the browser back to the program that began the sign-in. A query is always allowed."""
    is_form = request.method == "POST"
    parameters = request.form if is_form else request.query
    try:
        answer = {"code": authorize(center, parameters)}
    except Rejected:
        return _message(_BAD_LINK, 400)
    if is_form and parameters.get("decision") != "allow":
        answer = {"error": "access_denied"}
    redirect_uri = parameters["redirect_uri"]
    answer["state"] = parameters.get("state", "")
    separator = "&" if urlsplit(redirect_uri).query else "?"
    location = f"{redirect_uri}{separator}{urlencode(answer)}"
    return Response(303, b"", "text/html; charset=utf-8", {"Location": location})


def _hidden(parameters: dict[str, str]) -> str:
    return "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in parameters.items()
    )


def _ask(form: str) -> Response:
    return _html(_ASK_TITLE, f'{form}<p class="dim">{escape(_AS_USER)}</p>')


def _ask_to_allow(
    authorize: Authorize, sentence: str, center: IdentityCenter, request: Request
) -> Response:
    """Ask whether the query may be allowed, unless everything is."""
    if center.options.approve:
        return _decided(authorize, center, request)
    return _ask(
        f"<p>{escape(sentence)}</p>"
        f'<form method="post" action="{request.path}">{_hidden(request.query)}{_BUTTONS}</form>'
    )


ask_authorize: Final = partial(_ask_to_allow, oidc.authorize, _ASK_BROWSER)
decide_authorize: Final = partial(_decided, oidc.authorize)
ask_login: Final = partial(_ask_to_allow, console_login.authorize, _ASK_LOGIN)
decide_login: Final = partial(_decided, console_login.authorize)


def _message(text: tuple[str, str], status: int = 200) -> Response:
    title, sentence = text
    return _html(title, f"<p>{escape(sentence)}</p>", status)


def _html(title: str, content: str, status: int = 200) -> Response:
    page = _PAGE.substitute(title=escape(title), content=content)
    headers = {
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "Cache-Control": "no-store",
    }
    return Response(status, page.encode(), "text/html; charset=utf-8", headers)
