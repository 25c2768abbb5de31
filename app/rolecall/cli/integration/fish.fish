set -q __rolecall_previous; or set -g __rolecall_previous ''

function __rolecall_switch
    set -l statements (@ROLECALL@ switch --shell=fish "--previous=$__rolecall_previous" $argv)
    or return
    string join \n -- $statements | source
end

function @CMD@ --description 'Use an AWS profile in this shell'
    __rolecall_switch $argv
end

function rolecall --description 'IAM Identity Center in a full-screen terminal'
    if set -q argv[1]; or not isatty stdout
        @ROLECALL@ $argv
    else
        __rolecall_switch --full-screen
    end
end

complete -c @CMD@ -e
complete -c @CMD@ -f -a '(@ROLECALL_IN_QUOTES@ complete profiles fish "" 2>/dev/null)'
complete -c @CMD@ -l clear -d 'No profile any more'
complete -c @CMD@ -s r -l region -x -d 'Set AWS_REGION too'
complete -c rolecall -e
complete -c rolecall -n __fish_is_first_token -f -a '@COMMANDS@'
complete -c rolecall -n '__fish_seen_subcommand_from @PROFILE_COMMANDS@' -f -a '(@ROLECALL_IN_QUOTES@ complete profiles fish "" 2>/dev/null)'
complete -c rolecall -n '__fish_seen_subcommand_from @SESSION_COMMANDS@' -f -a '(@ROLECALL_IN_QUOTES@ complete sessions fish "" 2>/dev/null)'
complete -c rolecall -n '__fish_seen_subcommand_from init' -f -a '@SHELLS@'
