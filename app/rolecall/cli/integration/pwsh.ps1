if (-not (Test-Path Variable:global:RolecallPrevious)) { $global:RolecallPrevious = '' }

function global:Invoke-RolecallSwitch {
    $statements = & @ROLECALL@ switch '--shell=pwsh' "--previous=$global:RolecallPrevious" @args
    if ($LASTEXITCODE -eq 0 -and $statements) { Invoke-Expression ($statements -join "`n") }
}

function global:@CMD@ { Invoke-RolecallSwitch @args }

function global:rolecall {
    if ($args.Count -gt 0 -or [Console]::IsOutputRedirected) { & @ROLECALL@ @args }
    else { Invoke-RolecallSwitch '--full-screen' }
}
