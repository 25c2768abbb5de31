# Offer words that are each NAME or NAME<tab>DESCRIPTION.
__rolecall_offer() {
  local -a names shown
  names=("${@%%$'\t'*}")
  shown=("${@/$'\t'/  -- }")
  compadd -l -d shown -a names
}

__rolecall_complete() {
  __rolecall_offer ${(f)"$(@ROLECALL@ complete "$1" zsh '' 2>/dev/null)"}
}

__rolecall_complete_switch() {
  if [[ "$PREFIX" == -* ]]; then
    compadd -- --clear --region --yes --help
  else
    __rolecall_complete profiles
  fi
}

__rolecall_complete_rolecall() {
  if (( CURRENT == 2 )); then
    __rolecall_offer @DESCRIBED_COMMANDS@
  elif [[ "${words[CURRENT-1]}" == --profile ]]; then
    __rolecall_complete profiles
  elif [[ "${words[CURRENT-1]}" == --sso-session ]]; then
    __rolecall_complete sessions
  elif (( CURRENT > 3 )) && [[ "${words[2]}" == (exec|serve) ]]; then
    _default # the rest belongs to another command
  elif [[ "$PREFIX" == -* ]]; then
    __rolecall_complete "${words[2]}"
  elif (( CURRENT == 3 )); then
    case "${words[2]}" in
      @PROFILE_COMMANDS@) __rolecall_complete profiles ;;
      @SESSION_COMMANDS@) __rolecall_complete sessions ;;
      @SHELL_COMMANDS@) compadd -- ${=:-@SHELLS@} ;;
      *) _default ;;
    esac
  else
    _default
  fi
}

if (( $+functions[compdef] )); then
  compdef __rolecall_complete_switch @CMD@
  compdef __rolecall_complete_rolecall rolecall
fi
