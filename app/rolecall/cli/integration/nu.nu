def --env --wrapped @CMD@ [...words: string@"nu-complete @CMD@"] {
    let answer = try { ^@ROLECALL@ switch --shell=nu $"--previous=($env.ROLECALL_PREVIOUS?.profile? | default '')" ...$words } catch {|failure| $failure.exit_code? | default 1 }
    if ($answer | describe) == "int" {
        $env.LAST_EXIT_CODE = $answer
        return
    }
    $env.LAST_EXIT_CODE = 0
    if ($answer | is-empty) { return }
    let change = $answer | from json
    hide-env --ignore-errors ...$change.unset
    load-env $change.set
    # A record, not a string, so that programs started from here do not inherit it.
    if $change.previous != null { $env.ROLECALL_PREVIOUS = {profile: $change.previous} }
}

def --env --wrapped rolecall [...words: string@"nu-complete rolecall"] {
    if ($words | is-empty) {
        @CMD@ --full-screen
    } else {
        ^@ROLECALL@ ...$words
    }
}
