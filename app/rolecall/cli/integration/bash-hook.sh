
__rolecall_check_directory() {
  local status=$? folder file pin="" now
  folder="$(pwd -P)" || :
  folder="${folder%/}"
  file="$folder/.rolecall.toml"
  while [ ! -e "$file" ] && [ ! -L "$file" ] && [ -n "$folder" ] && [ ! -e "$folder/.git" ]; do
    folder="${folder%/*}"
    file="$folder/.rolecall.toml"
  done
  if [ -f "$file" ]; then
    { IFS= read -r -d "" -n 16384 pin <"$file"; } 2>/dev/null || :
  fi
  now="$PWD:${AWS_PROFILE-}:${AWS_DEFAULT_PROFILE-}:${AWS_ACCESS_KEY_ID-}:$file:$pin"
  if [ "${__rolecall_checked-}" != "$now" ]; then
    __rolecall_checked="$now"
    @ROLECALL@ prompt --check || :
  fi
  case "$-" in
    *e*) ;; # it would end the shell
    *) return "$status" ;;
  esac
}

case "${PROMPT_COMMAND-}" in
  *__rolecall_check_directory*) ;;
  *) PROMPT_COMMAND="__rolecall_check_directory${PROMPT_COMMAND:+;$PROMPT_COMMAND}" ;;
esac
