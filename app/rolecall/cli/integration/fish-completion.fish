function __rolecall_commands
    printf '%s\n' @DESCRIBED_COMMANDS@
end

# Return whether the next word is the first argument of one of these commands.
function __rolecall_expects
    set -l words (commandline -opc)
    test (count $words) -eq 2
    and contains -- "$words[2]" $argv
end

function __rolecall_after
    test (commandline -opc)[-1] = $argv[1]
end

# Return whether the word is an option of rolecall, and not of a command that it runs.
function __rolecall_wants_options
    set -l words (commandline -opc)
    string match -q -- '-*' (commandline -ct)
    and set -q words[2]
    and begin
        test (count $words) -eq 2
        or not contains -- $words[2] exec serve
    end
end

complete -c @CMD@ -e
complete -c @CMD@ -f -a '(@ROLECALL_IN_QUOTES@ complete profiles fish "" 2>/dev/null)'
complete -c @CMD@ -l clear -d 'Unset the profile'
complete -c @CMD@ -s r -l region -x -d 'Also set the region'
complete -c @CMD@ -s y -l yes -d 'Do not ask before production'
complete -c rolecall -e
complete -c rolecall -n __fish_is_first_token -f -a '(__rolecall_commands)'
complete -c rolecall -n __rolecall_wants_options -f -a '(@ROLECALL_IN_QUOTES@ complete (commandline -opc)[2] fish "" 2>/dev/null)'
complete -c rolecall -n '__rolecall_expects @PROFILE_COMMANDS@; or __rolecall_after --profile' -f -a '(@ROLECALL_IN_QUOTES@ complete profiles fish "" 2>/dev/null)'
complete -c rolecall -n '__rolecall_expects @SESSION_COMMANDS@; or __rolecall_after --sso-session' -f -a '(@ROLECALL_IN_QUOTES@ complete sessions fish "" 2>/dev/null)'
complete -c rolecall -n '__rolecall_expects @SHELL_COMMANDS@' -f -a '@SHELLS@'
