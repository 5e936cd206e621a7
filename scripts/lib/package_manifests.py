"""Manifests for winget, Scoop and Chocolatey, all from one Release (package.py)."""
import json
from xml.sax.saxutils import escape

IDENTIFIER = "svcwrap.svcwrap"
AUTHORS = "The svcwrap authors"
SUMMARY = "Runs any program as a Windows service: supervises it, restarts it, stops it gently, keeps its output."
DESCRIPTION = ("svcwrap registers itself with the Service Control Manager, starts the program that a TOML file names, writes its "
               "output to rotated log files, restarts it by rules with backoff, and stops it the way the program expects, with "
               "a job object as the last word. One native exe, no runtime.")
TAGS = ["service", "windows-service", "service-wrapper", "supervisor", "nssm", "winsw"]
WINGET_SCHEMA = "1.6.0"


def winget_header(kind):
    return f"# yaml-language-server: $schema=https://aka.ms/winget-manifest.{kind}.{WINGET_SCHEMA}.schema.json\n\n"


def winget_version(release):
    return winget_header("version") + f"""\
PackageIdentifier: {IDENTIFIER}
PackageVersion: {release.version}
DefaultLocale: en-US
ManifestType: version
ManifestVersion: {WINGET_SCHEMA}
"""


def winget_installer(release):
    entries = "".join(f"""\
- DisplayName: svcwrap
  Publisher: {AUTHORS}
  ProductCode: '{package.product_code}'
  UpgradeCode: '{release.upgrade_code}'
""" for package in release.packages)
    installers = "".join(f"""\
- Architecture: {package.arch}
  InstallerUrl: {release.address(package.msi)}
  InstallerSha256: {package.msi_sha256.upper()}
  ProductCode: '{package.product_code}'
""" for package in release.packages)
    return winget_header("installer") + f"""\
PackageIdentifier: {IDENTIFIER}
PackageVersion: {release.version}
InstallerLocale: en-US
Platform:
- Windows.Desktop
MinimumOSVersion: 10.0.14393.0
InstallerType: msi
Scope: machine
InstallModes:
- interactive
- silent
- silentWithProgress
UpgradeBehavior: install
ElevationRequirement: elevatesSelf
Commands:
- svcwrap
ReleaseDate: {release.date}
AppsAndFeaturesEntries:
{entries}Installers:
{installers}ManifestType: installer
ManifestVersion: {WINGET_SCHEMA}
"""


def winget_locale(release):
    tags = "".join(f"- {tag}\n" for tag in TAGS)
    return winget_header("defaultLocale") + f"""\
PackageIdentifier: {IDENTIFIER}
PackageVersion: {release.version}
PackageLocale: en-US
Publisher: {AUTHORS}
PublisherUrl: {release.home}
PublisherSupportUrl: {release.home}/issues
PackageName: svcwrap
PackageUrl: {release.home}
License: MIT
LicenseUrl: {release.home}/blob/v{release.version}/LICENSE
ShortDescription: '{SUMMARY}'
Description: '{DESCRIPTION}'
Moniker: svcwrap
Tags:
{tags}ReleaseNotesUrl: {release.home}/blob/v{release.version}/CHANGELOG.md
ManifestType: defaultLocale
ManifestVersion: {WINGET_SCHEMA}
"""


SCOOP_NAMES = {"x64": "64bit", "arm64": "arm64"}


def scoop(release):
    def by_name(make):
        return {SCOOP_NAMES[package.arch]: make(package) for package in release.packages}

    manifest = {
        "version": release.version,
        "description": SUMMARY,
        "homepage": release.home,
        "license": "MIT",
        "notes": ["Whoever may change the exe of a service may do what the service's account may: a folder of Scoop belongs to "
                  "one user. For services on a server install the MSI instead."],
        "architecture": by_name(lambda package: {
            "url": release.address(package.zip), "hash": package.zip_sha256, "extract_dir": package.zip.removesuffix(".zip")}),
        "bin": "svcwrap.exe",
        "checkver": {"github": release.home},
        "autoupdate": {
            "architecture": by_name(lambda package: {
                "url": f"{release.home}/releases/download/v$version/svcwrap-$version-{package.arch}.zip",
                "extract_dir": f"svcwrap-$version-{package.arch}"}),
            "hash": {"url": "$baseurl/SHA256SUMS"},
        },
    }
    return json.dumps(manifest, indent=4) + "\n"


def nuspec(release):
    return f"""\
<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd">
  <metadata>
    <id>svcwrap</id>
    <version>{release.version}</version>
    <title>svcwrap</title>
    <authors>{AUTHORS}</authors>
    <owners>svcwrap</owners>
    <projectUrl>{release.home}</projectUrl>
    <packageSourceUrl>{release.home}</packageSourceUrl>
    <projectSourceUrl>{release.home}</projectSourceUrl>
    <docsUrl>{release.home}#readme</docsUrl>
    <bugTrackerUrl>{release.home}/issues</bugTrackerUrl>
    <licenseUrl>{release.home}/blob/v{release.version}/LICENSE</licenseUrl>
    <requireLicenseAcceptance>false</requireLicenseAcceptance>
    <releaseNotes>{release.home}/blob/v{release.version}/CHANGELOG.md</releaseNotes>
    <tags>{' '.join(TAGS)}</tags>
    <summary>{escape(SUMMARY)}</summary>
    <description>{escape(DESCRIPTION)}

Package parameters: `/RestartServices` restarts the services that run through svcwrap with the new version; without it they keep running, and change to it when they are next restarted.</description>
  </metadata>
  <files>
    <file src="tools\\**" target="tools" />
  </files>
</package>
"""


# Chocolatey itself knows only 32 and 64 bits. Processors are asked, for a shell may run under emulation: 12 is ARM64
# (Microsoft: Win32_Processor, Architecture).
CHOCOLATEY_ARM64 = """\
if ((Get-CimInstance -ClassName Win32_Processor | Select-Object -First 1).Architecture -eq 12) {{
  $package.url64bit = '{address}'
  $package.checksum64 = '{sum}'
}}
"""


def chocolatey_install(release):
    package, other = release.package("x64"), release.package("arm64")
    choice = CHOCOLATEY_ARM64.format(address=release.address(other.msi), sum=other.msi_sha256) if other else ""
    return f"""\
$ErrorActionPreference = 'Stop'

$silent = '/qn /norestart'
$parameters = Get-PackageParameters
if ($parameters.RestartServices) {{ $silent += ' RESTARTSERVICES=1' }}

$package = @{{
  packageName    = $env:ChocolateyPackageName
  softwareName   = 'svcwrap'
  fileType       = 'msi'
  url64bit       = '{release.address(package.msi)}'
  checksum64     = '{package.msi_sha256}'
  checksumType64 = 'sha256'
  silentArgs     = $silent
  validExitCodes = @(0, 3010, 1641)
}}
{choice}Install-ChocolateyPackage @package
"""


def chocolatey_uninstall(release):
    del release
    return """\
$ErrorActionPreference = 'Stop'

# Fails, and names them, while services still run through svcwrap: remove them first (svcwrap uninstall NAME).
foreach ($key in @(Get-UninstallRegistryKey -SoftwareName 'svcwrap')) {
  $package = @{
    packageName    = $env:ChocolateyPackageName
    softwareName   = 'svcwrap'
    fileType       = 'msi'
    silentArgs     = "$($key.PSChildName) /qn /norestart"
    file           = ''
    validExitCodes = @(0, 3010, 1605, 1614, 1641)
  }
  Uninstall-ChocolateyPackage @package
}
"""


def verification(release):
    packages = "\n".join(f"  {release.address(one.msi)}\n  {one.msi_sha256}\n" for one in release.packages)
    return f"""\
VERIFICATION

This package contains no program. Its script downloads the installer of the release and checks its SHA-256 sum:

{packages}
The sum is in {release.address("SHA256SUMS")} too, and anybody can compute it:

  Get-FileHash -Algorithm SHA256 {release.packages[0].msi}

The installer for x64 can be built again from the sources of that version, byte for byte: scripts/package.sh.
"""


def licence(release):
    return f"From: {release.home}/blob/v{release.version}/LICENSE\n\n{release.licence}"


# Path in the output folder -> what writes it.
MANIFESTS = {
    f"winget/{IDENTIFIER}.yaml": winget_version,
    f"winget/{IDENTIFIER}.installer.yaml": winget_installer,
    f"winget/{IDENTIFIER}.locale.en-US.yaml": winget_locale,
    "scoop/svcwrap.json": scoop,
    "chocolatey/svcwrap.nuspec": nuspec,
    "chocolatey/tools/chocolateyinstall.ps1": chocolatey_install,
    "chocolatey/tools/chocolateyuninstall.ps1": chocolatey_uninstall,
    "chocolatey/tools/VERIFICATION.txt": verification,
    "chocolatey/tools/LICENSE.txt": licence,
}


def write(release, folder):
    """Writes all manifests below the folder and returns their names there."""
    for name, text in MANIFESTS.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text(release), newline="\n")
    return list(MANIFESTS)
