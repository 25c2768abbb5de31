foreach ($rolecallCommand in @(@('@CMD@', 'switch'), @('rolecall', 'rolecall'))) {
    $rolecallKind = $rolecallCommand[1]
    $rolecallCompleter = {
        param($word, $ast, $position)
        $words = @($ast.CommandElements | Select-Object -Skip 1 |
            Where-Object { $_.Extent.EndOffset -lt $position } |
            ForEach-Object { $_.Extent.Text.Trim([char[]]@('''', '"')) })
        & @ROLECALL@ complete $rolecallKind pwsh @words "=$word" | ForEach-Object {
            $name, $what = $_ -split "`t", 2
            if ($name -like "$word*") {
                $typed = if ($name -match '[^\w.:/@=+-]|^[@-]') { "'" + ($name -replace "['\u2018-\u201B]", '$0$0') + "'" } else { $name }
                if (-not $what) { $what = $name }
                [System.Management.Automation.CompletionResult]::new($typed, $name, 'ParameterValue', $what)
            }
        }
    }.GetNewClosure()
    Register-ArgumentCompleter -Native -CommandName $rolecallCommand[0] -ScriptBlock $rolecallCompleter
}

