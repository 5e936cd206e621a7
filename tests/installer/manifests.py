"""The manifests say what is so: sums, addresses, product code; and they have what their package managers demand."""
import json
import re
import xml.etree.ElementTree as xml

import flat_yaml
from harness import expect, expect_equal

BASE = "https://github.com/svcwrap/svcwrap/releases/download/v"
# Required by the schemas of winget 1.6: version, installer, defaultLocale.
WINGET = {
    "": ("version", {"PackageIdentifier", "PackageVersion", "DefaultLocale", "ManifestType", "ManifestVersion"}),
    ".installer": ("installer", {"PackageIdentifier", "PackageVersion", "Installers", "ManifestType", "ManifestVersion"}),
    ".locale.en-US": ("defaultLocale", {"PackageIdentifier", "PackageVersion", "PackageLocale", "Publisher", "PackageName",
                                        "License", "ShortDescription", "ManifestType", "ManifestVersion"}),
}
WINGET_FIELDS = {
    "PackageIdentifier", "PackageVersion", "DefaultLocale", "ManifestType", "ManifestVersion", "InstallerLocale", "Platform",
    "MinimumOSVersion", "InstallerType", "Scope", "InstallModes", "UpgradeBehavior", "ElevationRequirement", "Commands",
    "ReleaseDate", "AppsAndFeaturesEntries", "Installers", "PackageLocale", "Publisher", "PublisherUrl",
    "PublisherSupportUrl", "PackageName", "PackageUrl", "License", "LicenseUrl", "ShortDescription", "Description", "Moniker",
    "Tags", "ReleaseNotesUrl",
}
NUSPEC = "{http://schemas.microsoft.com/packaging/2015/06/nuspec.xsd}"


def winget(release, part):
    return flat_yaml.load((release.out / f"winget/svcwrap.svcwrap{part}.yaml").read_text())


def winget_fields(release):
    for part, (kind, required) in WINGET.items():
        document = winget(release, part)
        expect(required <= document.keys(), f"{kind} lacks {required - document.keys()}")
        expect(document.keys() <= WINGET_FIELDS, f"{kind} has {document.keys() - WINGET_FIELDS}, which winget does not know")
        expect_equal(document["ManifestType"], kind, "ManifestType")
        expect_equal(document["PackageVersion"], release.version, "PackageVersion")
        expect_equal(document["PackageIdentifier"], "svcwrap.svcwrap", "PackageIdentifier")
        expect_equal(document["ManifestVersion"], "1.6.0", "ManifestVersion")


def winget_lengths(release):
    document = winget(release, ".locale.en-US")
    for name, longest in (("ShortDescription", 256), ("Description", 10000), ("Moniker", 40), ("License", 512)):
        expect(0 < len(document[name]) <= longest, f"{name} has {len(document[name])} characters, {longest} at most")
    expect(len(document["Tags"]) <= 16 and all(len(tag) <= 40 for tag in document["Tags"]), "too many or too long tags")


def winget_installer(release):
    document = winget(release, ".installer")
    installer, = document["Installers"]
    expect_equal(installer["Architecture"], "x64", "Architecture")
    expect_equal(installer["InstallerUrl"], f"{BASE}{release.version}/{release.msi.name}", "InstallerUrl")
    expect_equal(installer["InstallerSha256"], release.sum_of(release.msi).upper(), "InstallerSha256")
    expect_equal(installer["ProductCode"], release.property("ProductCode"), "ProductCode")
    entry, = document["AppsAndFeaturesEntries"]
    expect_equal(entry["UpgradeCode"], release.property("UpgradeCode"), "UpgradeCode")
    expect_equal(entry["ProductCode"], release.property("ProductCode"), "ProductCode")
    expect_equal(entry["DisplayName"], release.property("ProductName"), "DisplayName")
    expect_equal(entry["Publisher"], release.property("Manufacturer"), "Publisher")


def scoop(release):
    document = json.loads((release.out / "scoop/svcwrap.json").read_text())
    for name in ("version", "description", "homepage", "license", "architecture", "bin", "checkver", "autoupdate"):
        expect(document.get(name), f"{name} is missing")
    package = document["architecture"]["64bit"]
    expect_equal(document["version"], release.version, "version")
    expect_equal(package["url"], f"{BASE}{release.version}/{release.zip.name}", "url")
    expect_equal(package["hash"], release.sum_of(release.zip), "hash")
    expect_equal(package["extract_dir"], release.zip.stem, "extract_dir")
    update = document["autoupdate"]["architecture"]["64bit"]
    for name in ("url", "extract_dir"):
        expect_equal(update[name].replace("$version", release.version), package[name], f"autoupdate's {name}")


def nuspec(release):
    metadata = xml.parse(release.out / "chocolatey/svcwrap.nuspec").getroot().find(NUSPEC + "metadata")
    for name in ("id", "version", "title", "authors", "projectUrl", "licenseUrl", "tags", "summary", "description"):
        expect(metadata.findtext(NUSPEC + name), f"{name} is missing")
    expect_equal(metadata.findtext(NUSPEC + "version"), release.version, "version")
    expect(len(metadata.findtext(NUSPEC + "description")) <= 4000, "the description is too long")


def chocolatey_scripts(release):
    tools = release.out / "chocolatey/tools"
    install = (tools / "chocolateyinstall.ps1").read_text()
    address = re.search(r"url64bit\s+= '([^']+)'", install)[1]
    expect_equal(address, f"{BASE}{release.version}/{release.msi.name}", "url64bit")
    expect_equal(re.search(r"checksum64\s+= '(\w+)'", install)[1], release.sum_of(release.msi), "checksum64")
    verification = (tools / "VERIFICATION.txt").read_text()
    expect(address in verification and release.sum_of(release.msi) in verification, "VERIFICATION.txt tells something else")
    expect("Permission is hereby granted" in (tools / "LICENSE.txt").read_text(), "LICENSE.txt has no licence")
    for script in tools.glob("*.ps1"):
        text = script.read_text()
        for opening, closing in ("()", "{}", "[]"):
            expect_equal(text.count(opening), text.count(closing), f"{script.name}: the number of {opening} and {closing}")


def strict_yaml(release):
    """The reader of this test sees what is wrong."""
    del release
    wrong = ["A: b\nA: c", "A:\nB: c", "A: - b", "A: 'b", "- a", "A: b: c", "A: b ", "a: b", "A:\n- B: c\n    D: e", "A: {x}"]
    for text in wrong:
        try:
            flat_yaml.load(text)
        except flat_yaml.BadYaml:
            continue
        expect(False, f"{text!r} was accepted")


CASES = {
    "winget: every manifest has what its schema demands, and nothing that it does not know": winget_fields,
    "winget: texts are not too long": winget_lengths,
    "winget: the installer's address, sum and codes are those of the MSI": winget_installer,
    "Scoop: address, sum and folder are those of the zip": scoop,
    "Chocolatey: the nuspec is complete": nuspec,
    "Chocolatey: the scripts name the MSI and its sum": chocolatey_scripts,
    "the reader of YAML refuses what is wrong": strict_yaml,
}
