def "nu-complete rolecall offer" []: list<string> -> any {
    if ($in | is-empty) { return null }
    $in | each {|line|
        let parts = $line | split row "\t"
        { value: $parts.0, description: ($parts | get --optional 1 | default '') }
    }
}

def "nu-complete @CMD@" [context: string] {
    let words = $context | split row --regex '\s+' | skip 1
    ^@ROLECALL@ complete switch nu ...$words | lines | nu-complete rolecall offer
}

def "nu-complete rolecall" [context: string] {
    let words = $context | split row --regex '\s+' | skip 1
    let count = $words | length
    # What follows the profile belongs to another command.
    if $count > 2 and $words.0 in [exec serve] and ($words | get ($count - 2)) != '--profile' { return null }
    ^@ROLECALL@ complete rolecall nu ...$words | lines | nu-complete rolecall offer
}

