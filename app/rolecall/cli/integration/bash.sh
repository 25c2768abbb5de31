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

__rolecall_complete() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <(@ROLECALL@ complete "$1" bash "${COMP_LINE:0:COMP_POINT}" \
    "${COMP_WORDS[COMP_CWORD]}" "$COMP_WORDBREAKS" 2>/dev/null)
}

__rolecall_complete_words() {
  local IFS=$' \t\n'
  COMPREPLY=($(compgen -W "$1" -- "${COMP_WORDS[COMP_CWORD]}" || :))
}

__rolecall_complete_switch() {
  case "${COMP_WORDS[COMP_CWORD]}" in
    -*) __rolecall_complete_words '--clear --region --help' ;;
    *) __rolecall_complete profiles ;;
  esac
}

__rolecall_complete_rolecall() {
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    __rolecall_complete_words '@COMMANDS@'
  elif [ "$COMP_CWORD" -gt 2 ] && [ "${COMP_WORDS[COMP_CWORD-1]}" != --profile ]; then
    return
  else
    case "${COMP_WORDS[1]}" in
      @PROFILE_COMMANDS@) __rolecall_complete profiles ;;
      @SESSION_COMMANDS@) __rolecall_complete sessions ;;
      init) __rolecall_complete_words '@SHELLS@' ;;
    esac
  fi
}

complete -F __rolecall_complete_switch @CMD@
complete -o bashdefault -o default -F __rolecall_complete_rolecall rolecall
