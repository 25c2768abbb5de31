# Offer words that are each NAME or NAME<tab>DESCRIPTION.
__rolecall_offer() {
  local -a names shown
  names=("${@%%$'\t'*}")
  shown=("${@/$'\t'/  -- }")
  compadd -l -d shown -a names
}

__rolecall_complete() {
  local -a lines
  lines=(${(f)"$(@ROLECALL@ complete "$1" zsh "${(@Q)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)"})
  (( $#lines )) && __rolecall_offer $lines
}

__rolecall_complete_switch() {
  __rolecall_complete switch
}

__rolecall_complete_rolecall() {
  if (( CURRENT > 3 )) && [[ "${words[2]}" == (exec|serve) && "${words[CURRENT-1]}" != --profile ]]; then
    _default # the rest belongs to another command
  else
    __rolecall_complete rolecall || _default
  fi
}

if (( ${+functions[compdef]} )); then
  compdef __rolecall_complete_switch @CMD@
  compdef __rolecall_complete_rolecall rolecall
fi

