# Whether a service's program is asked to stop, and finishes, when Windows shuts down: what no test program can try, for
# Windows must be restarted in between. For a machine that may be thrown away, in an elevated prompt:
#   shutdown.ps1 -Svcwrap svcwrap.exe -Child graceful.exe          installs and starts the service, and restarts Windows
#   shutdown.ps1 -Svcwrap svcwrap.exe -Child graceful.exe -Verify  after the restart: looks at its log, and removes it
# graceful.exe is one of tests/fixtures. Both programs must lie where only administrators can write.
param(
    [Parameter(Mandatory)] [string] $Svcwrap,
    [Parameter(Mandatory)] [string] $Child,
    [switch] $Verify
)
$ErrorActionPreference = 'Stop'
$name = 'svcwrap-shutdown-test'
$exe = (Resolve-Path $Svcwrap).Path

function Invoke-Svcwrap([string[]] $Words) {
    & $exe @Words
    if ($LASTEXITCODE -ne 0) { throw "svcwrap $Words has failed with $LASTEXITCODE" }
}

if (-not $Verify) {
    Invoke-Svcwrap @('install', $name, '--exe', (Resolve-Path $Child).Path, '--start', 'manual', '--stop', 'ctrl-break', '--start-now')
    Restart-Computer -Force
    return
}
$folder = Join-Path $env:ProgramData "svcwrap\$name"
$history = & $exe history $name --json | ConvertFrom-Json
$run = $history.runs[-1]
$said = Get-Content (Join-Path $folder 'logs\stdout.log') -Raw
Invoke-Svcwrap @('uninstall', $name, '--purge')
if ($run.stop_reason -notin @('system_preshutdown', 'system_shutdown')) { throw "the last run was stopped because of: $($run.stop_reason)" }
if ($run.was_killed) { throw 'the program was killed' }
if ($said -notmatch 'bye') { throw "the program has not said goodbye: $said" }
Write-Output "The program was asked to stop by the shutdown ($($run.stop_reason)), and ended by itself."
