def --env --wrapped @CMD@ [...words: string] {
    let answer = try { ^@ROLECALL@ switch --shell=nu ...$words } catch {|failure| $failure.exit_code? | default 1 }
    if ($answer | describe) == "int" {
        $env.LAST_EXIT_CODE = $answer
        return
    }
    $env.LAST_EXIT_CODE = 0
    if ($answer | is-empty) { return }
    let change = $answer | from json
    hide-env --ignore-errors ...$change.unset
    load-env $change.set
}

def --env --wrapped rolecall [...words: string] {
    if ($words | is-empty) {
        @CMD@ --full-screen
    } else {
        ^@ROLECALL@ ...$words
    }
}
