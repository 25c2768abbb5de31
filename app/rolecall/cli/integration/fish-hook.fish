
function __rolecall_check_directory --on-event fish_prompt
    set -l folder (pwd -P)
    set -l file (string trim --right --chars=/ -- $folder)/.rolecall.toml
    set -l pin
    while not test -e $file; and not test -L $file; and test -n "$folder"; and not test -e $folder/.git
        set folder (string replace --regex '/[^/]*$' '' -- $folder)
        set file $folder/.rolecall.toml
    end
    test -f $file
    and read -z -n 16384 pin <$file 2>/dev/null
    set -l now "$PWD:$AWS_PROFILE:$AWS_DEFAULT_PROFILE:$AWS_ACCESS_KEY_ID:$file:$pin"
    test "$now" = "$__rolecall_checked"
    and return
    set -g __rolecall_checked $now
    @ROLECALL@ prompt --check
end
