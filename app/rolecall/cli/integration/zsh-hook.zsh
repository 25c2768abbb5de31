__rolecall_check_directory() {
  if [[ "${__rolecall_checked-}" != "$PWD:${AWS_PROFILE-}" ]]; then
    __rolecall_checked="$PWD:${AWS_PROFILE-}"
    @ROLECALL@ prompt --check || :
  fi
}

autoload -Uz add-zsh-hook && add-zsh-hook precmd __rolecall_check_directory
