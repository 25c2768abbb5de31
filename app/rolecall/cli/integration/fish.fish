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
