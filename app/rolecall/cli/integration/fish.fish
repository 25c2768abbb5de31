set -q __rolecall_previous; or set -g __rolecall_previous ''

function __rolecall_switch
    set -l statements
    if isatty stdin
        set statements (@ROLECALL@ switch --shell=fish "--previous=$__rolecall_previous" $argv)
    else # command substitutions do not inherit the stdin of the function
        set statements (@ROLECALL@ switch --shell=fish "--previous=$__rolecall_previous" $argv </dev/null)
    end
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

# Return whether the next word is the first argument of one of these commands, or its --profile.
function __rolecall_expects
    set -l words (commandline -opc)
    contains -- "$words[2]" $argv
    and begin
        test (count $words) -eq 2
        or test "$words[-1]" = --profile
    end
end

complete -c @CMD@ -e
complete -c @CMD@ -f -a '(@ROLECALL_IN_QUOTES@ complete profiles fish "" 2>/dev/null)'
complete -c @CMD@ -l clear -d 'Unset the profile'
complete -c @CMD@ -s r -l region -x -d 'Also set the region'
complete -c rolecall -e
complete -c rolecall -n __fish_is_first_token -f -a '@COMMANDS@'
complete -c rolecall -n '__rolecall_expects @PROFILE_COMMANDS@' -f -a '(@ROLECALL_IN_QUOTES@ complete profiles fish "" 2>/dev/null)'
complete -c rolecall -n '__rolecall_expects @SESSION_COMMANDS@' -f -a '(@ROLECALL_IN_QUOTES@ complete sessions fish "" 2>/dev/null)'
complete -c rolecall -n '__rolecall_expects init' -f -a '@SHELLS@'
