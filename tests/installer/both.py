"""Packages for two kinds of processors beside each other, and what the manifests say of them. No program for ARM64 is built here: its
place is taken by a copy with another number in its header."""
import json
import re
import subprocess

import flat_yaml
import packages
import releases
from harness import expect, expect_equal

BASE = "https://github.com/svcwrap/svcwrap/releases/download/v"


def contents(x64, arm64):
    for release in (x64, arm64):
        packages.zip_contents(release)
        packages.msi_tables(release)
        packages.msi_order(release)
    packages.msi_64_bit(x64)
    summary = subprocess.run(["msiinfo", "suminfo", arm64.msi], capture_output=True, text=True, check=True).stdout
    expect("Template: Arm64;1033" in summary, "the template is not Arm64")
    expect(all(int(row["Attributes"]) & 256 for row in arm64.table("Component")), "a component is not 64-bit")


def codes(x64, arm64):
    expect(x64.property("ProductCode") != arm64.property("ProductCode"), "both have one product code")
    expect_equal(x64.property("UpgradeCode"), arm64.property("UpgradeCode"), "the upgrade code")
    rows = {row["ActionProperty"]: row for row in arm64.table("Upgrade")}
    same = rows["OTHERPROCESSOR"]
    expect_equal((same["VersionMin"], same["VersionMax"]), (arm64.version, arm64.version), "the versions that OTHERPROCESSOR finds")
    both_ends, only_detect = 0x100 | 0x200, 0x2
    expect_equal(int(same["Attributes"]) & (both_ends | only_detect), both_ends | only_detect, "the attributes of OTHERPROCESSOR")
    refused = [row["Condition"] for row in arm64.table("LaunchCondition")]
    expect("NOT OTHERPROCESSOR" in refused, "another processor's package of the same version is not refused")


def sums(x64, arm64):
    lines = (x64.out / "SHA256SUMS").read_text().splitlines()
    expect_equal(lines, [f"{x64.sum_of(path)}  {path.name}" for path in (x64.msi, x64.zip, arm64.msi, arm64.zip)], "SHA256SUMS")


def winget(x64, arm64):
    document = flat_yaml.load((x64.out / "winget/svcwrap.svcwrap.installer.yaml").read_text())
    found = {one["Architecture"]: one for one in document["Installers"]}
    expect_equal(list(found), ["x64", "arm64"], "the architectures")
    for name, release in (("x64", x64), ("arm64", arm64)):
        expect_equal(found[name]["InstallerUrl"], f"{BASE}{release.version}/{release.msi.name}", f"{name}: InstallerUrl")
        expect_equal(found[name]["InstallerSha256"], release.sum_of(release.msi).upper(), f"{name}: InstallerSha256")
        expect_equal(found[name]["ProductCode"], release.property("ProductCode"), f"{name}: ProductCode")
    codes_there = {one["ProductCode"] for one in document["AppsAndFeaturesEntries"]}
    expect_equal(codes_there, {x64.property("ProductCode"), arm64.property("ProductCode")}, "the codes of AppsAndFeaturesEntries")


def scoop(x64, arm64):
    document = json.loads((x64.out / "scoop/svcwrap.json").read_text())
    expect_equal(list(document["architecture"]), ["64bit", "arm64"], "the architectures")
    for name, release in (("64bit", x64), ("arm64", arm64)):
        package, update = document["architecture"][name], document["autoupdate"]["architecture"][name]
        expect_equal(package["url"], f"{BASE}{release.version}/{release.zip.name}", f"{name}: url")
        expect_equal(package["hash"], release.sum_of(release.zip), f"{name}: hash")
        expect_equal(package["extract_dir"], release.zip.stem, f"{name}: extract_dir")
        expect_equal(update["url"].replace("$version", release.version), package["url"], f"{name}: autoupdate's url")


def chocolatey(x64, arm64):
    script = (x64.out / "chocolatey/tools/chocolateyinstall.ps1").read_text()
    expect_equal(re.search(r"checksum64     = '(\w+)'", script)[1], x64.sum_of(x64.msi), "checksum64")
    choice = script[script.index("if ((Get-CimInstance"):script.index("Install-ChocolateyPackage")]
    expect(f"'{BASE}{arm64.version}/{arm64.msi.name}'" in choice, "the address for ARM64 is missing")
    expect(f"'{arm64.sum_of(arm64.msi)}'" in choice, "the sum for ARM64 is missing")
    verification = (x64.out / "chocolatey/tools/VERIFICATION.txt").read_text()
    for release in (x64, arm64):
        expect(release.msi.name in verification and release.sum_of(release.msi) in verification, "VERIFICATION.txt is not complete")


def wrong_processor(release, actions, work):
    result = releases.package(release.exe, actions, release.version, work / "wrong", arch="arm64", check=False)
    expect_equal(result.returncode, 1, "the exit code")
    expect("is for x64, not for arm64" in result.stderr, f"the error is {result.stderr}")


CASES = {
    "ARM64: the same contents, in a package that says so": contents,
    "ARM64: a product of its own, and the same version for another processor is refused": codes,
    "ARM64: SHA256SUMS has the packages for both processors": sums,
    "ARM64: winget has both installers": winget,
    "ARM64: Scoop has both zips": scoop,
    "ARM64: Chocolatey's script chooses by the processor": chocolatey,
}
