__rolecall_complete() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    COMPREPLY+=("$line")
  done < <(@ROLECALL@ complete "$1" bash "${COMP_LINE:0:COMP_POINT}" \
    "${COMP_WORDS[COMP_CWORD]}" "$COMP_WORDBREAKS" 2>/dev/null)
}

__rolecall_complete_switch() {
  __rolecall_complete switch
}

__rolecall_complete_rolecall() {
  __rolecall_complete rolecall
}

complete -F __rolecall_complete_switch @CMD@
complete -o bashdefault -o default -F __rolecall_complete_rolecall rolecall

