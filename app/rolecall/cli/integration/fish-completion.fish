function __rolecall_complete
    set -l words (commandline -opc)
    set -e words[1]
    set -l current (commandline -ct)
    @ROLECALL@ complete $argv[1] fish $words "$current" 2>/dev/null
end

# Return whether the words belong to rolecall, and not to a command that it runs.
function __rolecall_is_asked
    set -l words (commandline -opc)
    test (count $words) -lt 3
    or test "$words[-1]" = --profile
    or not contains -- $words[2] exec serve
end

complete -c @CMD@ -e
complete -c @CMD@ -f -a '(__rolecall_complete switch)'
complete -c rolecall -e
complete -c rolecall -n __rolecall_is_asked -f -a '(__rolecall_complete rolecall)'
complete -c rolecall -l debug -r -F

