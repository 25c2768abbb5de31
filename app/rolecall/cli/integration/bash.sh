__rolecall_previous="${__rolecall_previous-}"

__rolecall_switch() {
  local statements
  statements="$(@ROLECALL@ switch --shell=bash "--previous=${__rolecall_previous-}" "$@")" || return
  eval "$statements"
}

unalias @CMD@ rolecall 2>/dev/null || :
@CMD@() {
  __rolecall_switch "$@"
}

rolecall() {
  if [ "$#" -gt 0 ] || [ ! -t 1 ]; then
    @ROLECALL@ "$@"
  else
    __rolecall_switch --full-screen
  fi
}
