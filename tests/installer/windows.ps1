# The MSI's life on real Windows, as in life.py: for a machine that may be thrown away, in an elevated prompt.
#   powershell -File windows.ps1 -Older svcwrap-0.1.0-x64.msi -Newer svcwrap-0.1.1-x64.msi
param([Parameter(Mandatory)][string]$Older, [Parameter(Mandatory)][string]$Newer)
Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$folder = Join-Path $env:ProgramFiles 'svcwrap'
$exe = Join-Path $folder 'svcwrap.exe'
$data = Join-Path $env:ProgramData 'svcwrap'
$child = Join-Path $env:SystemRoot 'System32\PING.EXE'
$script:passed = 0
$script:failed = 0

function Expect([bool]$condition, [string]$what) { if (-not $condition) { throw $what } }

function Invoke-Msi([string[]]$arguments, [int]$expected = 0) {
    $log = Join-Path $env:TEMP 'svcwrap-msi.log'
    $process = Start-Process msiexec.exe -ArgumentList ($arguments + @('/qn', '/l*v', "`"$log`"")) -Wait -PassThru
    Expect ($process.ExitCode -eq $expected) "msiexec $arguments ended with $($process.ExitCode), expected $expected; see $log"
    Get-Content $log -Raw
}

function Invoke-Svcwrap([string[]]$arguments) {
    $output = & $exe @arguments 2>&1 | Out-String
    Expect ($LASTEXITCODE -eq 0) "svcwrap $arguments ended with ${LASTEXITCODE}: $output"
    $output
}

function Get-Wrapper([string]$name) { (Get-CimInstance Win32_Service -Filter "Name='$name'").ProcessId }

function Test-Case([string]$name, [scriptblock]$body) {
    try { & $body; $script:passed++; Write-Host "  ok  $name" }
    catch { $script:failed++; Write-Host "      $_"; Write-Host "FAIL  $name" }
}

$olderPath = (Resolve-Path $Older).Path
$newerPath = (Resolve-Path $Newer).Path

Test-Case 'install' {
    Invoke-Msi @('/i', "`"$olderPath`"") | Out-Null
    Expect (Test-Path $exe) 'svcwrap.exe is not there'
    $path = [Environment]::GetEnvironmentVariable('PATH', 'Machine')
    Expect (($path -split ';').TrimEnd('\') -contains $folder) 'the folder is not in PATH'
}
Test-Case 'a service runs' {
    Invoke-Svcwrap @('install', 'first', '--exe', $child, '--', '-t', '127.0.0.1') | Out-Null
    Invoke-Svcwrap @('start', 'first') | Out-Null
    $script:wrapper = Get-Wrapper 'first'
}
Test-Case 'upgrade: the service keeps running; Windows need not be restarted' {
    Invoke-Msi @('/i', "`"$newerPath`"") | Out-Null
    Expect ((Get-Wrapper 'first') -eq $script:wrapper) 'the service is another process, or none'
    Expect (Test-Path (Join-Path $folder 'svcwrap.exe.old-1')) 'nothing was set aside'
}
Test-Case 'repair' {
    Remove-Item (Join-Path $folder 'reference.toml')
    Invoke-Msi @('/fomus', "`"$newerPath`"") | Out-Null
    Expect (Test-Path (Join-Path $folder 'reference.toml')) 'the file is not back'
    Expect ((Get-Wrapper 'first') -eq $script:wrapper) 'the service is another process, or none'
}
Test-Case 'an older version is refused' { Invoke-Msi @('/i', "`"$olderPath`"") 1603 | Out-Null }
Test-Case 'the removal is refused while a service needs svcwrap' {
    $log = Invoke-Msi @('/x', "`"$newerPath`"") 1603
    Expect ($log -match 'these services run through .*: first\.') 'the log does not name the service'
    Expect ((Get-Wrapper 'first') -eq $script:wrapper) 'the service is another process, or none'
}
Test-Case 'removal with STOPSERVICES=1' {
    Invoke-Msi @('/x', "`"$newerPath`"", 'STOPSERVICES=1') | Out-Null
    Expect ($null -eq (Get-Service first -ErrorAction SilentlyContinue)) 'the service is still there'
    Expect (-not (Test-Path $folder)) 'the folder is still there'
    Expect (Test-Path (Join-Path $data 'first\first.toml')) 'the configuration is gone'
}
Test-Case 'upgrade with RESTARTSERVICES=1' {
    Invoke-Msi @('/i', "`"$olderPath`"") | Out-Null
    Invoke-Svcwrap @('install', 'first', '--config', (Join-Path $data 'first\first.toml')) | Out-Null
    Invoke-Svcwrap @('start', 'first') | Out-Null
    $before = Get-Wrapper 'first'
    Invoke-Msi @('/i', "`"$newerPath`"", 'RESTARTSERVICES=1') | Out-Null
    Expect ((Get-Service first).Status -eq 'Running') 'the service does not run'
    Expect ((Get-Wrapper 'first') -ne $before) 'the service was not restarted'
    Expect (-not (Test-Path (Join-Path $folder 'svcwrap.exe.old-*'))) 'something is still set aside'
}
Test-Case 'PURGEDATA=1' {
    Invoke-Msi @('/x', "`"$newerPath`"", 'STOPSERVICES=1', 'PURGEDATA=1') | Out-Null
    Expect (-not (Test-Path $folder)) 'the folder is still there'
    Expect (-not (Test-Path $data)) 'the data folder is still there'
}
Write-Host "$script:passed passed, $script:failed failed"
exit [int]($script:failed -gt 0)
