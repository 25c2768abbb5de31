def "nu-complete rolecall offer" []: list<string> -> list<record> {
    each {|line|
        let parts = $line | split row "\t"
        { value: $parts.0, description: ($parts | get --optional 1 | default '') }
    }
}

def "nu-complete @CMD@" [] {
    ^@ROLECALL@ complete profiles nu | lines | nu-complete rolecall offer
}

def "nu-complete rolecall" [context: string] {
    let words = $context | split row --regex '\s+'
    let count = $words | length
    let command = $words | get --optional 1
    if $count == 2 { return ([@DESCRIBED_COMMANDS@] | nu-complete rolecall offer) }
    let previous = $words | get ($count - 2)
    let kind = if $previous == '--profile' { 'profiles'
    } else if $previous == '--sso-session' { 'sessions'
    } else if $count > 3 { null
    } else if $command in [@PROFILE_COMMANDS@] { 'profiles'
    } else if $command in [@SESSION_COMMANDS@] { 'sessions'
    } else { null }
    if $kind != null { return (^@ROLECALL@ complete $kind nu | lines | nu-complete rolecall offer) }
    if $count == 3 and $command in [@SHELL_COMMANDS@] { '@SHELLS@' | split row ' ' }
}
