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
    -*) __rolecall_complete_words '--clear --region --yes --help' ;;
    *) __rolecall_complete profiles ;;
  esac
}

__rolecall_complete_rolecall() {
  local word="${COMP_WORDS[COMP_CWORD]}" command="${COMP_WORDS[1]}"
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    __rolecall_complete_words '@COMMANDS@'
    return
  fi
  case "${COMP_WORDS[COMP_CWORD-1]}" in
    --profile) __rolecall_complete profiles; return ;;
    --sso-session) __rolecall_complete sessions; return ;;
  esac
  if [ "$COMP_CWORD" -gt 2 ]; then
    case "$command" in exec | serve) return ;; esac # the rest belongs to another command
  fi
  case "$word" in -*) __rolecall_complete "$command"; return ;; esac
  if [ "$COMP_CWORD" -eq 2 ]; then
    case "$command" in
      @PROFILE_COMMANDS@) __rolecall_complete profiles ;;
      @SESSION_COMMANDS@) __rolecall_complete sessions ;;
      @SHELL_COMMANDS@) __rolecall_complete_words '@SHELLS@' ;;
    esac
  fi
}

complete -F __rolecall_complete_switch @CMD@
complete -o bashdefault -o default -F __rolecall_complete_rolecall rolecall
