__rolecall_check_directory() {
  local status=$?
  if [ "${__rolecall_checked-}" != "$PWD:${AWS_PROFILE-}" ]; then
    __rolecall_checked="$PWD:${AWS_PROFILE-}"
    @ROLECALL@ prompt --check || :
  fi
  return "$status"
}

case "${PROMPT_COMMAND-}" in
  *__rolecall_check_directory*) ;;
  *) PROMPT_COMMAND="__rolecall_check_directory${PROMPT_COMMAND:+;$PROMPT_COMMAND}" ;;
esac
