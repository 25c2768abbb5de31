function __rolecall_check_directory --on-event fish_prompt
    set -l now "$PWD:$AWS_PROFILE"
    test "$now" = "$__rolecall_checked"
    and return
    set -g __rolecall_checked $now
    @ROLECALL@ prompt --check
end
