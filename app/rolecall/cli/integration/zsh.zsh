__rolecall_previous="${__rolecall_previous-}"

__rolecall_switch() {
  local statements
  statements="$(@ROLECALL@ switch --shell=zsh "--previous=${__rolecall_previous-}" "$@")" || return
  eval "$statements"
}

unalias @CMD@ rolecall 2>/dev/null || :
function @CMD@ {
  __rolecall_switch "$@"
}

function rolecall {
  if [[ "$#" -gt 0 || ! -t 1 ]]; then
    @ROLECALL@ "$@"
  else
    __rolecall_switch --full-screen
  fi
}

__rolecall_complete() {
  local -a names
  names=(${(f)"$(@ROLECALL@ complete "$1" zsh '' 2>/dev/null)"})
  compadd -a names
}

__rolecall_complete_switch() {
  if [[ "$PREFIX" == -* ]]; then
    compadd -- --clear --region --help
  else
    __rolecall_complete profiles
  fi
}

__rolecall_complete_rolecall() {
  if (( CURRENT == 2 )); then
    compadd -- ${=:-@COMMANDS@}
  elif (( CURRENT > 3 )) && [[ "${words[CURRENT-1]}" != --profile ]]; then
    _default
  else
    case "${words[2]}" in
      @PROFILE_COMMANDS@) __rolecall_complete profiles ;;
      @SESSION_COMMANDS@) __rolecall_complete sessions ;;
      init) compadd -- ${=:-@SHELLS@} ;;
      *) _default ;;
    esac
  fi
}

if (( $+functions[compdef] )); then
  compdef __rolecall_complete_switch @CMD@
  compdef __rolecall_complete_rolecall rolecall
fi
